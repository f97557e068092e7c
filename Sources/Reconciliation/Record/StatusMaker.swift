import KubernetesModel
import Planning
import Tenancy

/// How a tenant stands after a run.
struct StatusMaker {
    let planned: Planned
    let outcome: Outcome
    let tenant: DesiredTenant
    /// The tenant's own.
    let changes: [Change]
    let members: RecordIndex.Members
    /// How many objects are there now.
    let objects: Int
    /// What was recorded before.
    let before: TenantStatus?

    func make() -> TenantStatus {
        let conditions = [
            condition("Applied", of: .cluster), condition("PeopleApplied", of: .identity), readiness, verification,
        ].compactMap { $0 }
        return TenantStatus(
            phase: phase(conditions), tier: tenant.tier, counts: counts, conditions: conditions, open: open,
            outputs: tenant.outputs.map { TenantStatus.Output(name: $0.name, value: $0.value) })
    }

    private enum System { case cluster, identity }

    private func phase(_ conditions: [TenantStatus.Condition]) -> TenantStatus.Phase {
        switch tenant.state {
        case .absent: return .removing
        case .suspended: return .suspended
        case .active: break
        }
        if conditions.contains(where: { ["Applied", "PeopleApplied"].contains($0.type) && !$0.isTrue }) {
            return .failed
        }
        return conditions.contains { $0.type == "Ready" && !$0.isTrue } ? .notReady : .ready
    }

    /// Whether everything in the system is as asked for; of one that was not seen, what was said before.
    private func condition(_ type: String, of system: System) -> TenantStatus.Condition? {
        let held = before?.conditions.first { $0.type == type }
        switch system {
        case .cluster:
            if case .notAsked = planned.live.cluster { return held }
        case .identity:
            if case .notAsked = planned.live.identity { return held }
        }
        let isSeen = system == .cluster ? planned.live.cluster.value != nil : planned.live.identity.value != nil
        guard isSeen else { return held ?? TenantStatus.Condition(type: type, isTrue: false, message: "not reached") }
        let open = changes.filter { isOpen($0) && $0.isOfCluster == (system == .cluster) }
        guard !open.isEmpty else { return TenantStatus.Condition(type: type, isTrue: true) }
        let word = open.count == 1 ? "1 change is" : "\(open.count) changes are"
        // People are not named in what everybody may read.
        let shown = system == .cluster ? open.first.map { ": \($0.title) \(result(of: $0)?.rawValue ?? "")" } : nil
        return TenantStatus.Condition(
            type: type, isTrue: false,
            message: "\(word) not carried out\(shown ?? "")\(open.count > 1 && shown != nil ? " …" : "")")
    }

    /// Of a cluster that was not seen, what was said before.
    private var open: [TenantStatus.Open] {
        guard planned.live.cluster.value != nil else { return before?.open ?? [] }
        return changes.filter(\.isOfCluster).compactMap { change in
            result(of: change).map { TenantStatus.Open(address: change.address, result: $0) }
        }
    }

    private func result(of change: Change) -> TenantStatus.Open.Result? {
        switch outcome.results[change.address] {
        case .done: nil
        case .notReady: .notReady
        case .failed: .failed
        case .skipped: .skipped
        case .none: change.action == .blocked ? .blocked : .skipped
        }
    }

    /// Of what was changed in this run; a run that changed nothing only takes back that something was not ready.
    private var readiness: TenantStatus.Condition? {
        guard let live = planned.live.cluster.value else { return before?.conditions.first { $0.type == "Ready" } }
        let waiting = changes.compactMap { change -> String? in
            guard case .notReady(let reason) = outcome.results[change.address] else { return nil }
            return "\(change.title): \(reason)"
        }
        if let first = waiting.first { return TenantStatus.Condition(type: "Ready", isTrue: false, message: first) }
        guard changes.isEmpty, before?.conditions.contains(where: { $0.type == "Ready" && !$0.isTrue }) == true else {
            return TenantStatus.Condition(type: "Ready", isTrue: true)
        }
        let unready = tenant.objects.lazy.compactMap { object -> (key: String, value: String)? in
            guard let live = live.objects[object.id] else { return nil }
            let readiness = object.readiness(of: live.object)
            return readiness.isReady ? nil : (object.id.description, readiness.description)
        }.first
        return TenantStatus.Condition(
            type: "Ready", isTrue: unready == nil, message: unready.map { "\($0.key): \($0.value)" })
    }

    /// Said only of a cluster that need not prove who it is; of one that was not asked, what was said before.
    private var verification: TenantStatus.Condition? {
        guard let cluster = try? planned.systems.cluster?.get() else {
            return before?.conditions.first { $0.type == Self.verified }
        }
        guard !cluster.settings.isVerified else { return nil }
        return TenantStatus.Condition(
            type: Self.verified, isTrue: false,
            message: "the cluster did not prove who it is (insecure-skip-tls-verify)")
    }

    private static let verified = "ClusterVerified"

    private func isOpen(_ change: Change) -> Bool {
        switch outcome.results[change.address] {
        case .done, .notReady: false
        case .failed, .skipped, .none: true
        }
    }

    private var counts: TenantStatus.Counts {
        TenantStatus.Counts(
            objects: objects, groups: tenant.groups.count, people: members.all, activePeople: members.active)
    }
}

extension Change {
    /// By the address, which blocked changes have too.
    fileprivate var isOfCluster: Bool { !address.hasPrefix("idp/") }
}
