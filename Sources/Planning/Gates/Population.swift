/// What removals are counted by.
enum RemovalClass: String, Hashable, CaseIterable {
    /// `users` are accounts that are enabled, and stop being so; `accounts` go for good.
    case objects, groups, users, accounts, memberships
}

/// How many things of ours are live: what percentages are taken of.
struct Population: Equatable {
    private var counts: [Key: Int] = [:]

    private struct Key: Hashable {
        let tenant: String?
        let removalClass: RemovalClass
    }

    subscript(_ removalClass: RemovalClass, of tenant: String?) -> Int {
        get { counts[Key(tenant: tenant, removalClass: removalClass)] ?? 0 }
        set { counts[Key(tenant: tenant, removalClass: removalClass)] = newValue }
    }

    /// Of all tenants and the environment itself.
    func total(_ removalClass: RemovalClass) -> Int {
        counts.reduce(0) { $1.key.removalClass == removalClass ? $0 + $1.value : $0 }
    }

    func adding(_ other: Population) -> Population {
        var sum = self
        sum.counts.merge(other.counts, uniquingKeysWith: +)
        return sum
    }
}
