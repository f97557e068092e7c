import Formats

// What tenants set of a blueprint's values.
extension Resolver {
    /// A blueprint says which of its values are the tenants'.
    mutating func checkTenantValues() {
        for tenant in tenants where tenant.values != nil || tenant.environments.contains(where: { $0.values != nil }) {
            let tier = tiers[tenant.tier.value]
            var checked: Set<BlueprintID> = []
            for presence in tenant.environments {
                guard let environment = environments.first(where: { $0.name == presence.environment.value }) else {
                    continue
                }
                for (name, pin) in tenant.pins(environment, tier, presence) {
                    let id = BlueprintID(name: name, version: pin.version.value)
                    guard let blueprint = blueprints[id], blueprint.isSound else { continue }
                    let file = tenant.source.file
                    if checked.insert(id).inserted {
                        check(tenant.values?[name], [], of: blueprint, file, .tenant)
                    }
                    check(presence.values?[name], [], of: blueprint, file, .tenantInEnvironment)
                }
            }
        }
    }

    private mutating func check(
        _ values: Node?, _ path: [String], of blueprint: Blueprint, _ file: String, _ layer: Layer
    ) {
        for entry in values?.mapping ?? [] {
            let inner = path + [entry.key]
            let dotted = inner.joined(separator: ".")
            let allowed = blueprint.tenantValues
            if allowed.contains(dotted) { continue }
            if entry.value.mapping != nil, allowed.contains(where: { $0.hasPrefix(dotted + ".") }) {
                check(entry.value, inner, of: blueprint, file, layer)
                continue
            }
            let list = allowed.isEmpty ? "none" : allowed.sorted().joined(separator: ", ")
            let hint = Suggestion.phrase(for: dotted, among: allowed)
            let message =
                "tenants may not set '\(dotted)' of blueprint '\(blueprint.id.name)' (layer \(layer.rawValue))"
            report(
                .valueNotAllowed, at: Place(file: file, mark: entry.keyMark),
                message
                    + (hint.isEmpty
                        ? "; they may set: \(list); remove it, or add '\(dotted)' to 'tenantValues' in \(blueprint.source.file)"
                        : hint))
        }
    }
}
