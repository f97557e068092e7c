package import Formats
import KubernetesModel

/// A fleet repository, checked: everything that people wrote, typed, with the place of each value.
package struct Fleet: Sendable {
    package internal(set) var name: String
    /// By name.
    package internal(set) var environments: [FleetEnvironment]
    /// By name.
    let features: [String: Feature]
    package let tiers: [String: Tier]
    package let roles: [String: Role]
    package let blueprints: [BlueprintID: Blueprint]
    /// By name.
    package let tenants: [Tenant]
    package let people: People
    /// By name.
    package let approvals: [Approval]
    /// Further kinds that manifests of scope tenant may have: group and kind.
    var tenantKinds: Set<KindName>
    /// What blueprints may do beyond what all may, by their names.
    var allowances: [String: Set<Allowance>]
    /// The schemas that blueprints name for their values.
    let valuesSchemas: [BlueprintID: ValuesSchema]
    /// False where reconcile.yaml has mistakes, so that rendering would find more of them than there are.
    var isComplete = true
    /// Blueprints of the scopes tenant and environment, ready to be rendered.
    var compiled: [BlueprintID: CompiledBlueprint] = [:]

    package func environment(_ name: String) -> FleetEnvironment? { environments.first { $0.name == name } }
}

/// A kind without its version.
package struct KindName: Sendable, Hashable {
    package let group: String
    package let kind: String
}

/// An environment as the fleet's file has it: what runs there, beside where it is. A class, since each tenant's rendering has it.
package final class FleetEnvironment: Sendable {
    package let environment: Environment
    /// Which version of each blueprint runs here.
    let pins: [String: Marked<String>]
    /// Values by blueprint.
    let values: Node?
    package let source: Place

    init(
        environment: Environment, pins: [String: Marked<String>], values: Node?, source: Place
    ) {
        self.environment = environment
        self.pins = pins
        self.values = values
        self.source = source
    }

    package var name: String { environment.name }
}

/// A value and where it was written.
package struct Marked<Value: Sendable>: Sendable {
    package let value: Value
    package let place: Place
}

/// What tenants can have or not have.
struct Feature: Sendable {
    enum Kind: String, Sendable { case boolean, string, integer, number }

    let kind: Kind
    let initial: JSON
    /// The values that it may have; empty where any will do.
    let choices: [JSON]
    let place: Place

    func accepts(_ value: JSON) -> Bool {
        let hasType =
            switch (kind, value) {
            case (.boolean, .bool), (.string, .string), (.integer, .int), (.number, .int), (.number, .double): true
            default: false
            }
        return hasType && (choices.isEmpty || choices.contains(value))
    }
}

/// What the tenants of one tier get. A class, since each of them looks it up.
package final class Tier: Sendable {
    package let name: String
    package let displayName: String
    let limits: Node?
    /// The limits that a tenant may set for itself.
    let overridable: [Marked<String>]
    let features: Node?
    let pins: [String: Marked<String>]
    let values: Node?
    package let source: Place

    init(
        name: String, displayName: String, limits: Node?, overridable: [Marked<String>], features: Node?,
        pins: [String: Marked<String>], values: Node?, source: Place
    ) {
        self.name = name
        self.displayName = displayName
        self.limits = limits
        self.overridable = overridable
        self.features = features
        self.pins = pins
        self.values = values
        self.source = source
    }
}

/// What a person may do, and in which tenants.
package struct Role: Sendable {
    enum Reach: Sendable {
        case all
        case tenants([Marked<String>])
        case tier(Marked<String>)
    }

    package let name: String
    package let isAdmin: Bool
    let reach: Reach
    package let realmRoles: [String]
    /// The cluster role that the group is bound to in the tenant's namespace.
    package let clusterRole: Marked<String>?
    /// A blueprint of scope user that everybody with this role gets.
    let blueprint: Marked<String>?
    package let source: Place

    /// For whom the role is, and which file says so, as the end of a message.
    var advice: String {
        switch reach {
        case .all: ""
        case .tenants(let names):
            "; \(source.file) allows it for " + names.map { "'\($0.value)'" }.joined(separator: ", ") + " alone"
        case .tier(let name): "; \(source.file) allows it for tenants of tier '\(name.value)' alone"
        }
    }

    package func allows(tenant: String, tier: String) -> Bool {
        switch reach {
        case .all: true
        case .tenants(let names): names.contains { $0.value == tenant }
        case .tier(let name): name.value == tier
        }
    }
}

/// Lets one refused plan pass, once.
package struct Approval: Sendable, Hashable {
    package let name: String
    package let environment: String
    package let digest: String
    /// It holds until 00:00 UTC of this day.
    package let expires: CalendarDate
    package let source: Place
}
