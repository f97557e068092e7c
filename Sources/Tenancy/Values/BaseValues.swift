import Formats
import Synchronization

/// The layers of values that tenants of one tier share, laid over each other when the first of them asks.
final class BaseValues: Sendable {
    private struct Key: Hashable {
        let blueprint: BlueprintID
        let tier: String
    }

    let fleet: Fleet
    private let environment: FleetEnvironment
    private let made = Mutex<[Key: LayeredValue]>([:])

    init(_ fleet: Fleet, _ environment: FleetEnvironment) {
        self.fleet = fleet
        self.environment = environment
    }

    /// Nil where there is no such blueprint.
    func of(_ id: BlueprintID, tier: String) -> LayeredValue? {
        let key = Key(blueprint: id, tier: tier)
        if let known = made.withLock({ $0[key] }) { return known }
        guard let blueprint = fleet.blueprints[id] else { return nil }
        let value = BlueprintValues(blueprint: blueprint).base(environment, tier: fleet.tiers[tier])
        made.withLock { $0[key] = value }
        return value
    }
}
