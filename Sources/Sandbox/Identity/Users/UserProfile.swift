import Formats

/// A realm's user profile: which attributes people have, and what their values may be.
struct UserProfile {
    private struct Rule {
        let name: String
        let validations: JSONObject
        let isMultivalued: Bool
        /// Whether an administrator has to give a value.
        let isRequired: Bool
        let isEditable: Bool
        let isVisible: Bool
        /// What a new person has where nothing is given.
        let standard: String?

        init?(_ json: JSON) {
            guard let name = json["name"]?.string else { return nil }
            self.name = name
            validations = json["validations"]?.object ?? JSONObject()
            isMultivalued = json["multivalued"]?.bool ?? false
            standard = json["defaultValue"]?.string
            if let required = json["required"] {
                let (roles, scopes) = (required["roles"]?.strings ?? [], required["scopes"]?.strings ?? [])
                // An administrator asks for no scope: what is required for one is not required here.
                isRequired = scopes.isEmpty && (roles.isEmpty || roles.contains("admin"))
            } else {
                isRequired = false
            }
            let edit = json[path: "permissions", "edit"]?.strings ?? []
            isEditable = edit.contains("admin")
            isVisible = isEditable || json[path: "permissions", "view"]?.strings.contains("admin") == true
        }
    }

    /// What becomes of attributes that the profile does not declare.
    private enum Unmanaged { case dropped, shown, editable }

    /// The attributes that are members of their own in a user.
    static let ownMembers = ["username", "email", "firstName", "lastName"]
    private static let readOnly: Set<String> = [
        "KERBEROS_PRINCIPAL", "LDAP_ID", "LDAP_ENTRY_DN", "createTimestamp", "modifyTimestamp",
    ]

    private let rules: [String: Rule]
    private let unmanaged: Unmanaged
    private let realm: Realm

    init(of realm: Realm) {
        self.realm = realm
        let profile = realm.settings.profile
        rules = (profile["attributes"]?.array ?? []).compactMap(Rule.init)
            .reduce(into: [:]) { $0[$1.name] = $1 }
        switch profile["unmanagedAttributePolicy"]?.string {
        case "ENABLED", "ADMIN_EDIT": unmanaged = .editable
        case "ADMIN_VIEW": unmanaged = .shown
        default: unmanaged = .dropped
        }
    }

    /// Whether an administrator sees the attribute in a user.
    func shows(_ attribute: String) -> Bool {
        rules[attribute]?.isVisible ?? (unmanaged != .dropped || attribute == Self.temporaryAdministrator)
    }

    func declares(_ attribute: String) -> Bool { rules[attribute] != nil }

    /// The name that people have for themselves, which is not what lists are sorted by.
    func username(of user: User) -> String {
        realm.settings.isOn("registrationEmailAsUsername") ? user.email ?? user.username : user.username
    }

    /// The mark of the administrator that a server is begun with.
    static let temporaryAdministrator = "is_temporary_admin"

    private func takes(_ attribute: String) -> Bool {
        // The language is an attribute of its own where the realm speaks several.
        if attribute == "locale", rules[attribute] == nil { return realm.settings.isOn("internationalizationEnabled") }
        return rules[attribute]?.isEditable ?? (unmanaged == .editable)
    }

    /// Values as an administrator gives them, made ready: in lower case where that is the rule, blanks dropped, and
    /// nothing that the profile does not take.
    ///
    /// `present` says what the user has by now: attributes that an administrator cannot write stay as they are.
    func prepared(_ given: [String: [String]], for user: User?) -> [String: [String]] {
        var values: [String: [String]] = [:]
        for (name, list) in given where takes(name) {
            let kept = list.filter { !Validation.isBlank($0) }
            values[name] = ["username", "email"].contains(name) ? kept.map { $0.lowercased() } : kept
        }
        if realm.settings.isOn("registrationEmailAsUsername"), let email = values["email"] {
            values["username"] = email
        }
        if let user, !realm.settings.isOn("editUsernameAllowed"), given["username"] == nil, values["username"] == nil {
            values["username"] = [user.username]
        }
        for (name, list) in user?.allAttributes ?? [:] where !takes(name) { values[name] = list }
        if user == nil {
            for rule in rules.values where values[rule.name]?.isEmpty ?? true {
                if let standard = rule.standard { values[rule.name] = [standard] }
            }
        }
        return values
    }

    /// All that is wrong with the prepared values.
    func errors(in values: [String: [String]], given: [String: [String]], for user: User?) -> [ProfileError] {
        var errors = usernameErrors(values, user) + emailErrors(values, user)
        let others = Set(rules.keys).union(given.keys).subtracting(["username"]).sorted()
        for name in ["username"] + JavaOrder.sorted(others, buckets: 32) {
            if let rule = rules[name] {
                if user != nil, !rule.isEditable, let list = given[name], list != values[name] ?? [] {
                    errors.append(ProfileError(attribute: name, message: ProfileError.readOnly))
                }
                errors += Self.errors(
                    in: values[name] ?? [], given: given[name] ?? [], of: rule, isRequired: isRequired(rule))
            } else if unmanaged != .dropped, Self.readOnly.contains(name), given[name] != user?.attributes[name] {
                errors.append(ProfileError(attribute: name, message: "updateReadOnlyAttributesRejectedMessage"))
            }
        }
        return errors
    }

