import Formats
package import KubernetesModel

/// A Lease as the server keeps it.
struct LeaseRecord: Sendable {
    let namespace: String
    let name: String
    /// Empty when nobody holds it.
    var holder: String
    /// Seconds.
    var duration: Int
    var acquired: Timestamp?
    var renewed: Timestamp?
    var transitions: Int
    /// Nil before the first creation. A write names it, so that of two writers one loses.
    var version: String?
    /// Set while nobody may apply.
    var pause: LeasePause?
    /// What else is there and stays.
    private var rest: JSON = [:]

    private static let (pausedBy, pausedAt) = ("reconcile.dev/paused-by", "reconcile.dev/paused-at")
    private static let (pausedReason, unlocked) = ("reconcile.dev/paused-reason", "reconcile.dev/unlocked")

    init(namespace: String, name: String, holder: String, duration: Int, now: Timestamp) {
        self.namespace = namespace
        self.name = name
        self.holder = holder
        self.duration = duration
        acquired = now
        renewed = now
        transitions = 0
    }

    init?(_ object: JSON) {
        guard let name = object[path: "metadata", "name"]?.string,
            let namespace = object[path: "metadata", "namespace"]?.string, object["kind"]?.string == "Lease"
        else { return nil }
        self.name = name
        self.namespace = namespace
        let spec = object["spec"] ?? [:]
        holder = spec["holderIdentity"]?.string ?? ""
        duration = Int(spec["leaseDurationSeconds"]?.int ?? 0)
        acquired = spec["acquireTime"]?.string.flatMap { Timestamp($0) }
        renewed = spec["renewTime"]?.string.flatMap { Timestamp($0) }
        transitions = Int(spec["leaseTransitions"]?.int ?? 0)
        version = object[path: "metadata", "resourceVersion"]?.string
        let annotations = object[path: "metadata", "annotations"]
        pause = annotations?[Self.pausedBy]?.string.map { by in
            LeasePause(
                by: by, since: annotations?[Self.pausedAt]?.string.flatMap { Timestamp($0) },
                reason: annotations?[Self.pausedReason]?.string)
        }
        rest = object
    }

    /// Leaves a line about who took the Lease away from whom.
    mutating func note(unlocked text: String) {
        var metadata = rest["metadata"] ?? [:]
        var annotations = metadata["annotations"] ?? [:]
        annotations[Self.unlocked] = .string(text)
        metadata["annotations"] = annotations
        rest["metadata"] = metadata
    }

    var object: JSON {
        var object = rest
        var metadata = object["metadata"] ?? [:]
        metadata["name"] = .string(name)
        metadata["namespace"] = .string(namespace)
        metadata["resourceVersion"] = version.map { .string($0) }
        // Written by the server alone.
        metadata["managedFields"] = nil
        var annotations = metadata["annotations"] ?? [:]
        annotations[Self.pausedBy] = pause.map { .string($0.by) }
        annotations[Self.pausedAt] = pause?.since.map { .string($0.text) }
        annotations[Self.pausedReason] = pause?.reason.map { .string($0) }
        metadata["annotations"] = annotations.object?.isEmpty == false ? annotations : nil
        object["apiVersion"] = "coordination.k8s.io/v1"
        object["kind"] = "Lease"
        object["metadata"] = metadata
        var spec = object["spec"] ?? [:]
        spec["holderIdentity"] = .string(holder)
        spec["leaseDurationSeconds"] = .int(Int64(duration))
        spec["acquireTime"] = acquired.map { .string($0.textWithMicroseconds) }
        spec["renewTime"] = renewed.map { .string($0.textWithMicroseconds) }
        spec["leaseTransitions"] = .int(Int64(transitions))
        object["spec"] = spec
        return object
    }

    /// What changes when the holder is alive.
    var pulse: String { "\(version ?? "") \(holder)" }
}

/// That nobody may apply, said by a person.
package struct LeasePause: Sendable, Hashable {
    /// `ada@laptop`
    package let by: String
    package let since: Timestamp?
    package let reason: String?

    package init(by: String, since: Timestamp?, reason: String?) {
        self.by = by
        self.since = since
        self.reason = reason
    }

    /// `paused by ada@laptop since 2026-01-01T00:00:00Z: the database is being moved`
    package var text: String {
        "paused by \(by)\(since.map { " since \($0.text)" } ?? "")\(reason.map { ": \($0)" } ?? "")"
    }
}
