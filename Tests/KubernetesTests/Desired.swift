import Formats
import KubernetesModel
import Planning
import Tenancy

/// Desired states as short as tests need them.
enum Desired {
    static let place = Place(file: "tenants/acme.yaml", mark: .start)

    static func state(
        _ objects: [DesiredObject], tenants: [DesiredTenant] = [], environment: String = "prod"
    ) -> DesiredState {
        DesiredState(
            fleet: "saas",
            environment: Environment(name: environment, cluster: .sandbox, identity: nil, stateBranch: "state"),
            objects: objects, tenants: tenants, people: [])
    }

    static func tenant(_ name: String, state: TenantState = .active, objects: [DesiredObject] = []) -> DesiredTenant {
        DesiredTenant(
            name: name, displayName: name, tier: "basic", state: state, isProtected: false, cascades: false,
            namespace: "tenant-\(name)", source: place, objects: objects, groups: [], outputs: [])
    }

    static let labels: JSON = [
        "app.kubernetes.io/managed-by": "reconcile", "reconcile.dev/fleet": "saas", "reconcile.dev/environment": "prod",
        "reconcile.dev/tenant": "acme",
    ]

    /// With our marks.
    static func manifest(
        _ apiVersion: String, _ kind: String, _ name: String, namespace: String? = "tenant-acme", spec: JSON? = nil
    ) -> JSON {
        var metadata: JSON = ["name": .string(name), "labels": labels]
        if let namespace { metadata["namespace"] = .string(namespace) }
        var object: JSON = ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": metadata]
        if let spec { object["spec"] = spec }
        return object
    }

    static func object(_ manifest: JSON, secret: [SecretKey]? = nil) -> DesiredObject {
        let apiVersion = manifest["apiVersion"]?.string ?? ""
        let gvk = GroupVersionKind(apiVersion: apiVersion, kind: manifest["kind"]?.string ?? "")
        return DesiredObject(
            id: ObjectID(
                group: gvk.group, kind: gvk.kind, namespace: manifest[path: "metadata", "namespace"]?.string,
                name: manifest[path: "metadata", "name"]?.string ?? ""),
            apiVersion: apiVersion, object: manifest, secret: secret, tenant: "acme", source: place)
    }

    static let namespace = manifest("v1", "Namespace", "tenant-acme", namespace: nil)
    static let configMap = manifest("v1", "ConfigMap", "branding")
    static let deployment = manifest("apps/v1", "Deployment", "backend", spec: ["replicas": 2])
    static let secret = manifest("v1", "Secret", "credentials")

    /// An inventory after an applied run, so that only named kinds are looked at.
    static let inventory = PlanInventory(commit: "3f2a91c")
}
