import Formats
import Foundation
import HTTP
import TestSupport
import Testing

/// A plan with rights to read and nothing more.
@Suite struct ReadOnlyTests {
    @Test("A19: a plan needs to read and nothing more, and writes nothing")
    func planReadsAlone() async throws {
        let fleet = try await ProxiedFleet()
        let (repository, world) = (fleet.repository, try World(fleet.sandbox))
        try await repository.succeed("apply", "--yes")
        try await fleet.change()
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let behind = try SandboxCluster(fleet.sandbox)
        try behind.kubeconfig(
            server: behind.url, authority: behind.authority, token: try await Self.viewer(of: world)
        ).write(toFile: folder.file("kubeconfig"), atomically: true, encoding: .utf8)
        let fleetFile = try repository.read("reconcile.yaml")
        try repository.write(
            fleetFile.replacing("clientId: reconcile", with: "clientId: planner"), to: "reconcile.yaml")
        let variables = [
            "KUBECONFIG": folder.file("kubeconfig"), "KEYCLOAK_CLIENT_SECRET": try await Self.planner(of: world),
        ]

        let before = try world.writes().count
        let plan = try await repository.reconcile("plan", "--detailed-exitcode", with: variables)
        #expect(plan.status == 2, "\(plan.text)\(plan.errors)")
        try repository.write(fleetFile, to: "reconcile.yaml")
        let own = try await repository.reconcile("plan", "--detailed-exitcode")
        #expect(plan.text == own.text, "who may only read sees the same")
        let writes = try world.writes().dropFirst(before)
        #expect(writes.isEmpty, "\(writes)")
        // Without a record every kind is looked at.
        try await repository.git("update-ref", "-d", "refs/heads/reconcile/state/sandbox")
        try repository.write(
            fleetFile.replacing("clientId: reconcile", with: "clientId: planner"), to: "reconcile.yaml")
        let unrecorded = try await repository.reconcile("plan", "--detailed-exitcode", with: variables)
        #expect(unrecorded.status == 2, "\(unrecorded.text)\(unrecorded.errors)")
        #expect(try world.writes().count == before)
    }

    /// The token of a service account that may get and list.
    private static func viewer(of world: World) async throws -> String {
        let group = "/apis/rbac.authorization.k8s.io/v1"
        try await world.cluster(
            "POST", "/api/v1/namespaces", #"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ci"}}"#)
        try await world.cluster(
            "POST", "/api/v1/namespaces/ci/serviceaccounts",
            #"{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "planner"}}"#)
        try await world.cluster(
            "POST", "\(group)/clusterroles",
            #"{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "planner"}, "#
                + #""rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}, "#
                + #"{"nonResourceURLs": ["/api", "/api/*", "/apis", "/apis/*"], "verbs": ["get"]}]}"#)
        try await world.cluster(
            "POST", "\(group)/clusterrolebindings",
            #"{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "planner"}, "#
                + #""roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "planner"}, "#
                + #""subjects": [{"kind": "ServiceAccount", "name": "planner", "namespace": "ci"}]}"#)
        let answer = try await world.cluster(
            "POST", "/api/v1/namespaces/ci/serviceaccounts/planner/token",
            #"{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}"#)
        return try #require(answer[path: "status", "token"]?.string)
    }

    /// The secret of a client that may view users and the realm.
    private static func planner(of world: World) async throws -> String {
        try await world.realm(
            .post, "/clients",
            [
                "clientId": "planner", "publicClient": false, "serviceAccountsEnabled": true,
                "standardFlowEnabled": false, "directAccessGrantsEnabled": false,
            ])
        func first(_ path: String) async throws -> String {
            try #require(try await world.realm(.get, path).array?.first?["id"]?.string)
        }
        let client = try await first("/clients?clientId=planner")
        let management = try await first("/clients?clientId=realm-management")
        let account = try #require(
            try await world.realm(.get, "/clients/\(client)/service-account-user")["id"]?.string)
        for role in ["view-users", "view-realm"] {
            let found = try await world.realm(.get, "/clients/\(management)/roles/\(role)")
            try await world.realm(.post, "/users/\(account)/role-mappings/clients/\(management)", [found])
        }
        return try #require(try await world.realm(.get, "/clients/\(client)/client-secret")["value"]?.string)
    }
}
