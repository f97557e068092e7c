import Expressions
import Formats
import KubernetesModel

/// One tenant in one environment, with the names that its expressions see.
struct TenantContext: Sendable {
    let tenant: Tenant
    let environment: FleetEnvironment
    let presence: Tenant.Presence
    private let tier: Tier
    let state: TenantState
    let day: CalendarDate
    let pins: [String: (version: Marked<String>, layer: Layer)]
    /// `fleet`, `environment`, `tenant`, `tier`, `limits`; those of a blueprint come on top.
    private(set) var names: [String: LayeredValue]

    var namespace: String { environment.environment.namespacePrefix + tenant.name }
    var group: String { "/" + environment.environment.groupPrefix + tenant.name }

    init?(_ tenant: Tenant, _ environment: FleetEnvironment, on day: CalendarDate, shared: Shared) {
        // Without its tier a tenant would miss whatever the tier gives: one mistake would look like many.
        guard let presence = tenant.presence(in: environment.name), let tier = shared.tiers[tenant.tier.value] else {
            return nil
        }
        self.tenant = tenant
        self.environment = environment
        self.presence = presence
        self.tier = tier
        state = tenant.state(on: day)
        self.day = day
        pins = tenant.pins(environment, tier, presence)
        var names = shared.names
        names["tier"] = LayeredValue(
            LayeredValue.map([
                ("name", LayeredValue(tenant.tier, .tenant)),
                (
                    "displayName",
                    LayeredValue(.string(tier.displayName), .tier, tier.source)
                ),
            ]), .tenant, tenant.tier.place)
        names["limits"] = shared.limits(tenant)
        self.names = names
        self.names["tenant"] = tenantName(shared.features(tenant))
    }

    /// What is in scope whatever a blueprint's scope is.
    static func environmentNames(_ fleet: Fleet, _ environment: FleetEnvironment) -> [String: LayeredValue] {
        let place = environment.source
        func named(_ name: String, _ layer: Layer) -> LayeredValue {
            LayeredValue(LayeredValue.map([("name", LayeredValue(.string(name), layer, place))]), layer, place)
        }
        return ["fleet": named(fleet.name, .fleet), "environment": named(environment.name, .environment)]
    }

    private func tenantName(_ features: LayeredValue) -> LayeredValue {
        func own(_ text: String, at place: Place? = nil) -> LayeredValue {
            LayeredValue(.string(text), .tenant, place ?? tenant.source)
        }
        let domains = LayeredValue(
            .list(presence.domains.map { LayeredValue($0, .tenantInEnvironment) }), .tenantInEnvironment,
            presence.environment.place)
        // Sorted, as the map has them.
        var members = [("attributes", attributes), ("branding", layered(tenant.branding))]
        if let contact = tenant.contact { members.append(("contact", LayeredValue(contact, .tenant))) }
        members += [("displayName", LayeredValue(tenant.displayName, .tenant)), ("domains", domains)]
        if let expires = tenant.expires {
            members.append(("expires", own(expires.value.description, at: expires.place)))
        }
        members += [
            ("features", features), ("group", own(group)), ("name", own(tenant.name)), ("namespace", own(namespace)),
            ("state", own(state.rawValue, at: tenant.state.place)), ("tier", LayeredValue(tenant.tier, .tenant)),
        ]
        return LayeredValue(LayeredValue.map(members), .tenant, tenant.source)
    }

    private func layered(_ node: Node?) -> LayeredValue {
        node.map { LayeredValue($0, .tenant, file: tenant.source.file) } ?? .empty(.tenant, tenant.source)
    }

    /// Attributes are texts, however they are written.
    private var attributes: LayeredValue {
        let file = tenant.source.file
        let members = (tenant.attributes?.mapping ?? []).compactMap { entry in
            entry.value.scalar.map {
                (entry.key, LayeredValue(.string($0.text), .tenant, Place(file: file, mark: entry.value.mark)))
            }
        }
        return LayeredValue(LayeredValue.map(members), .tenant, tenant.source)
    }
}

extension TenantContext {
    /// What is the same for all tenants of an environment, or for all of one tier.
    struct Shared: Sendable {
        /// A map without the tenant's own layer.
        private struct Base {
            let value: LayeredValue
            /// False where no file has it, so that it stands where the tenant does.
            let isPlaced: Bool

            func laid(_ own: Node?, of tenant: Tenant) -> LayeredValue {
                let below = isPlaced ? value : LayeredValue(value.content, value.layer, tenant.source)
                return own.map { LayeredValue($0, .tenant, file: tenant.source.file).over(below) } ?? below
            }
        }

        /// `environmentNames`
        let names: [String: LayeredValue]
        fileprivate let tiers: [String: Tier]
        private let features: [String: Base]
        private let limits: [String: Base]

        init(_ fleet: Fleet, _ environment: FleetEnvironment) {
            names = TenantContext.environmentNames(fleet, environment)
            tiers = fleet.tiers
            let place = environment.source
            let defaults = LayeredValue(
                LayeredValue.map(
                    fleet.features.map { ($0.key, LayeredValue(Value($0.value.initial), .fleet, $0.value.place)) }),
                .fleet, place)
            func base(_ node: Node?, _ tier: Tier, over below: LayeredValue) -> Base {
                let value = node.map { LayeredValue($0, .tier, file: tier.source.file).over(below) }
                return Base(value: value ?? below, isPlaced: node != nil)
            }
            features = fleet.tiers.mapValues { base($0.features, $0, over: defaults) }
            limits = fleet.tiers.mapValues { base($0.limits, $0, over: .empty(.tier, place)) }
        }

        func features(_ tenant: Tenant) -> LayeredValue {
            features[tenant.tier.value]?.laid(tenant.features, of: tenant) ?? .empty(.fleet, tenant.source)
        }

        func limits(_ tenant: Tenant) -> LayeredValue {
            limits[tenant.tier.value]?.laid(tenant.limits, of: tenant) ?? .empty(.tier, tenant.source)
        }
    }
}

extension Tenant {
    /// One of `pins`.
    func pin(
        _ name: String, _ environment: FleetEnvironment, _ tier: Tier?, _ presence: Presence
    ) -> (version: Marked<String>, layer: Layer)? {
        if let version = presence.pins[name] { return (version, .tenantInEnvironment) }
        if let version = pins[name] { return (version, .tenant) }
        if let version = tier?.pins[name] { return (version, .tier) }
        return environment.pins[name].map { ($0, .environment) }
    }

    /// The blueprints of the tenant: environment, then tier, then tenant, then tenant in that environment.
    func pins(
        _ environment: FleetEnvironment, _ tier: Tier?, _ presence: Presence
    ) -> [String: (version: Marked<String>, layer: Layer)] {
        var pins: [String: (version: Marked<String>, layer: Layer)] = [:]
        let layers: [(Layer, [String: Marked<String>])] = [
            (.environment, environment.pins), (.tier, tier?.pins ?? [:]), (.tenant, self.pins),
            (.tenantInEnvironment, presence.pins),
        ]
        for (layer, added) in layers {
            for (name, version) in added { pins[name] = (version, layer) }
        }
        return pins
    }
}
