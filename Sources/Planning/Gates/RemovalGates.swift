import Formats
import Tenancy

/// Holds removals against the environment's limits, first tenant by tenant, then all together.
///
/// What `state: suspended`, `absent` or `expires` takes away is asked for by name, and counted in tenants elsewhere; so
/// only removals of active tenants and of the environment itself are counted here.
struct RemovalGates {
    let input: PlanInput
    let population: Population
    let approvals: Set<String>
    private(set) var gates: [Gate] = []
    /// Changes that a gate counted and an approval lets pass: the fleet's gate does not ask again.
    private var approved: Set<String> = []

    init(input: PlanInput, population: Population, approvals: Set<String>) {
        self.input = input
        self.population = population
        self.approvals = approvals
    }

    /// The changes with those blocked that a tenant's gate refuses.
    mutating func hold(_ changes: [Change]) -> [Change] {
        var changes = changes
        for tenant in input.desired.tenants where tenant.state == .active {
            for removalClass in RemovalClass.allCases {
                changes = hold(changes, removalClass, of: tenant)
            }
        }
        for removalClass in RemovalClass.allCases { weigh(changes, removalClass) }
        return changes
    }

    private mutating func hold(
        _ changes: [Change], _ removalClass: RemovalClass, of tenant: DesiredTenant
    ) -> [Change] {
        let removals = changes.flatMap { $0.removals(removalClass, input) }.filter { $0.tenant == tenant.name }
        let total = population[removalClass, of: tenant.name]
        let name = "\(tenant.name)/\(removalClass.rawValue)"
        let emptied = removalClass == .users && leavesNobody(tenant, removing: removals.count, of: total)
        guard
            let excess = excess(removals.count, of: total)
                ?? (emptied ? "nobody would be left (\(removals.count)/\(total))" : nil)
        else { return changes }
        let gate = gate(name, tenant: tenant.name, excess, removals)
        gates.append(gate)
        let addresses = Set(removals.map(\.address))
        guard !gate.isApproved else {
            approved.formUnion(removals.map(\.identity))
            return changes
        }
        let reason = "\(excess), see \(name) below"
        return changes.flatMap { change -> [Change] in
            guard addresses.contains(change.address) else { return [change] }
            guard removalClass == .memberships else { return [change.blocked(reason)] }
            let groups = Set(change.left.filter { input.tenant(ofGroup: $0) == tenant.name })
            return change.holdingBack(leaves: groups, reason: reason)
        }
    }

    /// The fleet's gate: over it, nothing at all is carried out.
    private mutating func weigh(_ changes: [Change], _ removalClass: RemovalClass) {
        let removals = changes.flatMap { $0.removals(removalClass, input) }.filter { removal in
            let isCounted = removal.tenant.flatMap { input.tenants[$0] }.map { $0.state == .active } ?? true
            return isCounted && !approved.contains(removal.identity)
        }
        guard let excess = excess(removals.count, of: population.total(removalClass)) else { return }
        gates.append(gate("fleet/\(removalClass.rawValue)", tenant: nil, excess, removals))
    }

    private func gate(_ name: String, tenant: String?, _ excess: String, _ removals: [Removal]) -> Gate {
        let digest = Digest.of(.array([.string(name)] + removals.map(\.identity).sorted().map { .string($0) }))
        return Gate(
            name: name, tenant: tenant, finding: "\(name): \(excess)", digest: digest,
            isApproved: approvals.contains(digest))
    }

    /// `too many removals, 39.85% is over 25.00% (104/261)`; nil within the limits.
    private func excess(_ count: Int, of total: Int) -> String? {
        let limits = input.environment.limits
        if total >= limits.minPopulation, total > 0, Double(count) * 100 > limits.maxDeletePercent * Double(total) {
            let share = Percentage.text(Double(count) * 100 / Double(total))
            return "too many removals, \(share) is over \(Percentage.text(limits.maxDeletePercent)) (\(count)/\(total))"
        }
        if count > limits.maxDeletes {
            return "too many removals, \(count) is over \(limits.maxDeletes) (\(count)/\(total))"
        }
        return nil
    }

    private func leavesNobody(_ tenant: DesiredTenant, removing count: Int, of total: Int) -> Bool {
        guard count > 0, count >= total else { return false }
        return !input.desired.people.contains { person in
            person.memberships.contains { $0.tenant == tenant.name && $0.isActive }
        }
    }
}

/// One thing that a change takes away, as gates count it.
struct Removal {
    let address: String
    let tenant: String?
    /// What an approval is about: what goes, and which one of that name. The same in every run.
    let identity: String
}

extension Change {
    fileprivate func removals(_ removalClass: RemovalClass, _ input: PlanInput) -> [Removal] {
        let uid = precondition?.uid ?? ""
        switch (removalClass, operation) {
        case (.objects, .cluster(.delete)), (.groups, .identity(.deleteGroup)), (.users, .identity(.releasePerson)):
            return [Removal(address: address, tenant: tenant, identity: "\(action.rawValue) \(address) \(uid)")]
        case (.users, .identity(.disablePerson)) where !fields.isEmpty:
            return [Removal(address: address, tenant: tenant, identity: "\(action.rawValue) \(address) \(uid)")]
        case (.memberships, .identity(.updatePerson(let update))):
            return update.leave.map { group in
                Removal(
                    address: address, tenant: input.tenant(ofGroup: group), identity: "leave \(group) \(address) \(uid)"
                )
            }
        default: return []
        }
    }
}

/// Percentages with two digits, without a locale.
enum Percentage {
    static func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
    }
}
