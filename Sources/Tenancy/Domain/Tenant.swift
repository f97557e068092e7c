package import Formats

/// A tenant as its file has it.
package struct Tenant: Sendable {
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

    func presence(in environment: String) -> Presence? {
        environments.first { $0.environment.value == environment }
    }

    /// The state on a day: what has expired is suspended.
    package func state(on day: CalendarDate) -> TenantState {
        guard state.value == .active, let expires, expires.value <= day else { return state.value }
        return .suspended
    }
}
