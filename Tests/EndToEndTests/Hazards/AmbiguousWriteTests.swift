import Formats
import Foundation
import HTTP
import TestSupport
import Testing

/// Writes of which nobody knows whether they were carried out, and refusals of different origin.
@Suite struct AmbiguousWriteTests {
    private static let cuts: [(id: String, method: String, part: String, isIdentity: Bool)] = [
        ("a person", "POST", "/users", true),
        ("a group", "POST", "/children", true),
        ("a role binding", "PATCH", "/rolebindings/", false),
        ("a generated secret", "POST", "/secrets", false),
    ]

    private static let binding = """

        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: watchers}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: watchers}]
        """

    @Test("N9: a write whose answer was lost is looked for, and made once", arguments: cuts.indices)
    func answerLost(_ index: Int) async throws {
        let cut = Self.cuts[index]
        let fleet = try await ProxiedFleet()
        let (repository, world) = (fleet.repository, try World(fleet.sandbox))
        let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
        try repository.write(try repository.read(manifests) + Self.binding, to: manifests)
        try await repository.commit("Bind a role")
        let lost = Counter()
        (cut.isIdentity ? fleet.identity : fleet.cluster).replace { exchange in
            guard exchange.request.method == cut.method, exchange.path.contains(cut.part),
                !exchange.path.contains("role-mappings"), lost.next() == 1, exchange.answer() != nil
            else { return nil }
            return [.reset]
        }
        let run = try await fleet.transcript(["apply", "--yes"])
        #expect(lost.value > 0, "nothing was cut off")
        #expect([0, 5, 7].contains(run.status), "\(cut.id): \(run.text)")
        let secret = try await secret(world)
        try await repository.succeed("apply", "--yes")
        #expect(try await repository.succeed("plan").text.hasPrefix("No changes."), "\(cut.id)")
        #expect(try await self.secret(world) == secret, "\(cut.id): a value that was generated stays")
        let people = try await world.realm(.get, "/users?max=100").array ?? []
        let names = people.compactMap { $0["username"]?.string }
        #expect(Set(names).count == names.count, "\(names)")
        #expect(names.count { $0 == "ada@acme.example" } == 1, "\(names)")
    }

    private func secret(_ world: World) async throws -> JSON? {
        try await world.cluster("GET", "/api/v1/namespaces/tenant-acme/secrets/credentials")["data"]
    }

    private static let refusals: [(code: Int, reason: String, message: String, status: Int32, words: String)] = [
        (
            403, "Forbidden",
            #"configmaps "branding" is forbidden: User "ci" cannot patch resource "configmaps" in API group "" in the namespace "tenant-acme""#,
            7, "a role that allows it"
        ),
        (
            403, "Forbidden",
            #"configmaps "branding" is forbidden: exceeded quota: small, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1"#,
            5, "(403); raise the quota or ask for less"
        ),
        (
            403, "Forbidden", #"admission webhook "policy.example" denied the request: no owner"#, 5,
            "(403); change what it objects to, or ask those whose webhook it is"
        ),
        (
            403, "Forbidden",
            #"pods "app" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false"#, 5,
            "(403); ask for less in the pods"
        ),
        (
            500, "InternalError",
            #"Internal error occurred: failed calling webhook "policy.example": failed to call webhook: Post "https://policy.example.svc:443/": context deadline exceeded"#,
            5, "(500); nothing is written until the webhook answers again"
        ),
    ]

    @Test(
        "N11: rights, quota, webhook and pod security are told apart, each with what to do", arguments: refusals.indices
    )
    func refused(_ index: Int) async throws {
        let refusal = Self.refusals[index]
        let fleet = try await ProxiedFleet()
        let body: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(refusal.message), "reason": .string(refusal.reason), "code": .int(Int64(refusal.code)),
        ]
        fleet.cluster.replace { exchange in
            guard exchange.request.method == "PATCH", exchange.path.hasSuffix("tenant-acme/configmaps/branding") else {
                return nil
            }
            return [.json(body.text, status: refusal.code)]
        }
        let run = try await fleet.transcript(["apply", "--yes", "--timeout", "5s"])
        #expect(run.status == refusal.status, "\(run.text)")
        let line = run.text.split(separator: "\n").first { $0.contains("ConfigMap tenant-acme/branding: ") }
        #expect(line?.contains(refusal.words) == true, "\(run.text)")
        fleet.cluster.replace(nil)
        try await fleet.repository.succeed("apply", "--yes")
    }
}
