import Tenancy

// What the realm's user profile refuses, found before it does.
extension RealmComparison {
    /// Why a new account cannot be made of what the files say; nil where it can.
    func profileRefusal(of person: DesiredPerson) -> String? { refusal(of: person, to: nil) }

    /// Why the account cannot be written with what the files say; nil where it can.
    func profileRefusal(of person: DesiredPerson, to account: LivePerson) -> String? {
        refusal(of: person, to: account)
    }

    /// Why the account cannot even be disabled: the profile asks for something that it does not have.
    func disableRefusal(of account: LivePerson) -> String? {
        guard let rule = live.profile.first(where: { $0.isRequired && account.value(of: $0.name) == nil }) else {
            return nil
        }
        return Self.missing(rule.name)
    }

    private func refusal(of person: DesiredPerson, to account: LivePerson?) -> String? {
        for rule in live.profile where !PersonMark.all.contains(rule.name) {
            let asked = rule.name == "username" && account != nil ? nil : person.value(of: rule.name)
            guard let value = asked ?? account?.value(of: rule.name) else {
                if rule.isRequired { return Self.missing(rule.name) }
                continue
            }
            let length = value.utf16.count
            if let most = rule.maxLength, length > most {
                return "\(rule.name) has \(length) characters, and the realm's user profile takes \(most) at most"
            }
            if let least = rule.minLength, length < least {
                return "\(rule.name) has \(length) characters, and the realm's user profile asks for \(least) at least"
            }
        }
        return nil
    }

    private static func missing(_ attribute: String) -> String {
        let column = ["firstName": "given_name", "lastName": "family_name"][attribute]
        let way = column.map { "give the person a \($0), or take" } ?? "take"
        return "the realm's user profile requires \(attribute), which the files do not give: \(way) administrators "
            + "off those of whom it is required there"
    }
}

extension DesiredPerson {
    /// What the files say of an attribute.
    fileprivate func value(of attribute: String) -> String? {
        switch attribute {
        case "username", "email": email
        case "firstName": givenName
        case "lastName": familyName
        default: nil
        }
    }
}

extension LivePerson {
    fileprivate func value(of attribute: String) -> String? {
        let value =
            switch attribute {
            case "username": username
            case "email": email ?? ""
            case "firstName": givenName ?? ""
            case "lastName": familyName ?? ""
            default: attributes[attribute]?.first ?? ""
            }
        return value.isEmpty ? nil : value
    }
}
