import Expressions
import Formats

/// One person of a tenant, as the expressions of a blueprint of scope user see them.
struct PersonContext: Sendable {
    let key: String
    /// The key as a DNS label that leaves room for a name in front of it.
    let label: String
    /// False while the membership is switched off: workloads stand still then, and data are kept.
    let isActive: Bool
    /// `user`
    let name: LayeredValue
    private let row: UserRow

    init(_ row: UserRow, key: String, on day: CalendarDate) {
        self.row = row
        self.key = key
        label = dnsLabel(key, limit: 40)
        isActive = row.isActive(on: day)
        func given(_ value: Value) -> LayeredValue { LayeredValue(value, .user, row.source) }
        var members: [(String, LayeredValue)] = [
            ("key", given(.string(key))), ("label", given(.string(label))), ("email", given(.string(row.email))),
            ("active", given(.bool(isActive))),
            ("roles", LayeredValue(.list(row.roles.map { given(.string($0)) }), .user, row.source)),
        ]
        for (name, text) in [("id", row.id), ("givenName", row.givenName), ("familyName", row.familyName)] {
            if let text { members.append((name, given(.string(text)))) }
        }
        self.name = LayeredValue(LayeredValue.map(members), .user, row.source)
    }

    func suspended(_ object: DesiredObject) -> DesiredObject? {
        Suspension.applied(to: object, .user, at: row.source)
    }
}
