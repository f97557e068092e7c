package import Formats
package import KubernetesModel

/// What the repository asks of one environment, rendered: the sum of its tenants, of what is there once, and of the people.
package struct DesiredState: Sendable {
    package let fleet: String
    package private(set) var environment: Environment
    /// Objects of scope environment: there once, of no tenant.
    package let objects: [DesiredObject]
    /// Of blueprints of scope environment.
    package let checks: [DesiredCheck]
    /// By name. Tenants with `state: absent` are here too, without objects and groups.
    package let tenants: [DesiredTenant]
    /// By key.
    package let people: [DesiredPerson]

    package init(
        fleet: String, environment: Environment, objects: [DesiredObject], checks: [DesiredCheck] = [],
        tenants: [DesiredTenant], people: [DesiredPerson]
    ) {
        self.fleet = fleet
        self.environment = environment
        self.objects = objects.sorted { $0.id < $1.id }
        self.checks = checks
        self.tenants = tenants.sorted { $0.name < $1.name }
        self.people = people.sorted { $0.key < $1.key }
    }

    /// The same under limits that are in force instead.
    package func limited(to limits: Limits) -> DesiredState {
        var state = self
        state.environment = environment.limited(to: limits)
        return state
    }
}

package enum TenantState: String, Sendable, Hashable { case active, suspended, absent }

/// One tenant in one environment.
package struct DesiredTenant: Sendable {
    package let name: String
    package let displayName: String
    package let tier: String
    package let state: TenantState
    /// `deletion.protect`: nothing of the tenant is removed as a whole while this holds.
    package let isProtected: Bool
    /// `deletion.cascade`: foreign objects in its namespace go with it.
    package let cascades: Bool
    /// `tenant-acme`
    package let namespace: String
    /// The tenant's file.
    package let source: Place
    /// By identity, the namespace included.
    package let objects: [DesiredObject]
    /// Jobs that have to run before its workloads, by key.
    package let actions: [DesiredAction]
    /// The customer's own id; nil where the file has none.
    package let id: String?
    /// By path: the tenant's group, then one for each role.
    package let groups: [DesiredGroup]
    /// By name: `url` and the like, for status and reports.
    package let outputs: [(name: String, value: String)]
    /// What blueprints of scope user say of single people, by key and name.
    package let personOutputs: [PersonOutput]
    /// Of an active tenant: by blueprint, as its file has them.
    package let checks: [DesiredCheck]

    package init(
        name: String, displayName: String, tier: String, state: TenantState, isProtected: Bool, cascades: Bool,
        namespace: String, source: Place, objects: [DesiredObject], actions: [DesiredAction] = [], id: String? = nil,
        groups: [DesiredGroup], outputs: [(name: String, value: String)], personOutputs: [PersonOutput] = [],
        checks: [DesiredCheck] = []
    ) {
        self.name = name
        self.displayName = displayName
        self.tier = tier
        self.state = state
        self.isProtected = isProtected
        self.cascades = cascades
        self.namespace = namespace
        self.source = source
        // Indexes are sorted instead of the objects, which are large to move.
        let ids = objects.map(\.id)
        self.objects = ids.indices.sorted { ids[$0] < ids[$1] }.map { objects[$0] }
        self.actions = actions.sorted { $0.key < $1.key }
        self.id = id
        self.groups = groups.sorted { $0.path < $1.path }
        self.outputs = outputs.sorted { $0.name < $1.name }
        self.personOutputs = personOutputs.sorted { ($0.person, $0.name) < ($1.person, $1.name) }
        self.checks = checks
    }
}

/// What a blueprint says of one person: the address of their workspace, for example.
package struct PersonOutput: Sendable, Hashable {
    /// The person's key.
    package let person: String
    package let name: String
    package let value: String
}

/// One object of the cluster as the repository wants it, marks and namespace included.
package struct DesiredObject: Sendable {
    package let id: ObjectID
    package let apiVersion: String
    /// The manifest to apply. For a Secret with `secret` values: its metadata and `type` only, never a value.
    package let object: JSON
    /// Values that are made or read at apply and never shown; nil for everything but such Secrets.
    package let secret: [SecretKey]?
    /// Nil for scope environment.
    package let tenant: String?
    /// Where the manifest begins.
    package let source: Place
    /// Places of values that came from elsewhere than the manifest, by JSON Pointer.
    package let origins: [Origin]
    /// The manifest before substitution, to find the line of a field that came from the manifest itself.
    package let manifest: Node?
    /// What the blueprint says of it besides.
    package private(set) var rules: ObjectRules

    package init(
        id: ObjectID, apiVersion: String, object: JSON, secret: [SecretKey]? = nil, tenant: String?, source: Place,
        origins: [Origin] = [], manifest: Node? = nil, rules: ObjectRules = .none
    ) {
        self.id = id
        self.apiVersion = apiVersion
        self.object = object
        self.secret = secret
        self.tenant = tenant
        self.source = source
        self.origins = origins
        self.manifest = manifest
        self.rules = rules
    }

    /// The same with another body.
    package func with(object: JSON, origins: [Origin]? = nil) -> DesiredObject {
        DesiredObject(
            id: id, apiVersion: apiVersion, object: object, secret: secret, tenant: tenant, source: source,
            origins: origins ?? self.origins, manifest: manifest, rules: rules)
    }

    package func with(rules: ObjectRules) -> DesiredObject {
        var copy = self
        copy.rules = rules
        return copy
    }
}

extension DesiredObject {
    /// Who gave the value of a field, for findings about it; nothing where it stands in the manifest as it is.
    ///
    /// - Parameter pointer: a JSON Pointer into the object. What lies in a map or list that was put in as a whole counts, too.
    package func givers(of pointer: String) -> [Diagnostic.Note] { origins.givers(of: pointer) }
}

extension [Origin] {
    func givers(of pointer: String) -> [Diagnostic.Note] {
        filter { $0.pointer == pointer || $0.pointer.hasPrefix(pointer + "/") || pointer.hasPrefix($0.pointer + "/") }
            .map { Diagnostic.Note("the value is given by layer \($0.layer)", at: $0.place) }
    }
}

/// Where one rendered field got its value.
package struct Origin: Sendable, Hashable {
    /// A JSON Pointer into the object: `/spec/replicas`.
    package let pointer: String
    /// The layer that won: `blueprint`, `tier`, `environment`, `tenant`, `tenant in environment`.
    package let layer: String
    package let place: Place

    package init(pointer: String, layer: String, place: Place) {
        self.pointer = pointer
        self.layer = layer
        self.place = place
    }
}

/// One key of a Secret whose value the repository does not hold.
package struct SecretKey: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        /// That many characters of `A-Z a-z 0-9`, from the system's random source.
        case generate(length: Int)
        /// The value of an environment variable whose name begins with `RECONCILE_SECRET_`.
        case environment(variable: String)
    }

    package let name: String
    package let source: Source
    /// A rise makes a new value and keeps the one before as `<key>.previous`.
    package let rotation: Int

    package init(name: String, source: Source, rotation: Int = 0) {
        self.name = name
        self.source = source
        self.rotation = rotation
    }
}
