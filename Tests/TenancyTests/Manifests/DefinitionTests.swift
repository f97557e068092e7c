import Tenancy
import TestSupport
import Testing

/// Kinds that a blueprint of scope environment defines, in the manifests of another one.
@Suite struct DefinitionTests {
    private static let path = "blueprints/app/1.0.0/manifests/settings.yaml"

    private static func findings(_ manifest: String) -> [String] {
        let fleet = FleetText.small["reconcile.yaml"] ?? ""
        return FleetText.with([
            "reconcile.yaml": fleet.replacing("{app: 1.0.0}", with: "{app: 1.0.0, operator: 1.0.0}")
                + "  policy: {tenantKinds: [db.example.com/Database]}\n",
            "blueprints/operator/1.0.0/blueprint.yaml": """
            apiVersion: reconcile.dev/v1
            kind: Blueprint
            metadata: {name: operator}
            spec: {version: 1.0.0, scope: environment, manifests: [{path: manifests/*.yaml}]}

            """,
            "blueprints/operator/1.0.0/manifests/definition.yaml": """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: databases.db.example.com}
            spec:
              group: db.example.com
              scope: Namespaced
              names: {plural: databases, kind: Database}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        spec:
                          type: object
                          required: [size]
                          properties:
                            size: {type: string, pattern: "^[0-9]+Gi$"}
                            replicas: {type: integer, minimum: 1, maximum: 5}
                            version: {type: string}

            """,
            path: manifest,
        ]).findings().map { $0.replacing("\(path):", with: "") }
    }

    private static func database(_ spec: String, version: String = "v1", kind: String = "Database") -> String {
        "apiVersion: db.example.com/\(version)\nkind: \(kind)\nmetadata: {name: main}\nspec: \(spec)\n"
    }

    static let cases: [(id: String, manifest: String, findings: [String])] = [
        // What the schema calls a string is one, however it is written.
        ("sound", database("{size: 5Gi, replicas: 2, version: 16.4}"), []),
        (
            "misspelt", database("{size: 5Gi, replica: 2}"),
            ["4:19: error: spec.replica: there is no such field; did you mean 'replicas'? [RCN1070]"]
        ),
        ("missing", database("{replicas: 2}"), ["4:1: error: spec.size: missing [RCN1072]"]),
        (
            "too-many", database("{size: 5Gi, replicas: 9}"),
            ["4:29: error: spec.replicas: expected at most 5, found 9 [RCN1073]"]
        ),
        (
            "too-many-by-a-value", database("{size: 5Gi, replicas: \"${values.replicas * 3}\"}"),
            ["4:29: error: spec.replicas: expected at most 5, found 9 (tenant 'acme') [RCN1073]"]
        ),
        (
            "another-version", database("{size: 5Gi}", version: "v2"),
            ["1:13: error: there is no Database in db.example.com/v2; its definition has v1 [RCN1074]"]
        ),
        (
            "another-kind", database("{size: 5Gi}", kind: "Databse"),
            ["2:7: error: there is no kind 'Databse' in db.example.com/v1; did you mean 'Database'? [RCN1074]"]
        ),
    ]

    @Test(arguments: cases.indices) func objectsAreHeldToTheirDefinition(_ index: Int) {
        let (id, manifest, findings) = Self.cases[index]
        #expect(Self.findings(manifest) == findings, "\(id)")
    }
}
