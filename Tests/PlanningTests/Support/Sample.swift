import Formats
import KubernetesModel
import Planning
import Tenancy

/// Small desired and live states, each value a name away.
enum Sample {
    static let source = PlanSource(
        repository: "file:///fleet.git", ref: "main", commit: "3f2a91c8d2e4a5b6c7d8e9f0a1b2c3d4e5f60718", inputs: "1a2b"
    )

    static func environment(
        managesProfile: Bool = false, managesRoles: Bool = false, breakGlass: Set<String> = [],
        deleteAfter: Int? = nil, limits: Limits = Limits()
    ) -> Tenancy.Environment {
        Environment(
            name: "prod", cluster: .sandbox, identity: .sandbox, namespacePrefix: "tenant-",
            managesProfile: managesProfile, managesRoles: managesRoles, breakGlass: breakGlass,
            deleteAfter: deleteAfter, limits: limits, stateBranch: "reconcile/state/prod")
    }

    static func state(
        objects: [DesiredObject] = [], tenants: [DesiredTenant] = [], people: [DesiredPerson] = [],
        in environment: Tenancy.Environment = environment()
    ) -> DesiredState {
        DesiredState(fleet: "knowton", environment: environment, objects: objects, tenants: tenants, people: people)
    }

    static func tenant(
        _ name: String, state: TenantState = .active, isProtected: Bool = true, cascades: Bool = false,
        objects: [DesiredObject] = [], actions: [DesiredAction] = [], id: String? = nil, groups: [DesiredGroup]? = nil
    ) -> DesiredTenant {
        DesiredTenant(
            name: name, displayName: name, tier: "basic", state: state, isProtected: isProtected, cascades: cascades,
            namespace: "tenant-\(name)", source: Place(file: "tenants/\(name).yaml"),
            objects: state == .absent ? [] : objects, actions: actions, id: id,
            groups: groups ?? (state == .absent ? [] : Sample.groups(of: name)), outputs: [])
    }

    /// The tenant's group, and its operators and analysts; operators are administrators.
    static func groups(of tenant: String) -> [DesiredGroup] {
        let place = Place(file: "roles/operator.yaml")
        return [
            DesiredGroup(path: "/\(tenant)", tenant: tenant, role: nil, realmRoles: [], source: place),
            DesiredGroup(
                path: "/\(tenant)/operator", tenant: tenant, role: "operator", realmRoles: ["operator"], isAdmin: true,
                source: place),
            DesiredGroup(
                path: "/\(tenant)/analyst", tenant: tenant, role: "analyst", realmRoles: ["analyst"], source: place),
        ]
    }

    // MARK: Objects

    static func namespace(_ tenant: String) -> DesiredObject {
        object("v1", "Namespace", nil, "tenant-\(tenant)", tenant: tenant)
    }

    static func configMap(_ name: String, of tenant: String, data: JSON = ["color": "blue"]) -> DesiredObject {
        object("v1", "ConfigMap", "tenant-\(tenant)", name, tenant: tenant, ["data": data])
    }

    static func deployment(
        _ name: String, of tenant: String, image: String = "registry.example/backend:1.4.0", replicas: Int64 = 3,
        origins: [Origin] = []
    ) -> DesiredObject {
        object(
            "apps/v1", "Deployment", "tenant-\(tenant)", name, tenant: tenant,
            [
                "spec": [
                    "replicas": .int(replicas), "selector": ["matchLabels": ["app": .string(name)]],
                    "template": [
                        "metadata": ["labels": ["app": .string(name)]],
                        "spec": ["containers": [["name": .string(name), "image": .string(image)]]],
                    ],
                ]
            ], origins: origins)
    }

    static func secret(_ name: String, of tenant: String, keys: [SecretKey]) -> DesiredObject {
        object("v1", "Secret", "tenant-\(tenant)", name, tenant: tenant, ["type": "Opaque"], secret: keys)
    }

    /// An object with our marks, its tenant's where it has one.
    static func object(
        _ apiVersion: String, _ kind: String, _ namespace: String?, _ name: String, tenant: String?,
        _ body: JSON = [:], secret: [SecretKey]? = nil, origins: [Origin] = [], annotations: JSON? = nil
    ) -> DesiredObject {
        var object = body
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        var labels: JSON = [
            Marks.managedBy: .string(Marks.managedByValue), Marks.fleet: "knowton", Marks.environment: "prod",
        ]
        labels[Marks.tenant] = tenant.map { .string($0) }
        var metadata: JSON = ["name": .string(name), "labels": labels]
        metadata["namespace"] = namespace.map { .string($0) }
        metadata["annotations"] = annotations
        object["metadata"] = metadata
        let gvk = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        return DesiredObject(
            id: ObjectID(group: gvk.group, kind: kind, namespace: namespace, name: name), apiVersion: apiVersion,
            object: object, secret: secret, tenant: tenant,
            source: Place(file: "blueprints/platform/1.4.0/manifests/\(name).yaml"), origins: origins)
    }

    // MARK: People

    static func person(
        _ email: String, id: String? = nil, _ groups: [String] = ["acme/analyst"], active: Bool = true, line: Int = 2,
        given: String? = nil, family: String? = nil
    ) -> DesiredPerson {
        let place = Place(file: "users/\(groups[0].split(separator: "/")[0]).csv", mark: Mark(line: line, column: 1))
        let memberships = groups.map { group in
            let parts = group.split(separator: "/").map(String.init)
            return Membership(
                tenant: parts[0], role: parts[1], group: "/\(group)", isActive: active, isAdmin: parts[1] == "operator",
                source: place)
        }
        return DesiredPerson(
            key: id ?? email, email: email, givenName: given, familyName: family, home: memberships[0].tenant,
            source: place, memberships: memberships)
    }
}
