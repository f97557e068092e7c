import Formats

/// Holds what a server answers against what was recorded, as `Tests/Fixtures/tools/replay_keycloak.py` does.
///
/// Placeholders are bound where an answer shows them for the first time; different placeholders are different values.
struct Comparison {
    /// The members that have to be there where the recording has them, by the kind of an object.
    private static let needed: [String: [String]] = [
        "user": [
            "id", "username", "email", "firstName", "lastName", "emailVerified", "enabled", "attributes",
            "createdTimestamp", "requiredActions", "notBefore", "membershipType",
        ],
        "group": [
            "id", "name", "path", "parentId", "description", "attributes", "subGroups", "subGroupCount",
        ],
        "role": ["id", "name", "description", "composite", "clientRole", "containerId", "attributes"],
        "realm": [
            "id", "realm", "displayName", "enabled", "attributes", "organizationsEnabled", "editUsernameAllowed",
            "registrationEmailAsUsername", "loginWithEmailAllowed", "duplicateEmailsAllowed", "verifyEmail",
            "accessTokenLifespan", "passwordPolicy",
        ],
        "client": [
            "id", "clientId", "enabled", "secret", "serviceAccountsEnabled", "publicClient", "standardFlowEnabled",
            "directAccessGrantsEnabled", "attributes",
        ],
        "token": [
            "access_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type", "not-before-policy",
            "scope",
        ],
    ]
    private static let marks = [
        ("username", "user"), ("subGroups", "group"), ("clientRole", "role"), ("clientId", "client"),
        ("access_token", "token"), ("realm", "realm"),
    ]
    private static let sets: Set<String> = ["defaultClientScopes", "optionalClientScopes"]

    let base: String
    private(set) var bound: [String: String] = [:]
    private var created: [String: JSON] = [:]

    init(base: String) { self.base = base }

    private static func kind(_ object: JSONObject) -> String? {
        marks.first { object[$0.0] != nil }?.1
    }

    // MARK: Placeholders

    private static func isPlaceholder(_ text: some StringProtocol) -> Bool {
        String(text).wholeMatch(of: /<(id|secret|session):\d+>/) != nil
    }

    /// The text with its placeholders replaced by what this server answered.
    func fill(_ text: String) -> String {
        guard text.contains("<") else { return text }
        return text.replacing("<base>", with: base).replacing(/<(?:id|secret|session):(\d+)>/) { match in
            bound[String(match.0)]
                ?? "00000000-0000-4000-8000-00000000" + String(repeating: "0", count: max(0, 4 - match.1.count))
                + match.1
        }
    }

