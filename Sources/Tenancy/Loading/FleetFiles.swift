package import Formats

/// The files of a fleet repository, parsed, with line and column on every node.
package struct FleetFiles: Sendable {
    /// A file of one of our kinds.
    struct Document: Sendable {
        let path: String
        let kind: FleetKind
        /// From the path: what the file has to be named for.
        let name: String
        /// The blueprint's version, from the path.
        var version = ""
        /// Nil where the file cannot be parsed: its name is still known, so that nobody else is told that it is unknown.
        let node: Node?
        /// False where a key is misspelt or a value has another shape: what seems to be missing may be there.
        let isSound: Bool
        /// False where the file was refused unread: its name is all that is known.
        var isRead = true

        var fields: Fields { Fields(node: node, file: path) }
        var place: Place { .whole(path) }
    }

    /// A file of a blueprint, as bytes.
    struct BlueprintFile: Sendable {
        /// Within the blueprint's folder.
        let path: String
        let bytes: [UInt8]
    }

    /// By path.
    let documents: [Document]
    /// By path.
    let users: [UsersTable]
    /// By path within the folder.
    let blueprintFiles: [BlueprintID: [BlueprintFile]]
    /// Paths under `state/`.
    let statePaths: [String]
    /// What is wrong with single files, sorted.
    package let diagnostics: [Diagnostic]

    func documents(_ kind: FleetKind) -> [Document] { documents.filter { $0.kind == kind } }

    /// Paths of the users files whose path says for which tenant they are, by tenant.
    package var usersPaths: [String: [String]] {
        Dictionary(grouping: users.filter { !$0.isShared }) { $0.tenants.first ?? "" }.mapValues { $0.map(\.path) }
    }

    /// Paths of the files that make tenants, by tenant.
    package var tenantPaths: [String: String] {
        Dictionary(documents(.tenant).map { ($0.name, $0.path) }) { first, _ in first }
    }
}

extension FleetFiles.Document {
    /// A file of which nothing but its path is known; nil where that names no document.
    fileprivate init?(unreadable path: String, _ meaning: RepositoryPath) {
        let (kind, name, version): (FleetKind, String, String)
        switch meaning {
        case .fleet: (kind, name, version) = (.fleet, "", "")
        case .tier(let own): (kind, name, version) = (.tier, own, "")
        case .role(let own): (kind, name, version) = (.role, own, "")
        case .tenant(let own): (kind, name, version) = (.tenant, own, "")
        case .approval(let own): (kind, name, version) = (.approval, own, "")
        case .blueprint(let own, let folder, "blueprint.yaml"): (kind, name, version) = (.blueprint, own, folder)
        case .blueprint, .users, .state, .misplaced, .foreign: return nil
        }
        self.init(path: path, kind: kind, name: name, version: version, node: nil, isSound: false, isRead: false)
    }
}

/// The kinds of files, as `kind:` spells them.
package enum FleetKind: String, Sendable, Hashable, CaseIterable {
    case fleet = "Fleet"
    case tier = "Tier"
    case role = "Role"
    case blueprint = "Blueprint"
    case tenant = "Tenant"
    case approval = "Approval"

    /// The name of the kind's schema.
    var schema: String { rawValue.lowercased() }
}

extension FleetFiles {
    /// Reads and parses what the folders hold, on all processors; findings about single files are among `diagnostics`.
    package static func load(_ tree: RepositoryTree) -> FleetFiles {
        var loader = FleetLoader(tree)
        return loader.load()
    }
}

/// Collects the parsed files of a tree.
private struct FleetLoader {
    private let tree: RepositoryTree
    private let shared: SharedUserFiles
    private var diagnostics: [Diagnostic] = []
    private var statePaths: [String] = []

    init(_ tree: RepositoryTree) {
        self.tree = tree
        shared = SharedUserFiles(of: tree)
    }

