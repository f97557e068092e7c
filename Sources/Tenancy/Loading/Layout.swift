import Formats

/// What a path means: the folders of a fleet repository.
enum RepositoryPath: Sendable, Hashable {
    case fleet
    case tier(name: String)
    case role(name: String)
    case tenant(name: String)
    case approval(name: String)
    /// `tenant` is nil where a column says it.
    case users(tenant: String?)
    /// A file of a blueprint's version; `path` is within its folder.
    case blueprint(name: String, version: String, path: String)
    case state
    /// Within a folder of ours, but nothing that is read: the message says what belongs there.
    case misplaced(String)
    /// A file of somebody else: README, CODEOWNERS, workflows.
    case foreign

    init(_ path: String, shared: SharedUserFiles = SharedUserFiles()) {
        if shared.contains(path) {
            self = .users(tenant: nil)
            return
        }
        let parts =
            path.isOfASCII
            ? path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
                String(Substring($0))
            } : path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "reconcile.yaml" where parts.count == 1: self = .fleet
        case "reconcile.yml" where parts.count == 1: self = .misplaced("the fleet's file is reconcile.yaml")
        case "tiers", "roles", "approvals": self = Self.flat(parts)
        case "tenants": self = Self.tenant(parts)
        case "users": self = Self.users(parts)
        case "blueprints": self = Self.blueprint(parts)
        case "state" where parts.count > 1: self = .state
        default: self = Self.mistyped(parts) ?? .foreign
        }
    }

    /// A folder that is ours but for its case or its number.
    private static func mistyped(_ parts: [String]) -> RepositoryPath? {
        guard parts.count > 1, let last = parts.last, last.hasSuffix(".yaml") || last.hasSuffix(".csv") else {
            return nil
        }
        let folder = parts[0].lowercased()
        for meant in roots where meant != parts[0] && (folder == meant || folder + "s" == meant) {
            return .misplaced("the folder is named \(meant)/")
        }
        return nil
    }

    /// The folders whose links, submodules and colliding names matter.
    static let roots: Set<String> = [
        "reconcile.yaml", "reconcile.yml", "tiers", "roles", "approvals", "tenants", "users", "blueprints", "state",
    ]

    private static func flat(_ parts: [String]) -> RepositoryPath {
        if isNote(parts) { return .foreign }
        guard parts.count == 2, let name = stem(parts[1], ".yaml") else {
            return .misplaced("\(parts[0])/ holds files \(parts[0])/<name>.yaml")
        }
        switch parts[0] {
        case "tiers": return .tier(name: name)
        case "roles": return .role(name: name)
        default: return .approval(name: name)
        }
    }

    private static func tenant(_ parts: [String]) -> RepositoryPath {
        if isNote(parts) { return .foreign }
        guard parts.count > 1, let last = parts.last, let name = stem(last, ".yaml") else {
            return .misplaced("tenants/ holds files <name>.yaml")
        }
        return .tenant(name: name)
    }

    private static func users(_ parts: [String]) -> RepositoryPath {
        if isNote(parts) { return .foreign }
        guard (2...3).contains(parts.count), let last = parts.last, let name = stem(last, ".csv") else {
            return .misplaced("users/ holds files users/<tenant>.csv and users/<tenant>/<any name>.csv")
        }
        return .users(tenant: parts.count == 2 ? name : parts[1])
    }

    private static func blueprint(_ parts: [String]) -> RepositoryPath {
        if isNote(parts) { return .foreign }
        guard parts.count > 3 else { return .misplaced("blueprints/ holds folders blueprints/<name>/<version>/") }
        return .blueprint(name: parts[1], version: parts[2], path: parts[3...].joined(separator: "/"))
    }

    private static func stem(_ file: String, _ ending: String) -> String? {
        guard file.utf8.count > ending.utf8.count, file.hasSuffix(ending) else { return nil }
        return String(file.dropLast(ending.count))
    }

    /// What people put into any folder, to explain it or to keep it.
    private static func isNote(_ parts: [String]) -> Bool {
        guard let last = parts.last else { return false }
        return last.hasSuffix(".md") || last == "CODEOWNERS" || last.hasPrefix(".")
    }
}

/// The users files whose rows name their tenants, as reconcile.yaml lists them.
struct SharedUserFiles: Sendable {
    /// Paths below `users/`, with `*` and `?`.
    let patterns: [Marked<String>]

    init(_ patterns: [Marked<String>] = []) {
        self.patterns = patterns
    }

    /// What the tree's own reconcile.yaml says; nothing where it cannot be read, which is reported elsewhere.
    init(of tree: RepositoryTree) {
        let path = "reconcile.yaml"
        guard tree.entries.contains(where: { $0.path == path && $0.kind == .file }), let bytes = try? tree.read(path)
        else {
            self.init()
            return
        }
        self.init(
            Fields(node: YAML.parse(bytes, file: path).document, file: path)["spec"]["sharedUserFiles"].markedElements)
    }

    func contains(_ path: String) -> Bool {
        path.hasPrefix("users/") && patterns.contains { PathPattern.matches(path, $0.value) }
    }
}
