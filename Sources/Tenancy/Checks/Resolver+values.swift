import Formats

// What tenants set of a blueprint's values.
extension Resolver {
    /// A blueprint says which of its values are the tenants'.
    mutating func checkTenantValues() {
        checkEach { $0.checkValues(of: $1) }
    }

    private mutating func checkValues(of tenant: Tenant) {
        guard tenant.values != nil || tenant.environments.contains(where: { $0.values != nil }) else { return }
        let (tier, file) = (tiers[tenant.tier.value], tenant.source.file)
        var checked: Set<BlueprintID> = []
        for presence in tenant.environments {
            guard let environment = environments.first(where: { $0.name == presence.environment.value }) else {
                continue
            }
            func pinned(_ name: String) -> (id: BlueprintID, blueprint: Blueprint)? {
                guard let pin = tenant.pin(name, environment, tier, presence) else { return nil }
                let id = BlueprintID(name: name, version: pin.version.value)
                return blueprints[id].flatMap { $0.isSound ? (id, $0) : nil }
            }
            for entry in tenant.values?.mapping ?? [] {
                guard let (id, blueprint) = pinned(entry.key), checked.insert(id).inserted else { continue }
                check(entry.value, [], of: blueprint, file, .tenant)
            }
            for entry in presence.values?.mapping ?? [] {
                guard let (_, blueprint) = pinned(entry.key) else { continue }
                check(entry.value, [], of: blueprint, file, .tenantInEnvironment)
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