    func fill(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(fill(text))
        case .array(let elements): .array(elements.map(fill))
        case .object(let object): .object(JSONObject(object.map { .init(key: fill($0.key), value: fill($0.value)) }))
        default: value
        }
    }

    /// Compares two texts, binding placeholders that are seen for the first time.
    mutating func text(_ want: String, _ got: JSON, _ place: String) -> [String] {
        if let isRight = Self.isAny(want, got) { return isRight ? [] : ["\(place): want \(want), got \(got.text)"] }
        let shown = got.string ?? got.text
        guard want.contains("<") || want.contains("line ") else {
            return want == shown ? [] : ["\(place): want \(want), got \(shown)"]
        }
        let want = want.replacing("<base>", with: base)
        var (pattern, names) = ("", [String]())
        var rest = want[...]
        func literal(_ part: Substring) -> String {
            part.map {
                $0.isLetter || $0.isNumber
                    ? String($0) : "\\u{\(String($0.unicodeScalars.first?.value ?? 0, radix: 16))}"
            }
            .joined().replacing(/(line|column)\\u\{20\}\d+/) { "\($0.1)\\u{20}\\d+" }
        }
        while let match = rest.firstMatch(of: /<(id|secret|session|time|ms|s|token)(:\d+)?>/) {
            pattern += literal(rest[..<match.range.lowerBound])
            if Self.isPlaceholder(match.0), let known = bound[String(match.0)] {
                pattern += literal(known[...])
            } else if Self.isPlaceholder(match.0) {
                pattern += "([A-Za-z0-9_-]+)"
                names.append(String(match.0))
            } else {
                pattern += ".+"
            }
            rest = rest[match.range.upperBound...]
        }
        pattern += literal(rest)
        guard let regex = try? Regex(pattern).dotMatchesNewlines(), let match = try? regex.wholeMatch(in: shown) else {
            return ["\(place): want \(want), got \(shown)"]
        }
        let values = match.output.dropFirst().compactMap { $0.substring.map(String.init) }
        let taken = values.filter { bound.values.contains($0) }
        for (name, value) in zip(names, values) { bound[name] = value }
        return taken.map { "\(place): \($0) already stands for another placeholder" }
    }

    /// Whether the value is of the kind that a placeholder for any value stands for; nil where it stands for none.
    private static func isAny(_ want: String, _ got: JSON) -> Bool? {
        switch want {
        case "<ms>": (got.int ?? 0) > 1_000_000_000_000
        case "<s>": got.int != nil || got.string.map { !$0.isEmpty && $0.allSatisfy(\.isNumber) } == true
        case "<time>": got.string?.prefixMatch(of: /\d{4}-\d\d-\d\dT/) != nil
        case "<token>": got.string?.isEmpty == false
        default: nil
        }
    }

    // MARK: Values

    /// What differs; nothing when they are equal. An exact comparison asks for all members.
    mutating func differences(_ want: JSON, _ got: JSON, _ place: String, exact: Bool) -> [String] {
        switch want {
        case .string(let text): return self.text(text, got, place)
        case .object(let object): return differences(object, got, place, exact: exact)
        case .array(let elements): return differences(elements, got, place, exact: exact)
        default: return want == got ? [] : ["\(place): want \(want.text), got \(got.text)"]
        }
    }

    private mutating func differences(_ want: JSONObject, _ got: JSON, _ place: String, exact: Bool) -> [String] {
        guard let got = got.object else { return ["\(place): want an object, got \(got.text)"] }
        let unbound = want.keys.filter { Self.isPlaceholder($0) && bound[$0] == nil }
        let known = Set(want.keys.map(fill))
        for (name, value) in zip(unbound, got.keys.filter { !known.contains($0) }) { bound[name] = value }
        let filled = JSONObject(want.map { .init(key: fill($0.key), value: $0.value) })
        if let time = got["createdTimestamp"], let id = got["id"]?.string {
            if created[id, default: time] != time { return ["\(place).createdTimestamp: has changed"] }
            created[id] = time
        }
        var needed = filled.keys
        if !exact, let kind = Self.kind(filled) { needed = (Self.needed[kind] ?? []).filter { filled[$0] != nil } }
        var found = needed.filter { got[$0] == nil }.map { "\(place).\($0): missing" }
        found += got.keys.filter { filled[$0] == nil }.map { "\(place).\($0): not in the recording" }
        for member in filled {
            guard let other = got[member.key] else { continue }
            if member.key == "expires_in", let a = member.value.int, let b = other.int, (a - 2...a).contains(b) {
                continue
            }
            found += differences(
                Self.sorted(member.key, member.value), Self.sorted(member.key, other), "\(place).\(member.key)",
                exact: exact || ["attributes", "validations"].contains(member.key))
        }
        return found
    }

    /// Sets and the words of a scope, in one order.
    private static func sorted(_ member: String, _ value: JSON) -> JSON {
        if sets.contains(member), let elements = value.array {
            return .array(elements.sorted { $0.text < $1.text })
        }
        if member == "scope", let text = value.string {
            return .string(text.split(separator: " ").sorted().joined(separator: " "))
        }
        return value
    }

    private mutating func differences(_ want: [JSON], _ got: JSON, _ place: String, exact: Bool) -> [String] {
        guard var got = got.array else { return ["\(place): want a list, got \(got.text)"] }
        var want = want
        let objects = want.compactMap(\.object)
        guard objects.count == want.count, !want.isEmpty else {
            return elements(want, got, place, exact: exact)
        }
        if objects.allSatisfy({ Self.kind($0) == "realm" }) {
            // Other realms are not ours to judge.
            let names = objects.compactMap { $0["realm"]?.string.map(fill) }
            got = got.filter { names.contains($0["realm"]?.string ?? "") }
        }
        for (mark, key) in [("realm", "realm"), ("clientRole", "name"), ("resourceName", "resourceName")]
        where objects.allSatisfy({ $0[mark] != nil }) {
            want.sort { ($0[key]?.string ?? "") < ($1[key]?.string ?? "") }
            got.sort { ($0[key]?.string ?? "") < ($1[key]?.string ?? "") }
        }
        return elements(want, got, place, exact: exact)
    }

    private mutating func elements(_ want: [JSON], _ got: [JSON], _ place: String, exact: Bool) -> [String] {
        guard want.count == got.count else { return ["\(place): want \(want.count) elements, got \(got.count)"] }
        var found: [String] = []
        for (index, (a, b)) in zip(want, got).enumerated() {
            found += differences(a, b, "\(place)[\(index)]", exact: exact)
        }
        return found
    }
}
