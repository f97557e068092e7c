import Formats
import KubernetesModel
import Testing

@testable import Tenancy

/// Objects of one manifest are looked at once for all tenants that differ in nothing that could matter.
@Suite struct InspectionKeyTests {
    private static let draft: JSON = [
        "metadata": ["labels": ["app": "web", "instance": .null]],
        "spec": [
            "replicas": .null, "template": ["spec": ["containers": [["image": .null, "env": [["value": .null]]]]]],
        ],
    ]
    private static let slots = [
        "/metadata/labels/instance", "/spec/replicas", "/spec/template/spec/containers/0/image",
        "/spec/template/spec/containers/0/env/0/value",
    ]

    private static func key(_ kind: GroupVersionKind = GroupVersionKind(apiVersion: "apps/v1", kind: "Deployment"))
        -> InspectionKey
    {
        InspectionKey(slots: slots, draft: draft, kind)
    }

    private static func object(_ instance: String, replicas: JSON = 2, image: String = "web:1", value: String = "x")
        -> JSON
    {
        [
            "metadata": ["labels": ["app": "web", "instance": .string(instance)]],
            "spec": [
                "replicas": replicas,
                "template": [
                    "spec": ["containers": [["image": .string(image), "env": [["value": .string(value)]]]]]
                ],
            ],
        ]
    }

    @Test func tenantsOfManyNamesAreOneCase() {
        let key = Self.key()
        let keys = Set(
            (0..<1_000).map { key.value(of: Self.object("tenant-\($0)", value: "Tenant \($0) & Sons"), nil) })
        #expect(keys.count == 1)
    }

    static let different: [(id: String, object: JSON)] = [
        ("another-number", object("acme", replicas: 3)), ("another-image", object("acme", image: "web:2")),
        ("no-name", object("Acme")), ("a-name-of-the-manifest", object("web")),
        ("longer-than-a-port-may-be", object("a-tenant-with-a-long-name")), ("no-text", object("acme", value: "")),
    ]

    @Test(arguments: different.indices) func whatMayMatterIsTold(_ index: Int) {
        let (id, object) = Self.different[index]
        #expect(Self.key().value(of: object, nil) != Self.key().value(of: Self.object("acme"), nil), "\(id)")
    }

    /// Rights depend on which name a name is.
    @Test func rolesAreToldByTheirNames() {
        let kind = GroupVersionKind(apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role")
        #expect(
            Self.key(kind).value(of: Self.object("acme"), nil) != Self.key(kind).value(of: Self.object("globex"), nil))
    }
}
