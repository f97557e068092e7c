import KubernetesModel
import Planning
import Tenancy
import TestSupport

/// Fleets made up by chance: each seed one.
struct RandomState {
    private var generator: SeededGenerator

    /// Nothing is held back, so that a run can converge.
    static let limits = Limits(
        maxDeletePercent: 100, maxDeletes: 10_000, minPopulation: 1, maxTenantRemovals: 100, maxChangedTenants: 100,
        minAdmins: 0)

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    mutating func state() -> DesiredState {
        let tenants = ["acme", "beta", "gamma"].map { tenant($0) }
        let active = Set(tenants.filter { $0.state == .active }.map(\.name))
        var people: [DesiredPerson] = []
        for number in 1...8 where chance(75) {
            let groups = tenants.flatMap { tenant in
                ["operator", "analyst"].filter { _ in chance(30) }.map { "\(tenant.name)/\($0)" }
            }
            guard !groups.isEmpty else { continue }
            let isActive = groups.allSatisfy { active.contains(String($0.split(separator: "/")[0])) } && chance(85)
            people.append(
                Sample.person(
                    "p\(number)\(chance(20) ? "b" : "")@x.example", id: "u-\(number)", groups, active: isActive,
                    line: number, given: chance(50) ? "Given" : nil))
        }
        let shared = Sample.object("v1", "ConfigMap", "shared", "limits", tenant: nil, ["data": ["a": "1"]])
        return Sample.state(
            objects: chance(50) ? [shared] : [], tenants: tenants.shuffled(using: &generator),
            people: people.shuffled(using: &generator), in: Sample.environment(limits: Self.limits))
    }

    private mutating func tenant(_ name: String) -> DesiredTenant {
        let state: TenantState = chance(15) ? .absent : chance(15) ? .suspended : .active
        var objects = [Sample.namespace(name)]
        for number in 1...5 where chance(60) { objects.append(Sample.configMap("c\(number)", of: name)) }
        if chance(60) {
            let keys = (1...3).map { SecretKey(name: "k\($0)", source: .generate(length: 32)) }.filter { _ in chance(70)
            }
            objects.append(Sample.secret("credentials", of: name, keys: keys))
        }
        return Sample.tenant(
            name, state: state, isProtected: false, cascades: true, objects: objects.shuffled(using: &generator))
    }

    /// The same values in another order.
    mutating func shuffled(_ state: DesiredState) -> DesiredState {
        let tenants = state.tenants.map { tenant in
            DesiredTenant(
                name: tenant.name, displayName: tenant.displayName, tier: tenant.tier, state: tenant.state,
                isProtected: tenant.isProtected, cascades: tenant.cascades, namespace: tenant.namespace,
                source: tenant.source, objects: tenant.objects.shuffled(using: &generator),
                groups: tenant.groups.shuffled(using: &generator), outputs: tenant.outputs)
        }
        let people = state.people.map { person in
            DesiredPerson(
                key: person.key, email: person.email, givenName: person.givenName, familyName: person.familyName,
                home: person.home, source: person.source, memberships: person.memberships.shuffled(using: &generator))
        }
        return DesiredState(
            fleet: state.fleet, environment: state.environment, objects: state.objects.shuffled(using: &generator),
            tenants: tenants.shuffled(using: &generator), people: people.shuffled(using: &generator))
    }

    mutating func shuffled(_ world: World) -> World {
        var other = world
        other.objects = reinserted(world.objects)
        other.groups = reinserted(world.groups)
        other.people = reinserted(world.people)
        return other
    }

    private mutating func reinserted<Key: Hashable, Value>(_ values: [Key: Value]) -> [Key: Value] {
        var result: [Key: Value] = [:]
        for (key, value) in values.shuffled(using: &generator) { result[key] = value }
        return result
    }
}
