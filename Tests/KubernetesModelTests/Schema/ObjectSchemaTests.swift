import Formats
import KubernetesModel
import Testing

@Suite struct ObjectSchemaTests {
    private func schema(_ apiVersion: String, _ kind: String, _ path: String...) throws -> FieldSchema {
        let gvk = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        var schema = try #require(ObjectSchema.of(gvk)).root
        for name in path {
            schema = try #require(name == "*" ? schema.element : schema.member(name), "no \(name) in \(path)")
        }
        return schema
    }

    @Test func knowsListsAndTheirKeys() throws {
        let container = ["spec", "template", "spec", "containers", "*"]
        var ports = try schema("apps/v1", "Deployment")
        for name in container + ["ports"] { ports = try #require(name == "*" ? ports.element : ports.member(name)) }
        guard case .list(.map(let keys)) = ports.shape else {
            Issue.record("ports are no list of objects")
            return
        }
        #expect(keys == ["containerPort", "protocol"])
        guard case .object(let port) = ports.element?.shape else {
            Issue.record("a port is no object")
            return
        }
        #expect(port.field("protocol")?.defaultValue == "TCP")
        #expect(port.field("protocol")?.values == ["SCTP", "TCP", "UDP"])
        #expect(port.field("containerPort")?.flags.contains(.isRequired) == true)
    }

    @Test func knowsAtomicValues() throws {
        #expect(try schema("apps/v1", "Deployment", "spec", "selector").isAtomic)
        #expect(try schema("v1", "Service", "spec", "selector").isAtomic)
        #expect(try schema("v1", "LimitRange", "spec", "limits").isAtomic)
        #expect(try !schema("v1", "ConfigMap", "data").isAtomic)
        #expect(try !schema("v1", "PersistentVolume", "spec", "claimRef").isAtomic)
        #expect(try schema("v1", "Event", "involvedObject").isAtomic)
    }

    @Test func knowsScalars() throws {
        guard case .quantity = try schema("v1", "ResourceQuota", "spec", "hard", "*").shape,
            case .intOrString = try schema("policy/v1", "PodDisruptionBudget", "spec", "minAvailable").shape,
            case .bytes = try schema("v1", "Secret", "data", "*").shape,
            case .microTime = try schema("coordination.k8s.io/v1", "Lease", "spec", "renewTime").shape,
            case .time = try schema("v1", "ConfigMap", "metadata", "creationTimestamp").shape
        else {
            Issue.record("a scalar is of another type")
            return
        }
    }

    @Test func allowsAnythingInUnknownKinds() throws {
        #expect(try !schema("example.dev/v1", "Widget", "spec", "size").isAtomic)
        #expect(try schema("example.dev/v1", "Widget", "metadata", "ownerReferences", "*").isAtomic)
    }

    @Test func hasATypeForEveryKindOfItsGroups() {
        let groups = [
            "", "apps", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "coordination.k8s.io",
        ]
        for kind in BuiltinKinds.all where groups.contains(kind.group) && kind.isStored {
            #expect(ObjectSchema.builtin(kind.gvk) != nil, "\(kind.gvk)")
        }
    }

    @Test func keepsTheDocuments() {
        #expect(OpenAPIDocuments.paths.count == 9)
        #expect(OpenAPIDocuments.document(path: "apis/apps/v1")?["openapi"] == "3.0.0")
    }
}
