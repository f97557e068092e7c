import Formats

/// What a list of users is restricted to.
struct UserFilter {
    private enum Term {
        /// Lower case.
        case equal(String)
        case like(LikePattern)

        func matches(_ value: String?) -> Bool {
            guard let value = value?.lowercased() else { return false }
            return switch self {
            case .equal(let text): value == text
            case .like(let pattern): pattern.matches(value)
            }
        }
    }

    private typealias Value = @Sendable (User) -> String?

    private static let members: [(name: String, value: Value)] = [
        ("username", { $0.username }), ("email", { $0.email }), ("firstName", { $0.firstName }),
        ("lastName", { $0.lastName }),
    ]

    private var search: [Term] = []
    private var named: [(value: Value, term: Term)] = []
    private var attributes: [(name: String, value: String)] = []
    private var isEnabled: Bool?
    private var isEmailVerified: Bool?
    private var createdAfter: Int64?
    private var createdBefore: Int64?
    /// Another provider by which people log in, and their id there.
    private var provider: String?
    private var providerUser: String?
    private let includesServiceAccounts: Bool
    /// The only username that can match, where there is just one.
    private(set) var onlyUsername: String?

    init(_ call: Call) throws(Refusal) {
        isEnabled = call.flag("enabled")
        isEmailVerified = call.flag("emailVerified")
        createdAfter = try call.time("createdAfter", endOfDay: false)
        createdBefore = try call.time("createdBefore", endOfDay: true)
        if let text = call.text("search"), !text.isEmpty {
            includesServiceAccounts = false
            search = text.split(whereSeparator: \.isWhitespace).map { Self.searchTerm($0.lowercased()) }
            return
        }
        provider = call.text("idpAlias").flatMap { $0.isEmpty ? nil : $0 }
        providerUser = call.text("idpUserId").flatMap { $0.isEmpty ? nil : $0 }
        let isExact = call.flag("exact")
        let fields = call.text("q").map(Self.fields) ?? []
        includesServiceAccounts =
            isExact != nil || isEnabled != nil || isEmailVerified != nil || !fields.isEmpty
            || provider != nil || providerUser != nil
            || createdAfter != nil || createdBefore != nil
            || Self.members.contains { call.text($0.name)?.isEmpty == false }
        for (name, value) in Self.members {
            guard let text = call.text(name)?.lowercased(), !text.isEmpty else { continue }
            restrict(name, value, text, exact: isExact == true)
        }
        for field in fields { restrict(field, exact: isExact == true) }
    }

    private mutating func restrict(_ name: String, _ value: @escaping Value, _ text: String, exact: Bool) {
        named.append((value, exact ? .equal(text) : .like(LikePattern("%\(text)%"))))
        if name == "username", exact { onlyUsername = text }
    }

    /// A field of a query: a member of its own, or an attribute.
    private mutating func restrict(_ field: (name: String, value: String), exact: Bool) {
        switch field.name {
        case "enabled": isEnabled = field.value.lowercased() == "true"
        case "emailVerified": isEmailVerified = field.value.lowercased() == "true"
        default:
            if let member = Self.members.first(where: { $0.name == field.name }) {
                restrict(member.name, member.value, field.value.lowercased(), exact: exact)
            } else {
                attributes.append((field.name, field.value.lowercased()))
            }
        }
    }

    func matches(_ user: User) -> Bool {
        if !includesServiceAccounts, user.serviceAccountOf != nil { return false }
        if provider != nil || providerUser != nil {
            let isLinked = user.identities.contains {
                $0.provider == provider ?? $0.provider && $0.userID == providerUser ?? $0.userID
            }
            guard isLinked else { return false }
        }
        if let isEnabled, user.isEnabled != isEnabled { return false }
        if let isEmailVerified, user.isEmailVerified != isEmailVerified { return false }
        if let createdAfter, user.created < createdAfter { return false }
        if let createdBefore, user.created > createdBefore { return false }
        return named.allSatisfy { $0.term.matches($0.value(user)) }
            && attributes.allSatisfy { field in
                user.attributes[field.name]?.contains { $0.lowercased() == field.value } == true
            }
            && search.allSatisfy { term in Self.members.contains { term.matches($0.value(user)) } }
    }

    /// A prefix; `*` stands for anything, and quotation marks for the whole.
    private static func searchTerm(_ text: String) -> Term {
        if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") {
            return .equal(String(text.dropFirst().dropLast()))
        }
        return .like(LikePattern(search: text.hasSuffix("*") ? text : text + "*"))
    }

    /// `key:value other:value`, where either side may stand in quotation marks; the last of several values counts.
    static func fields(_ query: String) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        var (name, text): (String?, String) = (nil, "")
        var isQuoted = false
        func end() {
            // Nothing has the name that is no field at all.
            if let field = name ?? (text.contains(":") ? text : nil) {
                fields.removeAll { $0.name == field }
                fields.append((field, name == nil ? "" : text))
            }
            (name, text) = (nil, "")
        }
        for character in query {
            switch character {
            case "\"": isQuoted.toggle()
            case " " where !isQuoted: end()
            case ":" where !isQuoted && name == nil: (name, text) = (text, "")
            default: text.append(character)
            }
        }
        end()
        return fields
    }
}

/// A pattern as databases have it: `%` stands for anything, `_` for one character.
struct LikePattern {
    private enum Part { case any, one, character(Character) }

    private let parts: [Part]

    init(_ text: String) {
        parts = text.map { $0 == "%" ? .any : $0 == "_" ? .one : .character($0) }
    }

    /// Text in which `*` stands for anything, and nothing else for more than itself.
    init(search text: String) {
        parts = text.map { $0 == "*" ? .any : .character($0) }
    }

    func matches(_ text: String) -> Bool {
        let text = Array(text)
        // Where the last `%` stood, and how far its text went: the place to try again from.
        var (index, part, mark, retry) = (0, 0, -1, 0)
        while index < text.count {
            if part < parts.count, case .any = parts[part] {
                (mark, retry) = (part, index)
                part += 1
            } else if part < parts.count, Self.matches(parts[part], text[index]) {
                part += 1
                index += 1
            } else if mark >= 0 {
                retry += 1
                (part, index) = (mark + 1, retry)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private static func matches(_ part: Part, _ character: Character) -> Bool {
        switch part {
        case .any, .one: true
        case .character(let wanted): wanted == character
        }
    }
}
