import Formats
import Planning

extension RealmTraits {
    /// Who may not see the realm's settings is answered few of them: what is missing is taken for the default.
    init(_ realm: JSON) {
        self.init(
            editsUsernames: realm["editUsernameAllowed"]?.bool ?? false,
            hasEmailUsernames: realm["registrationEmailAsUsername"]?.bool ?? false,
            signsInByEmail: realm["loginWithEmailAllowed"]?.bool ?? true,
            sharesEmails: realm["duplicateEmailsAllowed"]?.bool ?? false)
    }
}

/// The realm's user profile, as far as it binds administrators.
struct UserProfile {
    let keepsMarks: Bool
    let rules: [ProfileRule]

    init(_ profile: JSON) {
        let declared = profile["attributes"]?.array ?? []
        // > unmanagedAttributePolicy: ENABLED, ADMIN_VIEW, ADMIN_EDIT; absent means that undeclared attributes are dropped.
        let keepsOthers = ["ENABLED", "ADMIN_EDIT"].contains(profile["unmanagedAttributePolicy"]?.string)
        keepsMarks = PersonMark.all.allSatisfy { mark in
            guard let rule = declared.first(where: { $0["name"]?.string == mark }) else { return keepsOthers }
            return rule.isEditable && (mark != PersonMark.owners || rule["multivalued"]?.bool == true)
        }
        rules = declared.compactMap(Self.rule)
    }

    private static func rule(_ attribute: JSON) -> ProfileRule? {
        guard let name = attribute["name"]?.string, attribute.isEditable else { return nil }
        let length = attribute[path: "validations", "length"]
        return ProfileRule(
            name: name, isRequired: isRequired(attribute["required"]), minLength: length?["min"]?.wholeNumber,
            maxLength: length?["max"]?.wholeNumber)
    }

    /// > required: {} always; with roles, of those; with scopes, where one is asked for, which an administrator never does.
    private static func isRequired(_ required: JSON?) -> Bool {
        guard let required, required != .null else { return false }
        let (roles, scopes) = (required["roles"]?.array ?? [], required["scopes"]?.array ?? [])
        return roles.contains("admin") || roles.isEmpty && scopes.isEmpty
    }
}

extension JSON {
    /// Whether administrators write the attribute that this is the declaration of.
    fileprivate var isEditable: Bool { self[path: "permissions", "edit"]?.array?.contains("admin") == true }

    /// Options are numbers or texts.
    fileprivate var wholeNumber: Int? { int.map { Int($0) } ?? string.flatMap { Int($0) } }
}
