import Planning
import Tenancy

extension Run {
    /// What the files ask for otherwise than their base does, as a plan for systems that are just as the base asks. Nobody is
    /// asked: no credential, no record, no live system.
    func planOffline(
        _ desired: DesiredState, _ draft: Draft, _ prepared: Prepared, of part: FleetPart?
    ) throws(Problem) -> Planned {
        guard let base = prepared.base else { throw Problem(.usage, "--offline compares with a base: add --base REF") }
        let (state, diagnostics) = base.fleet.desiredState(environment: desired.environment.name, on: today, of: part)
        guard let state else {
            let first = diagnostics.first { $0.severity == .error }?.line ?? "it has no such environment"
            throw Problem(.invalid, "the base '\(base.ref)' cannot be rendered: \(first)")
        }
        // Whether realm roles are there is the realm's to say.
        let roles = Set((state.tenants + desired.tenants).flatMap(\.groups).flatMap(\.realmRoles))
        let live = LiveState(asked: state, roles: roles)
        let limited = LiveState(
            cluster: request.only == .identity ? .notAsked : live.cluster,
            identity: request.only == .cluster ? .notAsked : live.identity)
        let plan = Plan.make(
            desired: desired, live: limited,
            inventory: PlanInventory(asked: state, commit: base.commit.id.description),
            source: prepared.checkout.source,
            approvals: request.approvals.union(draft.asked.approvalsInForce(nil, on: today)), part: part)
        return Planned(
            plan: plan.restricted(toTenants: request.tenants), desired: desired, live: limited,
            systems: Systems(cluster: nil, realm: nil), stored: nil, onlyTenants: request.tenants, asked: draft.asked,
            today: today, stale: [], left: [], others: 0)
    }
}

extension Prepared {
    /// What of an environment can come out otherwise than for the base.
    func affected(in environment: String, on day: CalendarDate) -> FleetPart? {
        guard let base, let fleet else { return nil }
        return fleet.affected(files, since: (base.fleet, base.files), in: environment, on: day)
    }
}
