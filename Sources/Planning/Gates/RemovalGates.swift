import Formats
import KubernetesModel
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
    /// Why a change, or a part of it, is held back.
    private var held: [String: Held] = [:]
    /// What an approval lets pass or a tenant's gate holds back: the fleet's gates do not count it again.
    private var settled: Set<String> = []

    /// Tenants that somebody belongs to by the files.
    private lazy var inhabited: Set<String> = input.desired.people.reduce(into: []) { names, person in
        for membership in person.memberships where membership.isActive { names.insert(membership.tenant) }
    }

    private struct Held {
        var groups: Set<String> = []
        var reason: String
    }

    init(input: PlanInput, population: Population, approvals: Set<String>) {
        self.input = input
        self.population = population
        self.approvals = approvals
    }

    /// The changes with those blocked that a tenant's gate refuses.
    mutating func hold(_ changes: [Change]) -> [Change] {
        let removals = changes.flatMap { $0.removals(input) }
        for (kind, removals) in Dictionary(grouping: removals, by: \.kind).sorted(by: { $0.key < $1.key }) {
            guard let tenant = kind.tenant.flatMap({ input.tenants[$0] }), tenant.state == .active else { continue }
            weigh(removals, kind.removalClass, of: tenant)
        }
        let rest = removals.filter { removal in
            let isCounted = removal.kind.tenant.flatMap { input.tenants[$0] }.map { $0.state == .active } ?? true
            return isCounted && !settled.contains(removal.identity)
        }
        for (removalClass, removals) in Dictionary(grouping: rest, by: \.kind.removalClass) {
            weigh(removals, removalClass)
        }
        return held.isEmpty ? changes : changes.flatMap(held(_:))
    }

    /// A tenant's gate.
    private mutating func weigh(_ removals: [Removal], _ removalClass: RemovalClass, of tenant: DesiredTenant) {
        let total = population[removalClass, of: tenant.name]
        let name = "\(tenant.name)/\(removalClass.rawValue)"
        let emptied = removalClass == .users && !removals.isEmpty && isWithoutPeople(tenant)
        guard
            let excess = excess(removals.count, of: total)
                ?? (emptied ? "nobody would be left (\(removals.count)/\(total))" : nil)
        else { return }
        let gate = gate(name, tenant: tenant.name, excess, removals)
        gates.append(gate)
        settled.formUnion(removals.map(\.identity))
        guard !gate.isApproved else { return }
        for removal in removals {
            held[removal.address, default: Held(reason: "\(excess), see \(name) below")].groups
                .formUnion([removal.group].compactMap { $0 })
        }
    }

    /// The fleet's gate: over it, nothing at all is carried out.
    private mutating func weigh(_ removals: [Removal], _ removalClass: RemovalClass) {
        guard let excess = excess(removals.count, of: population.total(removalClass)) else { return }
        gates.append(gate("fleet/\(removalClass.rawValue)", tenant: nil, excess, removals))
    }

    private func held(_ change: Change) -> [Change] {
        guard let held = held[change.address] else { return [change] }
        guard !held.groups.isEmpty else { return [change.blocked(held.reason)] }
        return change.holdingBack(leaves: held.groups, reason: held.reason)
    }

    private func gate(_ name: String, tenant: String?, _ excess: String, _ removals: [Removal]) -> Gate {
        let digest = Digest.of(.array([.string(name)] + removals.map(\.identity).sorted().map { .string($0) }))
        return Gate(
            name: name, tenant: tenant, finding: "\(name): \(excess)", digest: digest,
            isApproved: approvals.contains { $0.utf8.count >= 8 && digest.hasPrefix($0) })
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

    /// The files have nobody there: whoever else stays, as a last admin, does so against them.
    private mutating func isWithoutPeople(_ tenant: DesiredTenant) -> Bool {
        !inhabited.contains(tenant.name)
    }
}

/// One thing that a change takes away, as gates count it.
struct Removal {
    struct Kind: Hashable, Comparable {
        let tenant: String?
        let removalClass: RemovalClass

        static func < (left: Self, right: Self) -> Bool {
            (left.tenant ?? "", left.removalClass.rawValue) < (right.tenant ?? "", right.removalClass.rawValue)
        }
    }

    let address: String
    let kind: Kind
    /// The path of the group that a membership is of.
    let group: String?
    /// What an approval is about: what goes, and which one of that name. The same in every run.
    let identity: String
}

extension Change {
    fileprivate func removals(_ input: PlanInput) -> [Removal] {
        let uid = precondition?.uid ?? ""
        func whole(_ removalClass: RemovalClass) -> [Removal] {
            let kind = Removal.Kind(tenant: tenant, removalClass: removalClass)
            return [Removal(address: address, kind: kind, group: nil, identity: "\(action.rawValue) \(address) \(uid)")]
        }
        switch operation {
        case .cluster(.delete): return whole(.objects)
        case .cluster(.replace(let object, _)) where action == .replace && object.id.holdsData: return whole(.objects)
        case .identity(.deleteGroup): return whole(.groups)
        case .identity(.releasePerson): return isReleaseAlone ? [] : whole(.users)
        case .identity(.deletePerson): return whole(.accounts)
        // Of an account that is disabled already only the groups are left.
        case .identity(.disablePerson): return fields.isEmpty ? [] : whole(.users)
        case .identity(.updatePerson(let update)):
            return update.leave.map { group in
                Removal(
                    address: address, kind: .init(tenant: input.tenant(ofGroup: group), removalClass: .memberships),
                    group: group, identity: "leave \(group) \(address) \(uid)")
            }
        default: return []
        }
    }
}

extension ObjectID {
    /// With an object of the kind its data may go: making it anew is a removal.
    fileprivate var holdsData: Bool {
        switch "\(group)/\(kind)" {
        case "/Namespace", "/PersistentVolumeClaim", "apps/StatefulSet": true
        default: false
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
