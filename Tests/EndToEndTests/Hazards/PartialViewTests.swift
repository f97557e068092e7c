import Formats
import Foundation
import HTTP
import TestSupport
import Testing

/// Lists that break off: they are begun anew or fail, and nothing is removed on the strength of a part.
@Suite struct PartialViewTests {
    private static let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
    private static let blueprint = "blueprints/app/1.0.0/blueprint.yaml"
    private static let expired =
        #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"The provided continue parameter "#
        + #"is too old to display a consistent list result.","reason":"Expired","code":410}"#
    private static let broken =
        #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"etcdserver: leader changed","#
        + #""reason":"InternalError","code":500}"#

    /// A fleet with ten ConfigMaps in all, one of which is to go.
    private func fleet() async throws -> ProxiedFleet {
        let fleet = try await ProxiedFleet()
        let repository = fleet.repository
        let maps = (1...4).map { "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m\($0)}\ndata: {a: b}\n" }
        let text = try repository.read(Self.manifests)
        try repository.write(text + maps.joined(), to: Self.manifests)
        try await repository.commit("Ten maps")
        try await repository.succeed("apply", "--yes")
        try repository.write(text + maps.dropLast().joined(), to: Self.manifests)
        try await repository.commit("Eight maps")
        return fleet
    }

    /// Pages of one ConfigMap each; that page of the listing is answered by something else so many times.
    private static func paging(_ page: Int, _ times: Int, _ answer: @escaping @Sendable () -> [FaultServer.Step])
        -> FaultProxy.Replacement
    {
        let (seen, bent) = (Counter(), Counter())
        return { exchange in
            guard exchange.request.method == "GET", exchange.path == "/api/v1/configmaps" else { return nil }
            let isFirst = !exchange.request.path.contains("continue=")
            if isFirst { seen.reset() }
            if seen.next() == page, bent.next() <= times { return answer() }
            let path = exchange.request.path.replacing("limit=500", with: "limit=1")
            return exchange.answer(path: path).map { [.answer($0)] }
        }
    }

    @Test("A16: a list that expires on its seventh page is begun anew")
    func expiresOnce() async throws {
        let fleet = try await fleet()
        fleet.cluster.replace(Self.paging(7, 1) { [.json(Self.expired, status: 410)] })
        let plan = try await fleet.transcript(["plan"])
        #expect(plan.status == 0, "\(plan.text)")
        #expect(plan.text.contains("Plan: 0 to add, 0 to change, 2 to destroy."), "\(plan.text)")
    }

    @Test("A16: of a list that does not come to its end nothing is planned", arguments: [0, 1])
    func neverWhole(_ index: Int) async throws {
        let fleet = try await fleet()
        let (status, words) = [(410, "(410)"), (500, "etcdserver: leader changed (500)")][index]
        fleet.cluster.replace(
            Self.paging(7, 1_000) { [.json(status == 410 ? Self.expired : Self.broken, status: status)] })
        for command in [["plan"], ["apply", "--yes"]] {
            let run = try await fleet.transcript(command)
            #expect(run.status == 7, "\(run.text)")
            #expect(run.text.contains(words), "\(run.text)")
            #expect(!run.text.contains(" - ConfigMap"), "\(run.text)")
        }
        #expect(!fleet.cluster.requests.contains { $0.method == "DELETE" })
        fleet.cluster.replace(nil)
        try await fleet.repository.succeed("apply", "--yes")
        #expect(fleet.cluster.requests.count { $0.method == "DELETE" } == 2)
    }

    @Test("A16: while an aggregated API is down, no namespace goes whose content it may hold")
    func aggregatedAPI() async throws {
        let fleet = try await ProxiedFleet()
        let repository = fleet.repository
        let globex = SmallFleet.tenant("globex", "Globex") + "\n  deletion: {protect: false}\n"
        try repository.write(globex, to: "tenants/globex.yaml")
        try await repository.commit("Let Globex go")
        try await repository.succeed("apply", "--yes")
        try repository.write(globex + "  state: absent\n", to: "tenants/globex.yaml")
        try repository.write("email,role,given_name,family_name\n", to: "users/globex.csv")
        try await repository.commit("Globex leaves")
        fleet.cluster.replace { exchange in
            guard exchange.path == "/apis", let answer = exchange.answer(), var body = try? JSON.parse(answer.body),
                let groups = body["items"]?.array
            else { return nil }
            let silent: JSON = [
                "metadata": ["name": "metrics.k8s.io"],
                "versions": [["version": "v1beta1", "freshness": "Stale", "resources": []]],
            ]
            body["items"] = .array(groups + [silent])
            return [.answer(HTTPResponse(status: 200, headers: answer.headers, body: body.encoded()))]
        }
        let run = try await fleet.transcript(["apply", "--yes", "--only", "cluster"])
        #expect(run.status == 7, "\(run.text)")
        #expect(run.text.contains("metrics.k8s.io/v1beta1, an aggregated API, does not answer"), "\(run.text)")
        #expect(!fleet.cluster.requests.contains { $0.method == "DELETE" })
        fleet.cluster.replace(nil)
        try await repository.succeed("apply", "--yes")
    }
}
