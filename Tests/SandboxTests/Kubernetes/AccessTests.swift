import Formats
import Sandbox
import Testing

/// Who may do what: roles, bindings, and that nobody gives away more than they have.
@Suite struct AccessTests {
    private static let rbac = "/apis/rbac.authorization.k8s.io/v1"
    private static let reads: JSON = ["apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]]

    private static func role(_ name: String, _ rules: [JSON], kind: String = "Role") -> JSON {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string(kind), "metadata": ["name": .string(name)],
            "rules": .array(rules),
        ]
    }

    private static func binding(
        _ name: String, _ role: String, kind: String = "Role", to user: String, isLocal: Bool = true
    ) -> JSON {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": isLocal ? "RoleBinding" : "ClusterRoleBinding", "metadata": ["name": .string(name)],
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": .string(kind), "name": .string(role)],
            "subjects": [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(user)]],
        ]
    }

    /// Somebody who may read ConfigMaps, and write roles and bindings, in namespace `t`.
    private static func begin() async throws -> (administrator: SandboxClient, ada: SandboxClient) {
        let client = try SandboxClient(controllers: nil)
        try await client.makeNamespace("t")
        let writes: JSON = [
            "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"], "verbs": ["*"],
            "resourceNames": [],
        ]
        // Writing is not giving away: `*` would also be `escalate` and `bind`.
        var limited = writes
        limited["verbs"] = ["create", "get", "patch", "update"]
        try await client.send("POST", "\(rbac)/namespaces/t/roles", role("mine", [reads, limited]))
        try await client.send("POST", "\(rbac)/namespaces/t/rolebindings", binding("mine", "mine", to: "ada"))
        return (client, client.acting(as: "ada"))
    }

    @Test func rightsThatOneHasCanBeGiven() async throws {
        let (_, ada) = try await Self.begin()
        let narrower: JSON = [
            "apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"], "resourceNames": ["one"],
        ]
        let path = "\(Self.rbac)/namespaces/t"
        #expect(try await ada.send("POST", "\(path)/roles", Self.role("less", [narrower])).status == 201)
        let bound = try await ada.send("POST", "\(path)/rolebindings", Self.binding("less", "less", to: "grace"))
        #expect(bound.status == 201)
        let grace = ada.acting(as: "grace")
        #expect(try await grace.send("GET", "/api/v1/namespaces/t/configmaps/one").status == 404)
        #expect(try await grace.send("GET", "/api/v1/namespaces/t/configmaps/two").status == 403)
        for (name, status) in [("one", 200), ("two", 403)] {
            let list = "/api/v1/namespaces/t/configmaps?fieldSelector=metadata.name=\(name)"
            #expect(try await grace.send("GET", list).status == status)
        }
    }

    @Test func rightsThatOneLacksCannotBeGiven() async throws {
        let (_, ada) = try await Self.begin()
        let more: JSON = [
            "apiGroups": ["", "apps"], "resources": ["secrets"], "verbs": ["list", "get"],
        ]
        let refused = try await ada.send(
            "POST", "\(Self.rbac)/namespaces/t/roles", Self.role("more", [Self.reads, more]))
        #expect(refused.status == 403)
        #expect(
            refused.value["message"]
                == """
                roles.rbac.authorization.k8s.io "more" is forbidden: user "ada" (groups=["system:authenticated"]) is \
                attempting to grant RBAC permissions not currently held:
                {APIGroups:[""], Resources:["secrets"], Verbs:["list" "get"]}
                {APIGroups:["apps"], Resources:["secrets"], Verbs:["list" "get"]}
                """)
        #expect(refused.value["details"]?["kind"] == "roles")
        // Changing a role is giving rights too, by any of the ways to write.
        let patch: JSON = ["rules": [more]]
        let path = "\(Self.rbac)/namespaces/t/roles/mine"
        #expect(try await ada.send("PATCH", path, patch, type: "application/merge-patch+json").status == 403)
        let applied = try await ada.send(
            "PATCH", "\(path)?fieldManager=ada&force=true", Self.role("mine", [more]),
            type: "application/apply-patch+yaml")
        #expect(applied.status == 403)
    }

    @Test func bindingNeedsTheRightsOfTheRoleOrTheRightToBindIt() async throws {
        let (administrator, ada) = try await Self.begin()
        let path = "\(Self.rbac)/namespaces/t/rolebindings"
        let admin = Self.binding("admins", "cluster-admin", kind: "ClusterRole", to: "ada")
        let refused = try await ada.send("POST", path, admin)
        #expect(refused.status == 403)
        #expect(
            refused.value["message"]?.string?.hasSuffix(
                """
                {APIGroups:["*"], Resources:["*"], Verbs:["*"]}
                {NonResourceURLs:["*"], Verbs:["*"]}
                """) == true)
        let unknown = try await ada.send("POST", path, Self.binding("none", "none", to: "ada"))
        #expect(unknown.status == 404)
        #expect(unknown.value["message"] == "roles.rbac.authorization.k8s.io \"none\" not found")
        let bind: JSON = [
            "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["bind"],
            "resourceNames": ["cluster-admin"],
        ]
        try await administrator.send("POST", "\(Self.rbac)/namespaces/t/roles", Self.role("binder", [bind]))
        try await administrator.send("POST", path, Self.binding("binder", "binder", to: "ada"))
        #expect(try await ada.send("POST", path, admin).status == 201)
    }

    @Test func reviewsSayWhyAndForWhom() async throws {
        let (administrator, _) = try await Self.begin()
        func ask(_ spec: JSON, _ kind: String = "SubjectAccessReview", in path: String = "") async throws -> JSON {
            let plural = "\(kind.lowercased())s"
            var body: JSON = ["apiVersion": "authorization.k8s.io/v1", "kind": .string(kind), "metadata": [:]]
            if !path.isEmpty { body["metadata"] = ["namespace": "t"] }
            body["spec"] = spec
            return try await administrator.send("POST", "/apis/authorization.k8s.io/v1\(path)/\(plural)", body).value
        }
        let get: JSON = ["namespace": "t", "verb": "get", "resource": "configmaps"]
        let allowed = try await ask(["user": "ada", "resourceAttributes": get])
        #expect(
            allowed["status"] == [
                "allowed": true, "reason": #"RBAC: allowed by RoleBinding "mine/t" of Role "mine" to User "ada""#,
            ])
        #expect(try await ask(["user": "bob", "resourceAttributes": get])["status"] == ["allowed": false])
        let path: JSON = ["path": "/version", "verb": "get"]
        #expect(
            try await ask(["user": "bob", "groups": ["system:authenticated"], "nonResourceAttributes": path])[
                "status"]?[
                    "allowed"] == true)
        #expect(
            try await ask([:])["message"]
                == """
                .authorization.k8s.io "" is invalid: [spec.resourceAttributes: Invalid value: null: exactly one of \
                nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value: "": at least one \
                of user or group must be specified]
                """)
        let local = try await ask(
            ["user": "ada", "resourceAttributes": get], "LocalSubjectAccessReview", in: "/namespaces/t")
        #expect(local["status"]?["allowed"] == true)
        #expect(local["metadata"]?["namespace"] == "t")
    }

    @Test func aBindingToARoleThatIsNotThereIsNamed() async throws {
        let client = try SandboxClient(controllers: nil)
        try await client.makeNamespace("t")
        try await client.send("POST", "\(Self.rbac)/namespaces/t/rolebindings", Self.binding("b", "gone", to: "ada"))
        let refused = try await client.acting(as: "ada").send("GET", "/api/v1/namespaces/t/secrets")
        #expect(
            refused.value["message"]
                == """
                secrets is forbidden: User "ada" cannot list resource "secrets" in API group "" in the namespace "t": \
                RBAC: role.rbac.authorization.k8s.io "gone" not found
                """)
    }

    @Test func onlyWhoMayActsAsSomebodyElse() async throws {
        let (administrator, ada) = try await Self.begin()
        let who: JSON = ["apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"]
        let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
        let shown = try await administrator.acting(as: "system:serviceaccount:t:robot").send("POST", path, who).value
        #expect(
            shown["status"]?["userInfo"] == [
                "username": "system:serviceaccount:t:robot",
                "groups": ["system:serviceaccounts", "system:serviceaccounts:t", "system:authenticated"],
            ])
        try await administrator.send(
            "POST", "/api/v1/namespaces/t/serviceaccounts",
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "robot"]])
        let token = try await administrator.send(
            "POST", "/api/v1/namespaces/t/serviceaccounts/robot/token",
            ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": ["audiences": []]])
        var robot = ada
        robot.bearer = token.value["status"]?["token"]?.string ?? ""
        let refused = try await robot.send("GET", "/api/v1/namespaces/t/configmaps")
        #expect(
            refused.value["message"]
                == """
                users "ada" is forbidden: User "system:serviceaccount:t:robot" cannot impersonate resource "users" in API \
                group "" at the cluster scope
                """)
    }

    @Test func aTokenEndsWithItsAccountAndWithWhatItIsBoundTo() async throws {
        let client = try SandboxClient(controllers: nil)
        try await client.makeNamespace("t")
        let accounts = "/api/v1/namespaces/t/serviceaccounts"
        try await client.send(
            "POST", accounts, ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "robot"]])
        try await client.send(
            "POST", "/api/v1/namespaces/t/secrets",
            ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "lease"]])
        func issue(_ spec: JSON) async throws -> (status: Int, value: JSON) {
            var body: JSON = ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"]
            body["spec"] = spec
            return try await client.send("POST", "\(accounts)/robot/token", body)
        }
        func review(_ token: JSON, for audiences: JSON = []) async throws -> JSON {
            let spec: JSON = ["token": token, "audiences": audiences]
            let answer = try await client.send(
                "POST", "/apis/authentication.k8s.io/v1/tokenreviews",
                ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec])
            return answer.value["status"] ?? .null
        }
        let bound = try await issue([
            "boundObjectRef": ["apiVersion": "v1", "kind": "Secret", "name": "lease"], "audiences": ["vault"],
        ])
        let token = bound.value["status"]?["token"] ?? .null
        #expect(try await review(token, for: ["vault", "other"])["audiences"] == ["vault"])
        #expect(try await review(token)["authenticated"] == nil)
        try await client.send("DELETE", "/api/v1/namespaces/t/secrets/lease")
        #expect(try await review(token, for: ["vault"])["error"] == "invalid bearer token")
        #expect(try await issue(["expirationSeconds": 599]).status == 422)
        let plain = try await issue([:]).value["status"]?["token"] ?? .null
        #expect(try await review(plain)["user"]?["username"] == "system:serviceaccount:t:robot")
        try await client.send("DELETE", "\(accounts)/robot")
        #expect(try await review(plain)["authenticated"] == nil)
    }

    @Test func rolesGatherTheRulesOfOthers() async throws {
        let client = try SandboxClient(controllers: ControllerPace(start: .milliseconds(5)))
        defer { client.sandbox.stop() }
        @Sendable func rules(_ role: JSON, _ group: String) -> Int {
            (role["rules"]?.array ?? []).count { $0["apiGroups"] == [.string(group)] }
        }
        func count(_ name: String, _ group: String, _ expected: Int) async throws -> Int {
            let path = "\(Self.rbac)/clusterroles/\(name)"
            return rules(try await client.wait(for: path) { rules($1, group) == expected }.value, group)
        }
        #expect(try await count("admin", "apps", 2) == 2)
        var role = Self.role("widgets", [["apiGroups": ["example.dev"], "resources": ["*"], "verbs": ["get"]]])
        role["kind"] = "ClusterRole"
        role["metadata"]?["labels"] = ["rbac.authorization.k8s.io/aggregate-to-view": "true"]
        try await client.send("POST", "\(Self.rbac)/clusterroles", role)
        for name in ["view", "edit", "admin"] { #expect(try await count(name, "example.dev", 1) == 1) }
    }
}
