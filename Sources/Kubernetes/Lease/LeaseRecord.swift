import Formats
import KubernetesModel

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
    /// What else is there (`pause` and the like) and stays.
    private var rest: JSON = [:]

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
        rest = object
    }

    var object: JSON {
        var object = rest
        var metadata = object["metadata"] ?? [:]
        metadata["name"] = .string(name)
        metadata["namespace"] = .string(namespace)
        metadata["resourceVersion"] = version.map { .string($0) }
        // Written by the server alone.
        metadata["managedFields"] = nil
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
