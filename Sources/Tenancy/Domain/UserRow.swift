package import Formats

/// One row of a users file: the membership of a person in a tenant.
package struct UserRow: Sendable, Hashable {
    package let tenant: String
    /// Canonical: lower case, ASCII.
    package let email: String
    /// The address as the file has it, where that is not the canonical form.
    let spelling: String?
    package let id: String?
    package let roles: [Marked]
    package let givenName: String?
    package let familyName: String?
    package let isActive: Bool
    /// From 00:00 UTC of this day on the membership is inactive.
    package let expires: CalendarDate?
    package let source: Place

    package struct Marked: Sendable, Hashable {
        package let name: String
        package let place: Place
    }

    /// True where both rows say the same, wherever they stand.
    func saysTheSame(as other: UserRow) -> Bool {
        hasSameProfile(as: other) && id == other.id && tenant == other.tenant && isActive == other.isActive
            && expires == other.expires && Set(roles.map(\.name)) == Set(other.roles.map(\.name))
    }

    func hasSameProfile(as other: UserRow) -> Bool {
        email == other.email && spelling == other.spelling && givenName == other.givenName
            && familyName == other.familyName
    }

    func isActive(on day: CalendarDate) -> Bool {
        isActive && expires.map { $0 > day } ?? true
    }
}

/// All rows of all files, united by person.
package struct People: Sendable {
    package struct Person: Sendable {
        /// `id`, else the canonical e-mail.
        package let key: String
        /// By tenant. The first is the home: its row gives the profile.
        package let rows: [UserRow]
    }

    /// By key.
    package let persons: [Person]
}
