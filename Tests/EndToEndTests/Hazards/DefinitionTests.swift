import Formats
import Foundation
import TestSupport
import Testing

/// Kinds that the fleet defines itself.
@Suite struct DefinitionTests {
    private static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.shop.example}
        spec:
          group: shop.example
          scope: Namespaced
          names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
          versions:
            - name: v1
              served: true
              storage: true
              subresources: {status: {}}
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}

        """
    private static let widget = "apiVersion: shop.example/v1\nkind: Widget\nmetadata: {name: main}\nspec: {size: 3}\n"
    private static let widgets = "blueprints/app/1.0.0/manifests/widget.yaml"
    private static let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.shop.example"

    /// The small fleet with a kind of its own, which its tenants use.
    static func addKind(to fleet: FleetRepository) async throws {
        try fleet.write(definition, to: "blueprints/kinds/1.0.0/manifests/widgets.yaml")
        try fleet.write(
            """
            apiVersion: reconcile.dev/v1
            kind: Blueprint
            metadata: {name: kinds}
            spec: {version: 1.0.0, scope: environment, manifests: [{path: manifests/*.yaml}]}

            """, to: "blueprints/kinds/1.0.0/blueprint.yaml")
        try fleet.write(widget, to: widgets)
        try fleet.replace(
            "blueprints: {app: 1.0.0}", by: "blueprints: {app: 1.0.0, kinds: 1.0.0}", in: "reconcile.yaml")
        try fleet.write(
            try fleet.read("reconcile.yaml") + "\n  policy: {tenantKinds: [shop.example/Widget]}\n",
            to: "reconcile.yaml")
        try await fleet.commit("Define widgets")
    }

    @Test("A14: a definition comes before its objects, however long it takes to be served")
    func slowToEstablish() async throws {
        let fleet = try await ProxiedFleet()
        try await Self.addKind(to: fleet.repository)
        let (looks, lookups) = (Counter(), Counter())
        fleet.cluster.replace { exchange in
            guard exchange.request.method == "GET" else { return nil }
            if exchange.path == Self.path, fleet.cluster.hasSeen("PATCH", Self.path), looks.next() <= 2,
                let answer = exchange.answer(), var body = try? JSON.parse(answer.body)
            {
                body["status"] = nil
                return [.json(body.text)]
            }
            if exchange.path == "/apis/shop.example/v1", looks.value > 2, lookups.next() <= 2 {
                return [.answer(404, type: "text/plain", body: "404 page not found\n")]
            }
            return nil
        }
        let run = try await fleet.transcript(["apply", "--yes"])
        #expect(run.status == 0, "\(run.text)")
        let writes = fleet.cluster.requests.filter { $0.method == "PATCH" }.map { $0.path.prefix { $0 != "?" } }
        let first = try #require(writes.firstIndex { $0 == Self.path })
        #expect(try #require(writes.firstIndex { $0.hasSuffix("/widgets/main") }) > first)
        #expect(lookups.value > 2 && looks.value > 2)
        #expect(try await fleet.repository.succeed("plan").text.hasPrefix("No changes."))
    }

    @Test("A14: a definition that is never established ends in a clear time-out")
    func neverEstablished() async throws {
        let fleet = try await ProxiedFleet()
        try await Self.addKind(to: fleet.repository)
        fleet.cluster.replace { exchange in
            guard exchange.request.method == "GET", exchange.path == Self.path, let answer = exchange.answer(),
                var body = try? JSON.parse(answer.body), body["spec"] != nil
            else { return nil }
            body["status"] = ["conditions": []]
            return [.json(body.text)]
        }
        let run = try await fleet.transcript(["apply", "--yes", "--wait-timeout", "1s"])
        #expect(run.status == 5, "\(run.text)")
        #expect(run.text.contains("cannot use CustomResourceDefinition widgets.shop.example on"), "\(run.text)")
        #expect(run.text.contains("not established yet"), "\(run.text)")
        fleet.cluster.replace(nil)
        try await fleet.repository.succeed("apply", "--yes")
    }

    @Test("A14: objects go before their definition, and it stays while anybody else has some")
    func removal() async throws {
        let fleet = try await ProxiedFleet()
        let (repository, world) = (fleet.repository, try World(fleet.sandbox))
        try await Self.addKind(to: repository)
        try await repository.succeed("apply", "--yes")
        try await world.cluster(
            "POST", "/apis/shop.example/v1/namespaces/default/widgets",
            #"{"apiVersion": "shop.example/v1", "kind": "Widget", "metadata": {"name": "theirs"}}"#)
        try repository.remove(Self.widgets)
        try repository.replace(", kinds: 1.0.0}", by: "}", in: "reconcile.yaml")
        try await repository.commit("No widgets")
        let held = try await fleet.transcript(["apply", "--yes"])
        #expect(held.status == 4, "\(held.text)")
        #expect(held.text.contains("(Widget default/theirs would go with it; remove them first)"), "\(held.text)")
        #expect(held.text.contains("Apply complete: 0 added, 0 changed, 2 destroyed."), "\(held.text)")
        try await world.cluster("GET", Self.path)

        try await world.cluster("DELETE", "/apis/shop.example/v1/namespaces/default/widgets/theirs")
        try await repository.succeed("apply", "--yes")
        let deletions = fleet.cluster.requests.filter { $0.method == "DELETE" }.map(\.path)
        #expect(deletions.last == Self.path && deletions.count == 3, "\(deletions)")
        #expect(try await repository.succeed("plan").text.hasPrefix("No changes."))
    }
}

extension FaultProxy {
    func hasSeen(_ method: String, _ path: String) -> Bool {
        requests.contains { $0.method == method && $0.path.hasPrefix(path) }
    }
}
