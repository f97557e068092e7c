package import Formats

/// A tenant as its file has it. A class, since every check and every rendering of thousands of them hands one on.
package final class Tenant: Sendable {
    package struct Presence: Sendable {
        package let environment: Marked<String>
        let domains: [Marked<String>]
        let pins: [String: Marked<String>]
        let values: Node?
    }

    package let name: String
    package let displayName: Marked<String>
    /// The customer's own id, which never changes; nil where the file has none.
    package let id: Marked<String>?
    package let tier: Marked<String>
    package let state: Marked<TenantState>
    /// In the order of the file.
    package let environments: [Presence]
    let contact: Marked<String>?
    let features: Node?
    let branding: Node?
    let attributes: Node?
    let limits: Node?
    let pins: [String: Marked<String>]
    let values: Node?
    /// From 00:00 UTC of this day on the tenant is suspended.
    package let expires: Marked<CalendarDate>?
    package let isProtected: Bool
    package let cascades: Bool
    package let source: Place

    init(
        name: String, displayName: Marked<String>, id: Marked<String>?, tier: Marked<String>,
        state: Marked<TenantState>, environments: [Presence], contact: Marked<String>?, features: Node?,
        branding: Node?, attributes: Node?, limits: Node?, pins: [String: Marked<String>], values: Node?,
        expires: Marked<CalendarDate>?, isProtected: Bool, cascades: Bool, source: Place
    ) {
        self.name = name
        self.displayName = displayName
        self.id = id
        self.tier = tier
        self.state = state
        self.environments = environments
        self.contact = contact
        self.features = features
        self.branding = branding
        self.attributes = attributes
        self.limits = limits
        self.pins = pins
        self.values = values
        self.expires = expires
        self.isProtected = isProtected
        self.cascades = cascades
        self.source = source
    }

    func presence(in environment: String) -> Presence? {
        environments.first { $0.environment.value == environment }
    }

    /// The state on a day: what has expired is suspended.
    package func state(on day: CalendarDate) -> TenantState {
        guard state.value == .active, let expires, expires.value <= day else { return state.value }
        return .suspended
    }
}
