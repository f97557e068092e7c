import Formats
import KubernetesModel

/// Typed values from files that their schemas accept.
extension Tier {
    convenience init(_ fields: Fields, name: String) {
        let spec = fields["spec"]
        self.init(
            name: name, displayName: spec["displayName"].text ?? name, limits: spec["limits"].node,
            overridable: spec["overridable"].markedElements, features: spec["features"].node,
            pins: spec["blueprints"].markedMembers, values: spec["values"].node, source: Place(file: fields.file))
    }
}

extension Role {
    init(_ fields: Fields, name: String) {
        let spec = fields["spec"]
        let tenants = spec["tenants"]
        let reach: Reach =
            if let tier = tenants["tier"].marked { .tier(tier) } else if tenants.node?.sequence != nil {
                .tenants(tenants.markedElements)
            } else { .all }
        self.init(
            name: name, isAdmin: spec["admin"].bool ?? false, reach: reach,
            realmRoles: spec["realmRoles"].markedElements.map(\.value), clusterRole: spec["clusterRole"].marked,
            blueprint: spec["blueprint"].marked, source: Place(file: fields.file))
    }
}

extension Approval {
    init?(_ fields: Fields, name: String) {
        let spec = fields["spec"]
        guard let environment = spec["environment"].text, let digest = spec["digest"].text,
            let expires = spec["expires"].text.flatMap({ CalendarDate($0) })
        else { return nil }
        self.init(
            name: name, environment: environment, digest: digest, expires: expires, source: Place(file: fields.file))
    }
}

extension Tenant {
    convenience init?(_ fields: Fields, name: String) {
        let spec = fields["spec"]
        guard let tier = spec["tier"].marked else { return nil }
        let environments = spec["environments"]
        let presences =
            environments.elements.compactMap { element in
                element.marked.map { Presence(environment: $0, domains: [], pins: [:], values: nil) }
            }
            + environments.members.map { key, value in
                Presence(
                    environment: key, domains: value["domains"].markedElements, pins: value["blueprints"].markedMembers,
                    values: value["values"].node)
            }
        let state = spec["state"]
        let expires = spec["expires"]
        self.init(
            name: name, displayName: spec["displayName"].marked ?? Marked(value: name, place: Place(file: fields.file)),
            id: spec["id"].marked,
            tier: tier,
            state: Marked(value: state.text.flatMap { TenantState(rawValue: $0) } ?? .active, place: state.place),
            environments: presences, contact: spec["contact"].marked, features: spec["features"].node,
            branding: spec["branding"].node, attributes: spec["attributes"].node, limits: spec["limits"].node,
            pins: spec["blueprints"].markedMembers, values: spec["values"].node,
            expires: expires.text.flatMap { CalendarDate($0) }.map { Marked(value: $0, place: expires.place) },
            isProtected: spec["deletion"]["protect"].bool ?? true,
            cascades: spec["deletion"]["cascade"].bool ?? false, source: Place(file: fields.file))
    }
}

extension FleetEnvironment {
    convenience init(_ fields: Fields, limits: Limits, branch: String, takesBackFrom managers: [String]?) {
        let name = fields["name"].text ?? ""
        let own = Limits(fields["limits"], over: limits)
        let pattern = fields["writeBack"]["branch"].text ?? branch
        let identity = fields["identity"]
        let environment = Environment(
            name: name, cluster: Environment.Cluster(fields["cluster"]), identity: Environment.Identity(identity),
            namespacePrefix: fields["cluster"]["namespacePrefix"].text ?? "",
            groupPrefix: identity["groupPrefix"].text ?? "",
            onboarding: Environment.Onboarding(identity["onboarding"]),
            managesProfile: identity["manageProfile"].bool ?? false,
            managesRoles: identity["manageRoles"].bool ?? false,
            breakGlass: Set(identity["breakGlass"].markedElements.map { $0.value.lowercased() }),
            deleteAfter: identity["deleteAfter"].text.flatMap(Self.days),
            takesBackFrom: managers ?? Environment.handManagers, limits: own,
            checks: CheckPolicy(fields["checks"]), stateBranch: pattern.replacing("{environment}", with: name))
        self.init(
            environment: environment, pins: fields["blueprints"].markedMembers, values: fields["values"].node,
            source: fields.place)
    }

    /// `30d`; nil for `never`.
    private static func days(_ text: String) -> Int? { text.hasSuffix("d") ? Int(text.dropLast()) : nil }
}

extension Limits {
    init(_ fields: Fields, over base: Limits) {
        self = base
        maxDeletePercent = fields["maxDeletePercent"].number ?? base.maxDeletePercent
        maxDeletes = fields["maxDeletes"].int ?? base.maxDeletes
        minPopulation = fields["minPopulation"].int ?? base.minPopulation
        maxTenantRemovals = fields["maxTenantRemovals"].int ?? base.maxTenantRemovals
        maxChangedTenants = fields["maxChangedTenants"].int ?? base.maxChangedTenants
        minAdmins = fields["minAdmins"].int ?? base.minAdmins
    }
}

extension Environment.Cluster {
    init?(_ fields: Fields) {
        let kubernetes = fields["kubernetes"]
        if fields["sandbox"].node != nil {
            self = .sandbox
        } else if kubernetes.node != nil {
            self = kubernetes["inCluster"].bool == true ? .inCluster : .kubernetes(context: kubernetes["context"].text)
        } else {
            return nil
        }
    }
}

extension Environment.Identity {
    init?(_ fields: Fields) {
        let keycloak = fields["keycloak"]
        if fields["sandbox"].node != nil {
            self = .sandbox
        } else if let url = keycloak["url"].text, let realm = keycloak["realm"].text,
            let client = keycloak["clientId"].text
        {
            let trimmed = url.hasSuffix("/") ? String(url.dropLast()) : url
            self = .keycloak(Environment.Keycloak(url: trimmed, realm: realm, clientId: client))
        } else {
            return nil
        }
    }
}

extension Environment.Onboarding {
    init(_ fields: Fields) {
        if fields["mode"].text == "federated" {
            self = .federated
        } else {
            let actions = fields["actions"]
            self = .requiredActions(actions.node == nil ? ["UPDATE_PASSWORD"] : actions.markedElements.map(\.value))
        }
    }
}
