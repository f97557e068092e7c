import Foundation
import TestSupport
import Testing

/// Removals that do not come through: they stay to be done, and are done by the next run that can.
@Suite struct PruneTests {
    private static let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
    private static let extra = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {a: b}\n"
    private static let path = "/api/v1/namespaces/tenant-acme/configmaps/extra"

    /// A fleet that has made the ConfigMap `extra` of each tenant and does not ask for it any more.
    private func fleetThatPrunes() async throws -> ProxiedFleet {
        let fleet = try await ProxiedFleet()
        let repository = fleet.repository
        let text = try repository.read(Self.manifests)
        try repository.write(text + Self.extra, to: Self.manifests)
        try await repository.commit("Make an extra")
        try await repository.succeed("apply", "--yes")
        try repository.write(text, to: Self.manifests)
        try await repository.commit("Take the extra away")
        return fleet
    }

    private static func status(_ code: Int, _ reason: String, _ message: String) -> [FaultServer.Step] {
        let body =
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"\#(message)","#
            + #""reason":"\#(reason)","details":{"name":"extra","kind":"configmaps"},"code":\#(code)}"#
        return [.json(body, status: code)]
    }

    private static let refusals: [(id: String, words: String, steps: [FaultServer.Step])] = [
        (
            "webhook", "admission webhook guard.example.com denied the request: not on Fridays (403)",
            status(403, "Forbidden", "admission webhook guard.example.com denied the request: not on Fridays")
        ),
        (
            "rights", "give user 'test' in KUBECONFIG a role that allows it",
            status(
                403, "Forbidden",
                #"configmaps \"extra\" is forbidden: User \"ci\" cannot delete resource \"configmaps\" in API group "#
                    + #"\"\" in the namespace \"tenant-acme\""#)
        ),
        (
            "webhook that does not answer", "context deadline exceeded (500)",
            status(
                500, "InternalError",
                "Internal error occurred: failed calling webhook guard.example.com: context deadline exceeded")
        ),
        ("no answer", "no answer from http://cluster", [.silence]),
    ]

    @Test("A10: a removal that is refused stays pending, and the next run carries it out", arguments: 0..<4)
    func refusedRemovals(_ index: Int) async throws {
        let (fleet, refusal) = (try await fleetThatPrunes(), Self.refusals[index])
        fleet.cluster.replace { exchange in
            exchange.request.method == "DELETE" && exchange.path == Self.path ? refusal.steps : nil
        }
        let run = try await fleet.transcript(["apply", "--yes", "--timeout", "5s"])
        #expect(run.status == 5, "\(refusal.id): \(run.text)")
        #expect(run.text.contains(refusal.words), "\(refusal.id): \(run.text)")
        #expect(try await fleet.repository.lock("acme").contains("removal: pending"), "\(refusal.id)")
        #expect(!(try await fleet.repository.lock("globex").contains("extra")), "\(refusal.id)")
        let plan = try await fleet.transcript(["plan"])
        #expect(plan.text.contains("- ConfigMap tenant-acme/extra   asked for before"), "\(refusal.id): \(plan.text)")
        #expect(plan.text.contains("1 to destroy."), "\(refusal.id): \(plan.text)")

        fleet.cluster.replace(nil)
        try await fleet.repository.succeed("apply", "--yes")
        #expect(!(try await fleet.repository.lock("acme").contains("extra")), "\(refusal.id)")
        #expect(try await fleet.repository.succeed("plan").text.hasPrefix("No changes."))
    }

    @Test("A10: an object that a finalizer holds stays pending until it is gone, and the finalizer stays")
    func heldByAFinalizer() async throws {
        let fleet = try await fleetThatPrunes()
        let world = try World(fleet.sandbox)
        let patch = #"{"metadata": {"finalizers": ["example.com/backup"]}}"#
        try await world.cluster("PATCH", Self.path, patch, type: "application/merge-patch+json")
        for attempt in 1...2 {
            let run = try await fleet.transcript(["apply", "--yes", "--wait-timeout", "1s"])
            #expect(run.status == 5, "\(run.text)")
            #expect(run.text.contains("held by example.com/backup"), "\(run.text)")
            #expect(try await fleet.repository.lock("acme").contains("removal: pending"), "attempt \(attempt)")
            #expect(try await fleet.repository.stateCommits() == 2, "the second attempt says nothing new")
        }
        let plan = try await fleet.transcript(["plan", "--detailed-exitcode"])
        #expect(plan.status == 2)
        #expect(plan.text.contains("(still being deleted: held by example.com/backup)"), "\(plan.text)")
        let requests = fleet.cluster.requests.filter { $0.path.hasPrefix(Self.path) }
        #expect(requests.count { $0.method == "DELETE" } == 1)
        let held = try await world.cluster("GET", Self.path)
        #expect(held[path: "metadata", "finalizers"] == ["example.com/backup"])

        try await world.cluster(
            "PATCH", Self.path, #"{"metadata": {"finalizers": null}}"#, type: "application/merge-patch+json")
        try await fleet.repository.succeed("apply", "--yes")
        #expect(!(try await fleet.repository.lock("acme").contains("extra")))
    }
}
