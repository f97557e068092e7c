import Formats

/// What a realm asks of passwords: `length(12) and digits(1)`.
struct PasswordPolicy {
    /// In the order in which the server looks at them.
    private let rules: [(name: String, value: String?)]

    init(_ realm: Realm) {
        let parsed = Self.parse(realm.settings.document["passwordPolicy"]?.string ?? "")
        rules = JavaOrder.sorted(parsed.map(\.name)).compactMap { name in parsed.first { $0.name == name } }
    }

    /// Why the server does not take a policy, or nil.
    static func problem(in text: String) -> String? {
        for rule in parse(text) {
            guard names.contains(rule.name) else { return "Password policy not found" }
            if let value = rule.value, numeric.contains(rule.name), value != "undefined", Int(value) == nil {
                return "Invalid config for \(rule.name): Not a valid number"
            }
            if rule.name == "regexPattern", (try? Regex(rule.value ?? "")) == nil {
                return "Invalid config for regexPattern: Not a valid regular expression"
            }
            if rule.name == "hashAlgorithm", let value = rule.value, !hashes.contains(value) {
                return "Invalid config for hashAlgorithm: Password hashing provider not found"
            }
        }
        return nil
    }

    private static let numeric: Set<String> = [
        "length", "maxLength", "digits", "lowerCase", "upperCase", "specialChars", "passwordHistory",
        "hashIterations", "forceExpiredPasswordChange", "maxAuthAge", "passwordAge",
    ]

    private static let hashes: Set<String> = [
        "argon2", "pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512", "undefined",
    ]

    private static let names: Set<String> = [
        "length", "maxLength", "digits", "lowerCase", "upperCase", "specialChars", "notUsername", "notEmail",
        "notContainsUsername", "regexPattern", "passwordHistory", "passwordBlacklist", "hashAlgorithm",
        "hashIterations", "forceExpiredPasswordChange", "maxAuthAge", "recoveryCodesWarningThreshold", "passwordAge",
    ]

    private static func parse(_ text: String) -> [(name: String, value: String?)] {
        var rules: [(String, String?)] = []
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.firstRange(of: " and ")?.lowerBound ?? rest.endIndex
            let rule = Substring(String(rest[..<end]).trimmed)
            let open = rule.firstIndex(of: "(") ?? rule.endIndex
            let name = rule[..<open].trimmingSpaces
            // Without a closing parenthesis all that is left is the value, and no good one.
            let value = rule[open...].last == ")" ? rule[open...].dropFirst().dropLast() : rule[open...]
            if !name.isEmpty { rules.append((name, open == rule.endIndex ? nil : String(value))) }
            rest = rest[end...].dropFirst(" and ".count)
        }
        return rules
    }

    /// The first rule that the password breaks.
    func violation(_ password: String, of user: User) -> Refusal? {
        for rule in rules {
            let least = rule.value.flatMap { Int($0) } ?? Self.standard[rule.name] ?? 1
            func broken(_ code: String, _ text: String) -> Refusal {
                .described(400, "invalidPassword\(code)Message", "Invalid password: \(text).")
            }
            func lacks(_ code: String, _ what: String, _ isCounted: (Character) -> Bool) -> Refusal? {
                password.lazy.filter(isCounted).count >= least
                    ? nil : broken("Min\(code)", "must contain at least \(least) \(what)")
            }
            let found: Refusal? =
                switch rule.name {
                case "length":
                    password.utf16.count < least ? broken("MinLength", "minimum length \(least)") : nil
                case "maxLength":
                    password.utf16.count > least ? broken("MaxLength", "maximum length \(least)") : nil
                case "digits": lacks("Digits", "numerical digits", \.isNumber)
                case "lowerCase": lacks("LowerCaseChars", "lower case characters", \.isLowercase)
                case "upperCase": lacks("UpperCaseChars", "upper case characters", \.isUppercase)
                case "specialChars":
                    lacks("SpecialChars", "special characters") { !$0.isLetter && !$0.isNumber }
                case "notUsername":
                    password.lowercased() == user.username
                        ? broken("NotUsername", "must not be equal to the username") : nil
                case "notEmail":
                    password.lowercased() == user.email ? broken("NotEmail", "must not be equal to the email") : nil
                case "notContainsUsername":
                    password.lowercased().contains(user.username)
                        ? broken("NotContainsUsername", "Can not contain the username") : nil
                case "regexPattern":
                    (try? Regex(rule.value ?? "").wholeMatch(in: password)) ?? nil == nil
                        ? broken("RegexPattern", "fails to match regex pattern(s)") : nil
                default: nil
                }
            if let found { return found }
        }
        return nil
    }

    private static let standard = ["length": 8, "maxLength": 64]
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
