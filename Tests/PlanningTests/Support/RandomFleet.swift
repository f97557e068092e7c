import Tenancy
import TestSupport

/// The files of a fleet made up by chance, and edits of them.
struct RandomFleet {
    struct Missing: Error {}

    static let tenantCount = 6
    private static let names = ["acme", "beta", "delta", "gamma", "omega", "theta"]
    private static let tiers = ["basic", "large"]

    var files: [String: String] = [:]
    private var generator: SeededGenerator
    /// Each name with its row, by tenant.
    private var people: [String: [String: String]] = [:]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        files["reconcile.yaml"] = Self.fleet()
        for tier in Self.tiers { files["tiers/\(tier).yaml"] = Self.tier(tier, replicas: tier == "basic" ? 1 : 2) }
        for role in ["operator", "analyst"] {
            files["roles/\(role).yaml"] = Self.document("Role", role, "tenants: all, realmRoles: [\(role)]")
        }
        for (name, version) in [("app", "1.0.0"), ("app", "1.1.0"), ("extra", "2.0.0")] { blueprint(name, version) }
        blueprint("shared", "1.0.0", scope: "environment")
        for name in Self.names { tenant(name) }
    }

    var tree: RepositoryTree {
        let files = files
        return RepositoryTree(entries: files.keys.sorted().map { RepositoryTree.Entry(path: $0) }) { path in
            guard let text = files[path] else { throw Missing() }
            return Array(text.utf8)
        }
    }

    /// One to three edits of what people edit.
    mutating func edit() -> [String] {
        (1...Int.random(in: 1...3, using: &generator)).map { _ in editOnce() }
    }

    // MARK: Files

    private static func document(_ kind: String, _ name: String, _ spec: String) -> String {
        "apiVersion: reconcile.dev/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
    }

    private static func fleet(
        features: String = "nft: {type: boolean, default: false}", app: String = "1.0.0", replicas: Int = 1,
        shared: Int = 1
    ) -> String {
        """
        apiVersion: reconcile.dev/v1
        kind: Fleet
        metadata: {name: knowton}
        spec:
          features: {\(features)}
          environments:
            - name: prod
              cluster: {sandbox: {}, namespacePrefix: tenant-}
              identity: {sandbox: {}}
              blueprints: {app: \(app), shared: 1.0.0}
              values: {app: {replicas: \(replicas)}, shared: {size: \(shared)}}
          limits: {maxDeletePercent: 60, maxTenantRemovals: 9}

        """
    }

    private static func tier(_ name: String, replicas: Int) -> String {
        let extra = name == "large" ? ", blueprints: {extra: 2.0.0}" : ""
        return document("Tier", name, "values: {app: {weight: \(replicas)}}\(extra)")
    }

    private mutating func blueprint(_ name: String, _ version: String, scope: String = "tenant", text: String = "a") {
        let folder = "blueprints/\(name)/\(version)"
        let values = ["app": "replicas: 1, weight: 1", "extra": "size: 1", "shared": "size: 1"][name] ?? ""
        let tenantValues = name == "app" ? ", tenantValues: [replicas, weight]" : ""
        files["\(folder)/blueprint.yaml"] = Self.document(
            "Blueprint", name,
            "version: \(version), scope: \(scope), values: {\(values)}\(tenantValues), manifests: [{path: manifests/*.yaml}]"
        )
        let data =
            switch name {
            case "app":
                "{replicas: \"${values.replicas}\", weight: \"${values.weight}\", title: \"${tenant.displayName}\", nft: \"${tenant.features.nft}\", text: \(text)}"
            default: "{size: \"${values.size}\", text: \(text)}"
            }
        let namespace = scope == "environment" ? ", namespace: shared" : ""
        let head = scope == "environment" ? "apiVersion: v1\nkind: Namespace\nmetadata: {name: shared}\n---\n" : ""
        files["\(folder)/manifests/all.yaml"] =
            head + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)\(namespace)}\ndata: \(data)\n"
    }

    private mutating func tenant(_ name: String) {
        files["tenants/\(name).yaml"] = Self.document(
            "Tenant", name,
            "displayName: \(word()), tier: \(pick(Self.tiers)), environments: [prod], "
                + "values: {app: {replicas: \(Int.random(in: 1...9, using: &generator))}}, deletion: {protect: false}")
        for person in ["ann", "ben", "cat", "dan", "eve"] where chance(25) {
            people[name, default: [:]][person] = role()
        }
        writeUsers(name)
    }

    private mutating func writeUsers(_ tenant: String) {
        let rows = (people[tenant] ?? [:]).sorted { $0.key < $1.key }.map { person, rest in
            "\(person)@x.example,\(rest),u-\(person)\n"
        }
        files["users/\(tenant).csv"] = "email,role,active,id\n" + rows.joined()
    }

    // MARK: Edits

    private mutating func editOnce() -> String {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0, 1:
            let name = pick(Self.names)
            tenant(name)
            return "tenant and people of \(name)"
        case 2, 3: return editPerson()
        case 4:
            let tier = pick(Self.tiers)
            files["tiers/\(tier).yaml"] = Self.tier(tier, replicas: Int.random(in: 3...9, using: &generator))
            return "tier \(tier)"
        case 5:
            let role = pick(["auditor", "operator"])
            let given = role == "auditor" ? "tier: large" : "all"
            files["roles/\(role).yaml"] = Self.document(
                "Role", role,
                role == "auditor"
                    ? "tenants: {\(given)}, realmRoles: [analyst]" : "tenants: \(given), clusterRole: view")
            return "role \(role)"
        case 6:
            let (name, version) = pick([("app", "1.0.0"), ("app", "1.1.0"), ("extra", "2.0.0")])
            blueprint(name, version, text: word())
            return "blueprint \(name) \(version)"
        case 7:
            blueprint("shared", "1.0.0", scope: "environment", text: word())
            return "blueprint shared"
        case 8:
            let (app, replicas, shared) = (
                pick(["1.0.0", "1.1.0"]), Int.random(in: 1...2, using: &generator), chance(50) ? 1 : 2
            )
            files["reconcile.yaml"] = Self.fleet(app: app, replicas: replicas, shared: shared)
            return "fleet app \(app), \(replicas), \(shared)"
        default:
            files["reconcile.yaml"] = Self.fleet(features: "nft: {type: boolean, default: \(chance(50))}")
            return "features"
        }
    }

    private mutating func editPerson() -> String {
        let (tenant, person) = (pick(Self.names), pick(["ann", "ben", "cat", "dan", "eve", "fay"]))
        people[tenant, default: [:]][person] = chance(30) ? nil : role()
        writeUsers(tenant)
        return "\(person) in \(tenant)"
    }

    // MARK: Chance

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &generator)]
    }

    private mutating func word() -> String { "w\(Int.random(in: 1...999, using: &generator))" }

    private mutating func role() -> String {
        pick(["operator,true", "analyst,true", "operator;analyst,true", "analyst,false"])
    }
}
