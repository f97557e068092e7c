import Formats
import HTTPServer
import Sandbox
import Testing

/// Writes that the API server refuses, or makes remarks about, in ways of its own.
@Suite struct RefusedWriteTests {
    private static let maps = "/api/v1/namespaces/t/configmaps"
    private static let budgets = "/apis/policy/v1/namespaces/t/poddisruptionbudgets"

    private func client() async throws -> SandboxClient {
        let client = try SandboxClient(controllers: nil)
        try await client.makeNamespace("t")
        return client
    }

    private static func map(_ name: String, _ data: JSON) -> JSON {
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": data]
    }

    @Test(arguments: [
        ("strategic-merge-patch", "map[data:map[a:3]]", "cannot convert int64 to string"),
        ("merge-patch", "", "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"),
    ])
    func aPatchThatMakesNoObject(type: String, shown: String, problem: String) async throws {
        let client = try await client()
        try await client.send("POST", Self.maps, Self.map("a", ["a": "b"]))
        let answer = try await client.send(
            "PATCH", "\(Self.maps)/a", ["data": ["a": 3]], type: "application/\(type)+json")
        #expect(answer.status == 422)
        let cause = answer.value[path: "details", "causes"]?.array?.first
        #expect(cause?["field"] == "patch")
        let message = cause?["message"]?.string ?? ""
        #expect(message.hasPrefix("Invalid value: \"\(shown)") && message.hasSuffix("\": \(problem)"), "\(message)")
        #expect(answer.value["message"]?.string == " \"\" is invalid: patch: \(message)")
    }

    @Test func someKindsAreReplacedOnlyKnowingly() async throws {
        let client = try await client()
        var budget: JSON = [
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": ["name": "b"],
            "spec": ["minAvailable": 1],
        ]
        let made = try await client.send("POST", Self.budgets, budget)
        budget["spec"] = ["minAvailable": 2]
        let refused = try await client.send("PUT", "\(Self.budgets)/b", budget)
        #expect(
            refused.value["message"]?.string
                == "poddisruptionbudgets.policy \"b\" is invalid: metadata.resourceVersion: Invalid value: 0: "
                + "must be specified for an update")
        var unreadable = budget
        unreadable["spec"] = []
        #expect(try await client.send("PUT", "\(Self.budgets)/b", unreadable).status == 400)
        budget["metadata"]?["resourceVersion"] = made.value[path: "metadata", "resourceVersion"]
        #expect(try await client.send("PUT", "\(Self.budgets)/b", budget).status == 200)
    }

    @Test func remarksComeWithARefusalToo() async throws {
        let client = try await client()
        var named = Self.map("Not_A_Name", [:])
        named["surprise"] = 1
        let response = await client.respond("POST", Self.maps, named)
        #expect(response.status == 422)
        #expect(response.headers.contains { $0.name == "Warning" && $0.value.contains("surprise") })
        // Not where the object could not be read.
        named["data"] = 3
        let unread = await client.respond("POST", Self.maps, named)
        #expect(unread.status == 400)
        #expect(!unread.headers.contains { $0.name == "Warning" })
    }

    @Test func textsOfASecretHaveToBeTexts() async throws {
        let client = try await client()
        let secret: JSON = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "stringData": ["a": "b", "c": []],
        ]
        let answer = try await client.send("POST", "/api/v1/namespaces/t/secrets", secret)
        #expect(
            answer.value["message"]?.string
                == "Secret in version \"v1\" cannot be handled as a Secret: json: cannot unmarshal array into Go struct field "
                + "Secret.stringData of type string")
    }

    /// A Role's rules are written even when there are none, so somebody owns them.
    @Test func rulesThatAreThereAreOwned() async throws {
        let client = try await client()
        let role: JSON = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": ["name": "r"], "rules": [],
        ]
        let made = try await client.send("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/t/roles", role)
        #expect(made.value["rules"] == .null)
        let fields = made.value[path: "metadata", "managedFields"]?.array?.first?["fieldsV1"]
        #expect(fields == ["f:rules": [:]])
    }

    @Test(arguments: [
        ("nginx", "Always"), ("nginx:latest", "Always"), ("nginx:1", "IfNotPresent"), ("r.example:5000/a/b", "Always"),
        ("nginx@sha256:0", "IfNotPresent"), ("NGINX", "IfNotPresent"), ("-", "IfNotPresent"), ("a//b", "IfNotPresent"),
    ])
    func pullsWhatHasNoTagOfItsOwn(image: String, policy: String) async throws {
        let client = try await client()
        let pod: JSON = [
            "apiVersion": "v1", "kind": "PodTemplate", "metadata": ["name": "p"],
            "template": [
                "metadata": ["labels": ["a": "b"]],
                "spec": ["containers": [["name": "a", "image": .string(image)]]],
            ],
        ]
        let made = try await client.send("POST", "/api/v1/namespaces/t/podtemplates", pod)
        let container = made.value[path: "template", "spec", "containers"]?.array?.first
        #expect(container?["imagePullPolicy"]?.string == policy, "\(made.value.text)")
    }
}
