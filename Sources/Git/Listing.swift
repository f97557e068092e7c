import Glibc

/// The plain files of a commit or of a work tree, and what lies there that is not one.
package struct Listing: Sendable {
    /// Sorted by the bytes of the path.
    package let files: [FileEntry]
    /// Sorted by path. Nothing named here was opened, and none of it is among `files`.
    package let problems: [PathProblem]

    package init(files: [FileEntry], problems: [PathProblem]) {
        self.files = files.sorted { $0.path.precedesInBytes($1.path) }
        self.problems = problems.sorted { left, right in
            if left.path != right.path { return left.path.utf8.lexicographicallyPrecedes(right.path.utf8) }
            return left.message < right.message
        }
    }
}

/// A plain file of a commit or of a work tree.
package struct FileEntry: Sendable, Hashable {
    /// Relative to the root, parts separated by `/`.
    package let path: String
    package let isExecutable: Bool
    /// The blob of a commit's file; nil in a work tree, where only reading tells.
    package let blob: GitID?

    package init(path: String, isExecutable: Bool, blob: GitID?) {
        self.path = path
        self.isExecutable = isExecutable
        self.blob = blob
    }
}

/// A path that is no plain file with an honest name: data for a diagnostic at that file.
package struct PathProblem: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case symlink
        case submodule
        /// A pipe, a socket, a device.
        case notAFile
        /// `..`, `.git`, `a/b`, an empty name.
        case forbiddenName
        case deceptiveName
        case notUTF8
        case duplicate
        case unsorted
        /// The mode, octal as written.
        case unknownMode(String)
        /// The name beside it that differs only in case or in how its characters are composed.
        case collision(with: String)
        case tooLong
        case tooDeep

        /// True where Git itself never writes such an entry: somebody made the tree by hand, to do harm somewhere.
        var isCrafted: Bool {
            switch self {
            case .forbiddenName, .duplicate, .unsorted: true
            default: false
            }
        }
    }

    package let path: String
    package let kind: Kind

    package init(_ path: String, _ kind: Kind) {
        self.path = path
        self.kind = kind
    }

    /// Lower case, no full stop: goes behind the place.
    package var message: String {
        switch kind {
        case .symlink: "symbolic links are not allowed: put the file itself here"
        case .submodule: "submodules are not supported: put the files themselves here"
        case .notAFile: "neither a file nor a folder"
        case .forbiddenName: "this name is not allowed in a repository"
        case .deceptiveName: "the name holds characters that cannot be seen"
        case .notUTF8: "the name is not UTF-8"
        case .duplicate: "the name occurs twice in its folder"
        case .unsorted: "the folder's entries are not in Git's order: the tree was not made by Git"
        case .unknownMode(let mode): "mode \(mode) is not one that Git writes"
        case .collision(let other): "the name differs from '\(other)' only in case or in the composition of characters"
        case .tooLong: "the path is longer than 4096 bytes"
        case .tooDeep: "the folders are nested deeper than 64"
        }
    }
}

/// Which part of a tree is looked at: whole paths, or folders with all that they hold.
struct Scope {
    /// Nil is everything.
    let roots: [String]?

    /// Whether something below the folder may be in scope.
    func reaches(_ folder: String) -> Bool {
        guard let roots else { return true }
        return roots.contains { isSame($0, folder) || begins($0, with: folder) || begins(folder, with: $0) }
    }

    /// Whether the path is in scope itself.
    func holds(_ path: String) -> Bool {
        guard let roots else { return true }
        return roots.contains { isSame($0, path) || begins(path, with: $0) }
    }

    private func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

    /// Whether the path lies in the folder.
    private func begins(_ path: String, with folder: String) -> Bool {
        let (path, folder) = (path.utf8, folder.utf8)
        guard path.count > folder.count, path.starts(with: folder) else { return false }
        return path[path.index(path.startIndex, offsetBy: folder.count)] == UInt8(ascii: "/")
    }
}

/// Looks at the names of one folder: each for itself, and all beside each other.
struct NameCheck {
    private var seen: [String: String] = [:]
    private let folder: String
    private let depth: Int

    init(folder: String, depth: Int) {
        self.folder = folder
        self.depth = depth
    }

    /// What is wrong with the name, if anything.
    mutating func objection(to name: String, path: String) -> PathProblem.Kind? {
        // Swift compares strings by canonical equivalence: what differs only in composition is one key.
        if let other = seen.updateValue(name, forKey: name.lowercased()) {
            return other.utf8.elementsEqual(name.utf8) ? .duplicate : .collision(with: other)
        }
        if name.isEmpty || name == "." || name == ".." || name.utf8.contains(UInt8(ascii: "/"))
            || Names.isTakenForGitFolder(name)
        {
            return .forbiddenName
        }
        if name.unicodeScalars.contains(where: Names.isDeceptive) { return .deceptiveName }
        if path.utf8.count > 4096 { return .tooLong }
        return depth > 64 ? .tooDeep : nil
    }
}

extension String {
    /// Whether the text's bytes come before those of the other one.
    func precedesInBytes(_ other: String) -> Bool {
        let order = utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable { other -> Bool in
                let shared = min(own.count, other.count)
                guard shared > 0, let one = own.baseAddress, let another = other.baseAddress else {
                    return own.count < other.count
                }
                let order = memcmp(one, another, shared)
                return order == 0 ? own.count < other.count : order < 0
            }
        }
        // Every native text lies in one piece.
        return (order ?? nil) ?? utf8.lexicographicallyPrecedes(other.utf8)
    }
}