    private func isRequired(_ rule: Rule) -> Bool {
        guard rule.name == "email", realm.settings.isOn("registrationEmailAsUsername") else {
            return rule.isRequired && rule.isEditable
        }
        return true
    }

    /// What is wrong with no value at all.
    private static func errorsOfNothing(_ given: [String], of rule: Rule, isRequired: Bool) -> [ProfileError] {
        func error(_ message: String, _ parameters: [JSON] = []) -> ProfileError {
            ProfileError(attribute: rule.name, message: message, parameters: parameters)
        }
        var errors: [ProfileError] = []
        if isRequired { errors.append(error(ProfileError.required)) }
        if rule.validations["not-blank"] != nil {
            errors.append(error("error-invalid-blank", [given.first.map(JSON.string) ?? []]))
        }
        if let counts = rule.validations["multivalued"], (counts["min"]?.count ?? 0) > 0 {
            let most = counts["max"]?.count
            errors.append(
                error("error-invalid-multivalued-size", [.int(counts["min"]?.count ?? 0), most.map(JSON.int) ?? .null]))
        }
        return errors
    }

    private static func errors(
        in values: [String], given: [String], of rule: Rule, isRequired: Bool
    ) -> [ProfileError] {
        guard !values.isEmpty else { return errorsOfNothing(given, of: rule, isRequired: isRequired) }
        var errors: [ProfileError] = []
        let counts = rule.validations["multivalued"]
        let least = counts?["min"]?.count ?? 0
        // Without a bound of its own, an attribute of one value has this one.
        let most = rule.isMultivalued || counts != nil ? counts?["max"]?.count : 1
        if Int64(values.count) < least || Int64(values.count) > most ?? .max {
            errors.append(
                ProfileError(
                    attribute: rule.name, message: "error-invalid-multivalued-size",
                    parameters: [.int(least), most.map(JSON.int) ?? .null]))
        }
        for validation in rule.validations {
            for value in values {
                guard let found = Validation.error(validation.key, validation.value, in: value) else { continue }
                errors.append(
                    ProfileError(attribute: rule.name, message: found.message, parameters: found.parameters))
                if !Validation.looksAtAll.contains(validation.key) { break }
            }
        }
        return errors
    }

    private func usernameErrors(_ values: [String: [String]], _ user: User?) -> [ProfileError] {
        func error(_ message: String) -> [ProfileError] { [ProfileError(attribute: "username", message: message)] }
        guard let username = values["username"]?.first else {
            let isLeftOut = realm.settings.isOn("registrationEmailAsUsername") && user == nil
            return isLeftOut ? [] : error(ProfileError.missingUsername)
        }
        guard username != user?.username else { return [] }
        // A name that follows the e-mail may change with it.
        let mayChange =
            realm.settings.isOn("editUsernameAllowed")
            || realm.settings.isOn("registrationEmailAsUsername") && values["email"]?.first != nil
        let fixed = user != nil && !mayChange ? error(ProfileError.readOnly) : []
        return fixed + takenErrors(username, user)
    }

    private func takenErrors(_ username: String, _ user: User?) -> [ProfileError] {
        func error(_ message: String) -> [ProfileError] { [ProfileError(attribute: "username", message: message)] }
        if let other = realm.user(named: username), other.id != user?.id { return error(ProfileError.usernameExists) }
        if realm.settings.isOn("loginWithEmailAllowed"),
            realm.users(withEmail: username).contains(where: { $0.id != user?.id })
        {
            return error(ProfileError.usernameExists)
        }
        return []
    }

    private func emailErrors(_ values: [String: [String]], _ user: User?) -> [ProfileError] {
        guard let email = values["email"]?.first, email != user?.email else { return [] }
        let taken = [ProfileError(attribute: "email", message: ProfileError.emailExists)]
        if !realm.settings.isOn("duplicateEmailsAllowed"),
            realm.users(withEmail: email).contains(where: { $0.id != user?.id })
        {
            return taken
        }
        if realm.settings.isOn("loginWithEmailAllowed"), let other = realm.user(named: email), other.id != user?.id {
            return taken
        }
        return []
    }
}

extension User {
    /// Attributes with the own members among them.
    var allAttributes: [String: [String]] {
        var all = attributes
        all["username"] = [username]
        all["email"] = email.map { [$0] }
        all["firstName"] = firstName.map { [$0] }
        all["lastName"] = lastName.map { [$0] }
        return all
    }

    /// Takes attributes with the own members among them; what is missing goes.
    mutating func setAll(_ values: [String: [String]]) {
        username = values["username"]?.first ?? username
        email = values["email"]?.first
        firstName = values["firstName"]?.first
        lastName = values["lastName"]?.first
        attributes = values.filter { !UserProfile.ownMembers.contains($0.key) && !$0.value.isEmpty }
    }
}

extension JSON {
    /// A number, also one that is written as text.
    fileprivate var count: Int64? { int ?? string.flatMap { Int64($0) } }
}
