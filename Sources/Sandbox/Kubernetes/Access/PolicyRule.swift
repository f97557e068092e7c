import Formats

/// One rule of a role.
struct PolicyRule: Sendable, Hashable {
    var verbs: [String] = []
    var groups: [String] = []
    var resources: [String] = []
    var names: [String] = []
    var paths: [String] = []

    init() {}

    init(_ rule: JSON) {
        func texts(_ key: String) -> [String] { (rule[key]?.array ?? []).compactMap(\.string) }
        verbs = texts("verbs")
        groups = texts("apiGroups")
        resources = texts("resources")
        names = texts("resourceNames")
        paths = texts("nonResourceURLs")
    }

    /// Everything, with resources and with paths.
    static let everything: [PolicyRule] = [
        PolicyRule(["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]),
        PolicyRule(["verbs": ["*"], "nonResourceURLs": ["*"]]),
    ]

    func allows(_ request: AccessRequest) -> Bool {
        guard verbs.contains("*") || verbs.contains(request.verb) else { return false }
        if let path = request.path { return paths.contains { Self.matches($0, path) } }
        guard groups.contains("*") || groups.contains(request.group) else { return false }
        guard Self.covers(resources, request.resourceAndSubresource) else { return false }
        return names.isEmpty || request.name.map(names.contains) ?? false
    }

    /// Whether a list of resources means this one: by its name, by `*`, or a subresource by `*/status`.
    static func covers(_ resources: [String], _ wanted: String) -> Bool {
        let subresource = wanted.split(separator: "/", maxSplits: 1).dropFirst().first.map { "*/\($0)" }
        return resources.contains { $0 == "*" || $0 == wanted || $0 == subresource }
    }

    /// Whether a pattern of paths means this path: `*` stands only at its end.
    static func matches(_ pattern: String, _ path: String) -> Bool {
        pattern == "*" || pattern == path || pattern.hasSuffix("*") && path.hasPrefix(pattern.dropLast())
    }

    /// As `SelfSubjectRulesReview` shows it.
    var json: JSON {
        var rule: JSONObject = ["verbs": Self.list(verbs)]
        if paths.isEmpty {
            rule["apiGroups"] = Self.list(groups)
            rule["resources"] = Self.list(resources)
            if !names.isEmpty { rule["resourceNames"] = Self.list(names) }
        } else {
            rule["nonResourceURLs"] = Self.list(paths)
        }
        return .object(rule)
    }

    private static func list(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
}
