import Formats
import KubernetesModel
import Testing

/// Objects of kinds that a definition makes, held to its schema, as the server was seen to do.
@Suite struct CustomKindsTests {
    private static func definition() throws -> JSON {
        let step = try Recording.steps("custom-resources").first
        return try #require(step?[path: "request", "body"])
    }

    private static func check(_ change: (inout JSON) -> Void = { _ in }) throws -> ManifestCheck {
        var definition = try Self.definition()
        change(&definition)
        let made = try #require(CustomDefinition(definition))
        let kinds = CustomKinds([made])
        let gvk = GroupVersionKind(apiVersion: "postgresql.example.dev/v1", kind: "Cluster")
        let version = try #require(kinds[gvk])
        return try #require(ManifestCheck(version))
    }

    private static func cluster(_ spec: JSON) -> JSON {
        [
            "apiVersion": "postgresql.example.dev/v1", "kind": "Cluster",
            "metadata": ["name": "db", "namespace": "a"], "spec": spec,
        ]
    }

    /// Every recorded apply of such an object: refused where the server refused it, and nowhere else.
    @Test func agreesWithTheServer() throws {
        let check = try Self.check()
        var (accepted, refused) = (0, 0)
        for step in try Recording.steps("custom-resources") {
            guard let body = step[path: "request", "body"], body["kind"] == "Cluster" else { continue }
            let problems = check.problems(in: body)
            if (step[path: "response", "status"]?.int ?? 0) < 300 {
                accepted += 1
                #expect(problems == [], "\(body.text)")
            } else {
                refused += 1
                #expect(problems.count == 1, "\(body.text)")
            }
        }
        #expect(accepted == 2 && refused == 2)
    }

    static let cases: [(id: String, spec: JSON, finding: String?)] = [
        ("sound", ["instances": 1, "users": [["name": "app", "role": "rw"]]], nil),
        ("below-the-minimum", ["instances": 0], "/spec/instances spec.instances: expected at least 1, found 0"),
        (
            "misspelt", ["instances": 1, "stroage": [:]],
            "/spec/stroage spec.stroage: there is no such field; did you mean 'storage'?"
        ),
        ("missing", ["storage": [:]], "/spec/instances spec.instances: missing"),
        ("wrong-type", ["instances": "two"], "/spec/instances spec.instances: expected an integer, found 'two'"),
        (
            "one-key-twice", ["instances": 1, "users": [["name": "app"], ["name": "app"]]],
            "/spec/users/1 spec.users[1]: the same name 'app' as spec.users[0]; the elements of the list have to differ in it"
        ),
        ("what-is-kept-as-it-is", ["instances": 1], nil),
    ]

    @Test(arguments: cases.indices) func oneMistakeOneFinding(_ index: Int) throws {
        let (id, spec, finding) = Self.cases[index]
        let problems = try Self.check().problems(in: Self.cluster(spec))
        #expect(problems.map { "\($0.pointer) \($0.message)" } == [finding].compactMap { $0 }, "\(id)")
    }

    @Test func valuesAreHeldToTheirKeywords() throws {
        let check = try Self.check { definition in
            guard var versions = definition[path: "spec", "versions"]?.array else { return }
            versions[0]["schema"]?["openAPIV3Schema"]?["properties"]?["spec"]?["properties"]?["size"] = [
                "type": "string", "pattern": "^[0-9]+Gi$",
            ]
            versions[0]["schema"]?["openAPIV3Schema"]?["properties"]?["spec"]?["properties"]?["mode"] = [
                "type": "string", "enum": ["fast", "safe"], "nullable": true,
            ]
            versions[0]["schema"]?["openAPIV3Schema"]?["properties"]?["spec"]?["properties"]?["port"] = [
                "x-kubernetes-int-or-string": true
            ]
            definition["spec"]?["versions"] = .array(versions)
        }
        func found(_ spec: JSON) -> [String] { check.problems(in: Self.cluster(spec)).map(\.pointer.description) }
        #expect(found(["instances": 1, "size": "5Gi", "mode": "fast", "port": 80]) == [])
        #expect(found(["instances": 1, "mode": .null, "port": "http"]) == [])
        #expect(found(["instances": 1, "size": "5G"]) == ["/spec/size"])
        #expect(found(["instances": 1, "mode": "quick"]) == ["/spec/mode"])
    }

    private static func problems(_ change: (inout JSON) -> Void) throws -> [String] {
        var definition = try Self.definition()
        change(&definition)
        let kind = try #require(
            BuiltinKinds.kind(apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition"))
        return try #require(ManifestCheck(kind: kind)).problems(in: definition).map { "\($0.pointer) \($0.message)" }
    }

    @Test func definitionsAreCheckedThemselves() throws {
        #expect(try Self.problems { _ in } == [])
        #expect(
            try Self.problems { $0["metadata"]?["name"] = "clusters" } == [
                "/metadata/name metadata.name: 'clusters': must be spec.names.plural+\".\"+spec.group"
            ])
        #expect(
            try Self.problems { $0["spec"]?["scope"] = "Namespace" } == [
                "/spec/scope spec.scope: 'Namespace': expected one of 'Cluster', 'Namespaced'; did you mean 'Namespaced'?"
            ])
        let untyped = try Self.problems { definition in
            guard var versions = definition[path: "spec", "versions"]?.array else { return }
            versions[0]["storage"] = false
            versions[0]["schema"]?["openAPIV3Schema"]?["properties"]?["spec"]?["type"] = nil
            definition["spec"]?["versions"] = .array(versions)
        }
        #expect(
            untyped == [
                "/spec/versions spec.versions: must have exactly one version marked as storage version",
                "/spec/versions/0/schema/openAPIV3Schema/properties/spec/type "
                    + "spec.versions[0].schema.openAPIV3Schema.properties.spec.type: missing; "
                    + "must not be empty for specified object fields",
            ])
    }
}
