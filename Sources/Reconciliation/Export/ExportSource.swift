import Formats
import Kubernetes
import KubernetesModel
import Planning

/// What is to be exported, as the live systems have it.
struct ExportSource {
    /// One tenant to be: a namespace, groups, or both.
    struct Tenant {
        let name: String
        var displayName: String?
        /// Manifests by path within the blueprint's folder.
        var manifests: [String: String] = [:]
        /// What lies in the namespace and is left out, as `Secret/credentials`.
        var external: Set<String> = []
        /// By e-mail.
        var people: [Person] = []
        /// Names of the subgroups of its group.
        var roles: Set<String> = []
        /// What each object is called, by the path of its manifest.
        var titles: [String: String] = [:]
    }

    struct Person: Hashable {
        let email: String
        var roles: Set<String>
        let givenName: String
        let familyName: String
        let isActive: Bool
    }

    /// By name.
    var tenants: [String: Tenant] = [:]
    /// Realm roles by the name of the role.
    var roles: [String: Set<String>] = [:]
    /// What is left out, and why.
    var notes: Set<String> = []

    mutating func note(_ what: String, _ why: String) { notes.insert("\(what): \(why)") }

    // MARK: The cluster

    mutating func add(_ contents: ClusterContents, prefix: String) {
        for kind in contents.hidden { note(kind, "they cannot be listed with these credentials") }
        for namespace in contents.namespaces {
            let name = String(namespace.id.name.dropFirst(prefix.count))
            var tenant = tenants[name] ?? Tenant(name: name)
            let own = contents.objects.filter { $0.id.namespace == namespace.id.name }
            let scaled = Set(own.filter { $0.id.kind == "HorizontalPodAutoscaler" }.map(\.scaleTarget))
            for object in [namespace] + own { add(object, to: &tenant, scaled: scaled) }
            tenants[name] = tenant
        }
    }

    private mutating func add(_ object: LiveObject, to tenant: inout Tenant, scaled: Set<String>) {
        if let reason = object.isMadeByOthers { return reason.isEmpty ? () : note(object.id.description, reason) }
        let reference = "\(object.id.kind)/\(object.id.name)"
        if object.id.kind == "Secret", object.id.group.isEmpty {
            tenant.external.insert(reference)
            note(object.id.description, "values of Secrets are not exported; the blueprint lists it under 'external'")
            return
        }
        var manifest = CleanManifest.of(object, scaled: scaled)
        if object.id.kind == "Namespace" {
            guard manifest["metadata"]?.object?.count ?? 0 > 1 else { return }
            manifest["metadata"]?["name"] = "${tenant.namespace}"
        }
        let text = YAML.text(of: Self.escaped(manifest, namespace: object.id.namespace))
        let path = Self.path(object.id, taken: tenant.manifests)
        tenant.manifests[path] = text
        tenant.titles[path] = object.id.description
    }

    /// `${` of the object's own stands for itself, and the tenant's namespace for that of each tenant.
    private static func escaped(_ value: JSON, namespace: String?, key: String = "") -> JSON {
        switch value {
        case .string(let text):
            if key == "namespace", text == namespace { return "${tenant.namespace}" }
            return text == "${tenant.namespace}" && key == "name" && namespace == nil
                ? value : .string(dollarsDoubled(text))
        case .array(let elements): return .array(elements.map { escaped($0, namespace: namespace) })
        case .object(let members):
            return .object(
                JSONObject(
                    members.map { .init(key: $0.key, value: escaped($0.value, namespace: namespace, key: $0.key)) }))
        default: return value
        }
    }

    /// By bytes, as expressions are found: a mark may combine with the brace.
    private static func dollarsDoubled(_ text: String) -> String {
        String(decoding: Array(text.utf8).replacing("${".utf8, with: "$${".utf8), as: UTF8.self)
    }

    /// `manifests/deployment-web.yaml`
    private static func path(_ id: ObjectID, taken: [String: String]) -> String {
        // The same name in every tenant, so that tenants with the same content share a blueprint.
        if id.kind == "Namespace" { return "manifests/namespace.yaml" }
        let letters = "\(id.kind.lowercased())-\(id.name)".map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber || letter == "-" || letter == ".") ? letter : "-"
        }
        let stem = "manifests/\(String(letters))"
        if taken["\(stem).yaml"] == nil { return "\(stem).yaml" }
        return (2...).lazy.map { "\(stem)-\($0).yaml" }.first { taken[$0] == nil } ?? "\(stem).yaml"
    }

    // MARK: The realm

    /// - Parameter tops: Names of the tenants by the paths of their groups.
    mutating func add(_ identity: LiveIdentity, tops: [String: String]) {
        for (path, tenant) in tops.sorted(by: { $0.key < $1.key }) {
            guard identity.groups[path] != nil else { continue }
            tenants[tenant] = tenants[tenant] ?? Tenant(name: tenant)
            for group in identity.groups.values.sorted(by: { $0.path < $1.path }) {
                guard let role = Self.role(of: group.path, under: path) else { continue }
                add(group, role: role, to: tenant)
            }
        }
        let people = identity.people.values.sorted { ($0.email ?? "", $0.id) < ($1.email ?? "", $1.id) }
        for person in people { add(person, tops: tops) }
    }

    private mutating func add(_ group: LiveGroup, role: String, to tenant: String) {
        guard Self.isLabel(role) else {
            note("group \(group.path)", "'\(role)' cannot be the name of a role")
            return
        }
        tenants[tenant]?.roles.insert(role)
        if let known = roles[role], known != group.realmRoles {
            note("realm roles of group \(group.path)", "they are others than in another tenant's group of that name")
        } else {
            roles[role] = group.realmRoles
        }
        for role in group.clientRoles.sorted() {
            note("client role \(role) of group \(group.path)", "only realm roles are kept in a fleet")
        }
    }

    private mutating func add(_ person: LivePerson, tops: [String: String]) {
        for (path, tenant) in tops.sorted(by: { $0.key < $1.key }) {
            let own = person.groups.compactMap { Self.role(of: $0, under: path) }.filter(Self.isLabel)
            guard !own.isEmpty else { continue }
            guard let email = person.email, !email.isEmpty else {
                note("user \(person.username) of \(path)", "the account has no e-mail address")
                continue
            }
            tenants[tenant]?.people.append(
                Person(
                    email: email, roles: Set(own), givenName: person.givenName ?? "",
                    familyName: person.familyName ?? "", isActive: person.isEnabled))
        }
    }

    /// `/acme/operator` → `operator`
    private static func role(of path: String, under top: String) -> String? {
        guard path.hasPrefix("\(top)/") else { return nil }
        let rest = path.dropFirst(top.count + 1)
        return rest.contains("/") ? nil : String(rest)
    }

    static func isLabel(_ name: String) -> Bool { name.wholeMatch(of: #/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/#) != nil }
}

extension LiveObject {
    /// Nil for what somebody made; else why it is left out, or nothing to say about it.
    fileprivate var isMadeByOthers: String? {
        let owners = object[path: "metadata", "ownerReferences"]?.array ?? []
        if !owners.isEmpty { return "" }
        if isTerminating { return "it is being deleted" }
        switch (id.kind, id.name) {
        case ("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"): return ""
        default: return nil
        }
    }

    /// `Deployment/web`
    fileprivate var scaleTarget: String {
        let target = object[path: "spec", "scaleTargetRef"]
        return "\(target?["kind"]?.string ?? "")/\(target?["name"]?.string ?? "")"
    }
}