    mutating func load() -> FleetFiles {
        diagnostics += PathChecks.check(tree.entries)
        let wanted = tree.entries.filter { $0.kind == .file }.compactMap { entry in interpret(entry.path) }
        let read = tree.read
        let loaded = parallelMap(wanted) { LoadedFile($0.path, $0.meaning, read) }
        // What is refused unread has a name all the same, so that nobody else is told that it is unknown.
        var documents = tree.entries.filter { $0.kind != .file }.compactMap { entry in
            FleetFiles.Document(unreadable: entry.path, RepositoryPath(entry.path, shared: shared))
        }
        var users: [UsersTable] = []
        var blueprintFiles: [BlueprintID: [FleetFiles.BlueprintFile]] = [:]
        for file in loaded {
            diagnostics += file.diagnostics
            if let document = file.document { documents.append(document) }
            if let rows = file.users { users.append(rows) }
            if let (id, content) = file.blueprintFile { blueprintFiles[id, default: []].append(content) }
        }
        return FleetFiles(
            documents: documents.sorted { ByteOrder.precedes($0.path, $1.path) }, users: users,
            blueprintFiles: blueprintFiles, statePaths: statePaths,
            diagnostics: diagnostics.sorted())
    }

    private mutating func interpret(_ path: String) -> (path: String, meaning: RepositoryPath)? {
        let meaning = RepositoryPath(path, shared: shared)
        switch meaning {
        case .foreign: return nil
        // Refused for its path already.
        case _ where PathChecks.strangeness(path) != nil: return nil
        case .state:
            statePaths.append(path)
            return nil
        case .misplaced(let message):
            diagnostics.append(
                DiagnosticCode.misplacedFile.at(.whole(path), "nothing reads this file: \(message)"))
            return nil
        default: return (path, meaning)
        }
    }
}

/// One file, read and parsed.
private struct LoadedFile: Sendable {
    private(set) var document: FleetFiles.Document?
    private(set) var users: UsersTable?
    private(set) var blueprintFile: (BlueprintID, FleetFiles.BlueprintFile)?
    private(set) var diagnostics: [Diagnostic] = []

    init(_ path: String, _ meaning: RepositoryPath, _ read: (String) throws -> [UInt8]) {
        let bytes: [UInt8]
        do {
            bytes = try read(path)
        } catch {
            diagnostics = [DiagnosticCode.unreadableFile.at(.whole(path), "cannot read the file: \(error)")]
            document = FleetFiles.Document(unreadable: path, meaning)
            return
        }
        switch meaning {
        case .fleet: readDocument(path, .fleet, "", bytes)
        case .tier(let name): readDocument(path, .tier, name, bytes)
        case .role(let name): readDocument(path, .role, name, bytes)
        case .tenant(let name): readDocument(path, .tenant, name, bytes)
        case .approval(let name): readDocument(path, .approval, name, bytes)
        case .users(let tenant):
            let (table, found) = UsersReader.read(bytes, file: path, tenant: tenant)
            users = table
            diagnostics = found
        case .blueprint(let name, let version, "blueprint.yaml"):
            readDocument(path, .blueprint, name, bytes)
            document?.version = version
        case .blueprint(let name, let version, let inner):
            blueprintFile = (
                BlueprintID(name: name, version: version), FleetFiles.BlueprintFile(path: inner, bytes: bytes)
            )
        case .state, .misplaced, .foreign: break
        }
    }

    private mutating func readDocument(_ path: String, _ kind: FleetKind, _ name: String, _ bytes: [UInt8]) {
        let parsed = YAML.parse(bytes, file: path)
        diagnostics = parsed.diagnostics
        var node = parsed.diagnostics.isEmpty ? parsed.document : nil
        if let found = node {
            let mistakes = DocumentChecks.check(found, kind: kind, name: name, file: path)
            diagnostics += mistakes.diagnostics
            if !mistakes.isOfKind { node = nil }
        }
        let isSound = node != nil && !diagnostics.contains(where: SchemaCheck.hidesSomething)
        document = FleetFiles.Document(path: path, kind: kind, name: name, node: node, isSound: isSound)
    }
}
