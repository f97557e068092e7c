package import Formats

/// One row of a users file: the membership of a person in a tenant.
package struct UserRow: Sendable, Hashable {
    package let tenant: String
    /// Canonical: lower case, ASCII.
    package let email: String
    /// The address as the file has it, where that is not the canonical form.
    let spelling: String?
    package let id: String?
    package let roles: [String]
    package let givenName: String?
    package let familyName: String?
    package let isActive: Bool
    /// From 00:00 UTC of this day on the membership is inactive.
    package let expires: CalendarDate?
    package let source: Place

    /// True where both rows say the same, wherever they stand.
    func saysTheSame(as other: UserRow) -> Bool {
        hasSameProfile(as: other) && id == other.id && tenant == other.tenant && isActive == other.isActive
            && expires == other.expires && Set(roles) == Set(other.roles)
    }

    func hasSameProfile(as other: UserRow) -> Bool {
        isSame(email, other.email) && isSame(spelling, other.spelling) && isSame(givenName, other.givenName)
            && isSame(familyName, other.familyName)
    }

    /// Two spellings that only look alike are two names: an identity provider keeps them apart, too.
    private func isSame(_ one: String?, _ other: String?) -> Bool {
        switch (one, other) {
        case (nil, nil): true
        case (let one?, let other?): ByteOrder.isSame(one, other)
        default: false
        }
    }

    /// The columns in which the rows of one person differ, as a message names them.
    func difference(from home: UserRow) -> String {
        var columns: [String] = []
        if email != home.email {
            columns.append("email")
        } else if !isSame(spelling, home.spelling) {
            columns.append("spelling ('\(spelling ?? email)', '\(home.spelling ?? home.email)')")
        }
        if !isSame(givenName, home.givenName) {
            columns.append("given_name ('\(givenName ?? "")', '\(home.givenName ?? "")')")
        }
        if !isSame(familyName, home.familyName) {
            columns.append("family_name ('\(familyName ?? "")', '\(home.familyName ?? "")')")
        }
        return columns.joined(separator: ", ")
    }

    /// True where a name is missing that Keycloak wants at the first sign-in.
    var isNameless: Bool { givenName == nil || familyName == nil }

    func isActive(on day: CalendarDate) -> Bool {
        isActive && expires.map { $0 > day } ?? true
    }
}
