import Formats
import Planning
import Tenancy
import Testing

@Suite struct EntireStateTests {
    static let acme = Sample.tenant(
        "acme",
        objects: [
            Sample.namespace("acme"), Sample.configMap("branding", of: "acme"),
            Sample.secret(
                "credentials", of: "acme",
                keys: [
                    SecretKey(name: "password", source: .generate(length: 32)),
                    SecretKey(name: "jwt", source: .generate(length: 64), rotation: 2),
                ]),
        ])
    static let state = Sample.state(
        tenants: [acme],
        people: [Sample.person("ada@acme.example", ["acme/operator"]), Sample.person("bob@acme.example")])

    @Test func anEmptyWorldIsFilled() {
        let plan = Plan.make(desired: Self.state, live: World().state, source: Sample.source)
        #expect(plan.changes.allSatisfy { $0.action == .create })
        #expect(
            plan.changes.map(\.address) == [
                "idp/prod/groups/acme", "k8s/prod/acme/core/Namespace/tenant-acme", "idp/prod/groups/acme/analyst",
                "idp/prod/groups/acme/operator", "k8s/prod/acme/core/ConfigMap/tenant-acme/branding",
                "k8s/prod/acme/core/Secret/tenant-acme/credentials", "idp/prod/users/ada@acme.example",
                "idp/prod/users/bob@acme.example",
            ])
        #expect(plan.gates.isEmpty)
    }

    @Test func whatWasAppliedNeedsNothing() {
        let world = World(applied: Self.state)
        let plan = Plan.make(desired: Self.state, live: world.state, source: Sample.source)
        #expect(plan.isEmpty, "\(plan.changes.map(\.address))")
        #expect(plan.diagnostics.isEmpty)
        let again = Plan.make(
            desired: Self.state, live: world.state, inventory: world.inventory(of: Self.state), source: Sample.source)
        #expect(again.isEmpty, "\(again.changes.map(\.address))")
    }
}
