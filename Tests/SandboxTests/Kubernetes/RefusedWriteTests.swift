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

    struct Refusal: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        let body: JSON
        var type = "application/json"
        let status: Int
        let message: String
        var testDescription: String { "\(method) \(path) \(body.text)" }
    }

    private static let unnamed = "the name of the object (a based on URL) was undeterminable: name must be provided"

    /// As a server of the recorded version words them.
    static let refusals = [
        Refusal(
            method: "POST", path: "\(maps)?fieldManager=a\nb", body: map("b", [:]), status: 422,
            message: "CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\nb\": "
                + "invalid character U+000A (at position 1)"),
        Refusal(
            method: "POST", path: "\(maps)?dryRun=All&dryRun=odd", body: map("b", [:]), status: 422,
            message: "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"All\",\"odd\"]: "
                + "supported values: \"All\""),
        Refusal(
            method: "PATCH", path: "\(maps)/a?force=true", body: [:], type: "application/merge-patch+json", status: 422,
            message:
                "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch"),
        Refusal(
            method: "PATCH", path: "\(maps)/a?dryRun=odd", body: map("a", [:]), type: "application/apply-patch+yaml",
            status: 422,
            message:
                "PatchOptions.meta.k8s.io \"\" is invalid: [fieldManager: Required value: is required for apply patch, "
                + "dryRun: Unsupported value: [\"odd\"]: supported values: \"All\"]"),
        Refusal(
            method: "PATCH", path: "\(maps)/a?fieldManager=m", body: ["apiVersion": "v1", "kind": "Secret"],
            type: "application/apply-patch+yaml", status: 400, message: "invalid object type: /v1, Kind=Secret"),
        Refusal(
            method: "PATCH", path: "\(maps)/a?fieldManager=m", body: [], type: "application/apply-patch+yaml",
            status: 400,
            message:
                "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go "
                + "value of type map[string]interface {}"),
        Refusal(
            method: "PATCH", path: "\(maps)/a", body: [:], type: "application/json-patch+json", status: 400,
            message: "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
        Refusal(method: "PUT", path: "\(maps)/a", body: [:], status: 400, message: unnamed),
        Refusal(
            method: "POST", path: maps, body: ["apiVersion": "v2", "kind": "ConfigMap"], status: 400,
            message:
                "ConfigMap in version \"v2\" cannot be handled as a ConfigMap: no kind \"ConfigMap\" is registered for "
                + "version \"v2\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""),
        Refusal(
            method: "POST", path: maps, body: ["apiVersion": "apps/v1", "kind": "Deployment"], status: 400,
            message: "Deployment in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Deployment) to "
                + "(core.ConfigMap): unknown conversion"),
        Refusal(
            method: "DELETE", path: "\(maps)/a", body: ["kind": "ConfigMap", "apiVersion": "v1"], status: 400,
            message: "no kind \"ConfigMap\" is registered for version \"v1\" in scheme "
                + "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\""),
        Refusal(
            method: "DELETE", path: "\(maps)/a", body: ["propagationPolicy": "Orphan", "orphanDependents": true],
            status: 422,
            message: "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"Orphan\": "
                + "orphanDependents and deletionPropagation cannot be both set"),
        Refusal(
            method: "GET", path: "\(maps)?limit=many", body: .null, status: 400,
            message: "strconv.ParseInt: parsing \"many\": invalid syntax"),
        Refusal(
            method: "GET", path: "\(maps)?resourceVersion=abc", body: .null, status: 400,
            message:
                "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": "
                + "invalid syntax"),
        Refusal(
            method: "GET", path: "\(maps)?resourceVersion=0&resourceVersionMatch=Exact", body: .null, status: 422,
            message:
                "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" "
                + "is forbidden for resourceVersion \"0\""),
        Refusal(
            method: "GET", path: "\(maps)?sendInitialEvents=true", body: .null, status: 422,
            message:
                "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for "
                + "list"),
        Refusal(
            method: "GET", path: "\(maps)/a?resourceVersion=abc", body: .null, status: 500,
            message: "resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax"),
    ]

    @Test(arguments: refusals) func saysWhatCannotBeAskedFor(_ refusal: Refusal) async throws {
        let client = try await client()
        try await client.send("POST", Self.maps, Self.map("a", ["a": "b"]))
        let body = refusal.body.isNull ? nil : refusal.body
        let answer = try await client.send(refusal.method, refusal.path, body, type: refusal.type)
        #expect(answer.value["message"]?.string == refusal.message)
        #expect(answer.status == refusal.status)
        #expect(try await client.send("GET", "\(Self.maps)/a").value["data"] == ["a": "b"])
    }

    @Test func aFieldThatStandsTwiceIsNamed() async throws {
        let client = try await client()
        let text =
            #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "1", "a": "2"}}"#
        let warned = await client.respond("POST", "\(Self.maps)?dryRun=All", text: text)
        #expect(warned.headers.contains { $0.name == "Warning" && $0.value == #"299 - "duplicate field \"data.a\"""# })
        let refused = await client.respond("POST", "\(Self.maps)?fieldValidation=Strict", text: text)
        #expect(refused.status == 400)
    }

    @Test func whoMayDoWhatInOneNamespace() async throws {
        let client = try await client()
        let answer = try await client.send(
            "POST", "/apis/authorization.k8s.io/v1/namespaces/t/localsubjectaccessreviews",
            [
                "apiVersion": "authorization.k8s.io/v1", "kind": "LocalSubjectAccessReview",
                "spec": ["user": "u", "resourceAttributes": ["verb": "get", "resource": "pods", "namespace": "t"]],
            ])
        #expect(answer.status == 201, "\(answer.value.text)")
        #expect(answer.value["status"]?["allowed"] == false)
    }

    private static func statefulSet(_ changes: JSONObject) -> JSON {
        var spec: JSONObject = [
            "serviceName": "db", "selector": ["matchLabels": ["app": "db"]],
            "template": [
                "metadata": ["labels": ["app": "db"]], "spec": ["containers": [["name": "db", "image": "db:1"]]],
            ],
        ]
        for change in changes { spec[change.key] = change.value }
        return ["apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": ["name": "db"], "spec": .object(spec)]
    }

    private static let claim: JSON = ["metadata": ["name": "data"], "spec": ["accessModes": ["ReadWriteOnce"]]]

    @Test(
        arguments: [
            (
                ["volumeClaimTemplates": [claim]],
                "StatefulSet.apps \"db\" is invalid: spec.volumeClaimTemplates[0].spec.resources[storage]: Required value"
            ),
            (
                ["serviceName": "a.b"],
                "StatefulSet.apps \"db\" is invalid: spec.serviceName: Invalid value: \"a.b\": must not contain dots"
            ),
            (
                ["selector": ["matchExpressions": [["key": "a", "operator": "X"]]]],
                "StatefulSet.apps \"db\" is invalid: [spec.selector.matchExpressions[0].operator: Invalid value: \"X\": not a valid "
                    + "selector operator, spec.selector: Invalid value: "
                    + "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"X\"}]}]"
            ),
        ] as [(JSONObject, String)])
    func aStatefulSetThatCannotBeMade(changes: JSONObject, message: String) async throws {
        let client = try await client()
        let answer = try await client.send(
            "POST", "/apis/apps/v1/namespaces/t/statefulsets", Self.statefulSet(changes))
        #expect(answer.value["message"]?.string == message)
    }
}
