/// What somebody wants to take over, or let go of, by address.
package struct OwnershipWishes: Sendable, Hashable {
    /// Things that are there and not ours, and are to be.
    package var adopt: Set<String>
    /// The other fleet and environment that they may belong to, as `fleet/environment`.
    package var from: String?
    /// Things of ours that are to stay as they are, and not to be ours.
    package var forget: Set<String>

    package init(adopt: Set<String> = [], from: String? = nil, forget: Set<String> = []) {
        self.adopt = adopt
        self.from = from
        self.forget = forget
    }

    package var addresses: Set<String> { adopt.union(forget) }
}
