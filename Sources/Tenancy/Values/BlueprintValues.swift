import Expressions
import Formats

/// The five layers of a blueprint's values.
struct BlueprintValues {
    let blueprint: Blueprint

    /// What the blueprint itself says.
    private var own: LayeredValue {
        blueprint.values.map { LayeredValue($0, .blueprint, file: blueprint.source.file) }
            ?? .empty(.blueprint, blueprint.source)
    }

    /// The values in an environment, for a tenant of that tier; without a tier those of scope environment.
    func base(_ environment: FleetEnvironment, tier: Tier?) -> LayeredValue {
        var value = own.withoutNulls
        if let tier { value = laid(tier.values, .tier, tier.source.file, over: value) }
        return laid(environment.values, .environment, environment.source.file, over: value)
    }

    func values(_ context: TenantContext, over base: LayeredValue) -> LayeredValue {
        let file = context.tenant.source.file
        let value = laid(context.tenant.values, .tenant, file, over: base)
        return laid(context.presence.values, .tenantInEnvironment, file, over: value)
    }

    private func laid(_ values: Node?, _ layer: Layer, _ file: String, over base: LayeredValue) -> LayeredValue {
        guard let node = values?[blueprint.id.name] else { return base }
        return LayeredValue(node, layer, file: file).over(base)
    }

    /// The nodes of every layer anywhere in the fleet, to know which keys there can be.
    func everywhere(in fleet: Fleet) -> [Node] {
        let name = blueprint.id.name
        var nodes = [blueprint.values, Node?.none].compactMap { $0 }
        nodes += fleet.tiers.values.compactMap { $0.values?[name] }
        nodes += fleet.environments.compactMap { $0.values?[name] }
        for tenant in fleet.tenants {
            if let node = tenant.values?[name] { nodes.append(node) }
            nodes += tenant.environments.compactMap { $0.values?[name] }
        }
        return nodes
    }
}

extension LayeredValue {
    /// A null in the weakest layer has nothing to remove.
    var withoutNulls: LayeredValue { over(.empty(layer, place)) }
}
