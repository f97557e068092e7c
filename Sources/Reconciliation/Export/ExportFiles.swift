import Formats
import Tenancy

/// The files of a fleet that asks for what there is.
struct ExportFiles {
    struct Blueprint {
        let name: String
        /// By path within its folder.
        var manifests: [String: String]
        var external: Set<String>
        let titles: [String: String]
        let tenants: [String]
    }

    private(set) var blueprints: [Blueprint] = []
    private(set) var source: ExportSource
    private let fleet: String
    /// The environment as the file has it, without blueprints and values.
    private let environment: JSON
    private let spec: JSON

    static let version = "1.0.0"

    init(_ source: ExportSource, fleet: String, spec: JSON, environment: JSON) {
        self.source = source
        self.fleet = fleet
        self.spec = spec
        self.environment = environment
        // Namespaces with the same content are made of the same blueprint.
        var groups: [(manifests: [String: String], tenants: [ExportSource.Tenant])] = []
        for tenant in source.tenants.values.sorted(by: { $0.name < $1.name }) where !tenant.manifests.isEmpty {
            if let index = groups.firstIndex(where: { $0.manifests == tenant.manifests }) {
                groups[index].tenants.append(tenant)
            } else {
                groups.append((tenant.manifests, [tenant]))
            }
        }
        for group in groups {
            guard let first = group.tenants.first else { continue }
            blueprints.append(
                Blueprint(
                    name: groups.count == 1 ? "app" : first.name, manifests: group.manifests,
                    external: group.tenants.reduce(into: []) { $0.formUnion($1.external) }, titles: first.titles,
                    tenants: group.tenants.map(\.name)))
        }
    }

    // MARK: What cannot be in a fleet

    /// Leaves out what the findings are about; false where they are about something else.
    mutating func leaveOut(_ diagnostics: [Diagnostic]) -> Bool {
        var found = false
        // From the end, so that a row that goes moves none that is still to be looked at.
        for diagnostic in diagnostics.reversed() where diagnostic.severity == .error {
            guard let place = diagnostic.place else { continue }
            let isLeftOut =
                leaveOut(manifest: place.file, diagnostic) || leaveOut(row: place.line, of: place.file, diagnostic)
            found = isLeftOut || found
        }
        return found
    }

    private mutating func leaveOut(manifest path: String, _ diagnostic: Diagnostic) -> Bool {
        for index in blueprints.indices {
            let folder = Self.folder(blueprints[index].name)
            guard path.hasPrefix(folder) else { continue }
            let inner = String(path.dropFirst(folder.count))
            guard blueprints[index].manifests.removeValue(forKey: inner) != nil else { continue }
            let title = blueprints[index].titles[inner] ?? inner
            source.note(title, "\(diagnostic.message) [\(diagnostic.code)]")
            let words = title.split(separator: " ")
            if let kind = words.first, let name = words.last?.split(separator: "/").last {
                let reference = "\(kind)/\(name)"
                if reference.wholeMatch(of: #/[A-Z][A-Za-z0-9]*/[A-Za-z0-9.-]+/#) != nil {
                    blueprints[index].external.insert(reference)
                }
            }
            return true
        }
        return false
    }

    private mutating func leaveOut(row line: Int, of path: String, _ diagnostic: Diagnostic) -> Bool {
        guard path.hasPrefix("users/"), path.hasSuffix(".csv") else { return false }
        let name = String(path.dropFirst("users/".count).dropLast(".csv".count))
        let index = line - 2
        guard let people = source.tenants[name]?.people, people.indices.contains(index) else { return false }
        source.note("user \(people[index].email) of \(name)", "\(diagnostic.message) [\(diagnostic.code)]")
        source.tenants[name]?.people.remove(at: index)
        return true
    }

    // MARK: Texts

    /// By path.
    var all: [String: String] {
        var files = ["reconcile.yaml": fleetFile, "tiers/standard.yaml": Self.tier]
        for (name, roles) in source.roles { files["roles/\(name).yaml"] = role(name, roles) }
        for blueprint in blueprints where !blueprint.manifests.isEmpty {
            files["\(Self.folder(blueprint.name))blueprint.yaml"] = text(of: blueprint)
            for (path, text) in blueprint.manifests { files[Self.folder(blueprint.name) + path] = text }
        }
        for tenant in source.tenants.values {
            files["tenants/\(tenant.name).yaml"] = text(of: tenant)
            if hasPeople { files["users/\(tenant.name).csv"] = Self.users(tenant) }
        }
        return files
    }

    private var hasPeople: Bool { environment["identity"] != nil }

    private static func folder(_ blueprint: String) -> String { "blueprints/\(blueprint)/\(version)/" }

    private var fleetFile: String {
        var spec = spec
        for field in ["features", "sharedUserFiles"] { spec[field] = nil }
        if spec["policy"] != nil { spec["policy"]?["allow"] = nil }
        if spec["policy"]?.object?.isEmpty == true { spec["policy"] = nil }
        spec["environments"] = [environment]
        return Self.document("Fleet", fleet, spec, at: "reconcile.yaml", .fleet)
    }

    private static let tier = document(
        "Tier", "standard", ["displayName": "Standard"], at: "tiers/standard.yaml", .tier)

    private func role(_ name: String, _ realmRoles: Set<String>) -> String {
        let holders = source.tenants.values.filter { $0.roles.contains(name) }.map(\.name).sorted()
        var spec: JSON = ["realmRoles": .array(realmRoles.sorted().map { .string($0) })]
        if realmRoles.isEmpty { spec["realmRoles"] = nil }
        if holders.count < source.tenants.count { spec["tenants"] = .array(holders.map { .string($0) }) }
        return Self.document("Role", name, spec, at: "roles/\(name).yaml", .role)
    }

    private func text(of blueprint: Blueprint) -> String {
        var spec: JSON = [
            "version": .string(Self.version), "scope": "tenant", "manifests": [["path": "manifests/*.yaml"]],
        ]
        if !blueprint.external.isEmpty {
            spec["external"] = .array(blueprint.external.sorted().map { .string($0) })
        }
        let path = "\(Self.folder(blueprint.name))blueprint.yaml"
        return Self.document("Blueprint", blueprint.name, spec, at: path, .blueprint)
    }

    private func text(of tenant: ExportSource.Tenant) -> String {
        var spec: JSON = [
            "displayName": .string(tenant.displayName ?? tenant.name), "tier": "standard",
            "environments": [environment["name"] ?? ""],
        ]
        if let own = blueprints.first(where: { $0.tenants.contains(tenant.name) }), !own.manifests.isEmpty {
            spec["blueprints"] = .object(JSONObject([.init(key: own.name, value: .string(Self.version))]))
        }
        return Self.document("Tenant", tenant.name, spec, at: "tenants/\(tenant.name).yaml", .tenant)
    }

    private static func users(_ tenant: ExportSource.Tenant) -> String {
        let rows = tenant.people.map { person in
            [
                person.email, person.roles.sorted().joined(separator: ";"), person.givenName, person.familyName,
                person.isActive ? "true" : "false",
            ]
        }
        return ([["email", "role", "given_name", "family_name", "active"]] + rows).map(CSV.line).joined()
    }

    private static func document(
        _ kind: String, _ name: String, _ spec: JSON, at path: String, _ schema: FleetKind
    ) -> String {
        let document: JSON = [
            "apiVersion": "reconcile.dev/v1", "kind": .string(kind), "metadata": ["name": .string(name)], "spec": spec,
        ]
        return Scaffold.modeline(schema, for: path) + YAML.text(of: document)
    }
}
