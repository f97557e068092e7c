import CLibGit2

/// What a read may cost before it is given up.
package struct ReadLimits: Sendable {
    /// Files and folders of one listing.
    package var maxEntries = 1_000_000
    /// Bytes of one folder's tree object.
    package var maxTreeBytes = 64 << 20

    package init() {}
}

extension Repository {
    /// The plain files of a commit, and what is not one; symbolic links and submodules are named, never followed.
    ///
    /// - Parameter roots: Only these paths and what lies in them.
    package func files(
        of commit: Commit, under roots: [String]? = nil, limits: ReadLimits = ReadLimits()
    ) throws(GitError) -> Listing {
        let scope = Scope(roots: roots)
        var files: [FileEntry] = []
        var problems: [PathProblem] = []
        var folders: [(path: String, tree: GitID, depth: Int)] = [("", commit.tree, 1)]
        var count = 0
        while let folder = folders.popLast() {
            let tree = try TreeObject(read(folder.tree, as: GIT_OBJECT_TREE, limit: limits.maxTreeBytes), folder.path)
            count += tree.entries.count
            guard count <= limits.maxEntries else {
                throw GitError(.tooLarge, "commit \(commit.id.short) holds more than \(limits.maxEntries) files")
            }
            var names = NameCheck(folder: folder.path, depth: folder.depth)
            for entry in tree.entries {
                let path = folder.path.isEmpty ? entry.name : "\(folder.path)/\(entry.name)"
                let objection = entry.objection ?? names.objection(to: entry.name, path: path)
                let isInScope = entry.kind == .folder ? scope.reaches(path) : scope.holds(path)
                guard isInScope || folder.path.isEmpty && objection?.isCrafted == true else { continue }
                switch (objection, entry.kind) {
                case (.some(let kind), _): problems.append(PathProblem(path, kind))
                case (.none, .folder): folders.append((path, entry.id, folder.depth + 1))
                case (.none, .file(let isExecutable)):
                    files.append(FileEntry(path: path, isExecutable: isExecutable, blob: entry.id))
                case (.none, .link): problems.append(PathProblem(path, .symlink))
                case (.none, .submodule): problems.append(PathProblem(path, .submodule))
                case (.none, .unknown(let mode)): problems.append(PathProblem(path, .unknownMode(mode)))
                }
            }
        }
        return Listing(files: files, problems: problems)
    }

    /// The submodules that the index names. In a work tree one that was never fetched is an empty folder like any other.
    package func submodules(under roots: [String]? = nil) throws(GitError) -> [String] {
        let scope = Scope(roots: roots)
        let repository = handle.pointer
        let index = try Handle("read the index of \(gitFolder)", git_index_free) {
            git_repository_index(&$0, repository)
        }
        var paths: [String] = []
        for position in 0..<git_index_entrycount(index.pointer) {
            guard let entry = git_index_get_byindex(index.pointer, position)?.pointee,
                entry.mode == GIT_FILEMODE_COMMIT.rawValue, let path = entry.path.map({ String(cString: $0) }),
                scope.holds(path)
            else { continue }
            paths.append(path)
        }
        return paths
    }

    /// The bytes of a file; `tooLarge`, without unpacking it, where it has more than the limit.
    package func read(_ blob: GitID, limit: Int) throws(GitError) -> [UInt8] {
        try read(blob, as: GIT_OBJECT_BLOB, limit: limit)
    }

    /// The bytes of many files, in the order of the ids.
    package func read(_ blobs: [GitID], limit: Int) throws(GitError) -> [[UInt8]] {
        var contents: [[UInt8]] = []
        contents.reserveCapacity(blobs.count)
        for blob in blobs { contents.append(try read(blob, limit: limit)) }
        return contents
    }

    /// An object's bytes, of that type and size, both known from its header before it is unpacked.
    func read(_ id: GitID, as type: git_object_t, limit: Int) throws(GitError) -> [UInt8] {
        var oid = id.oid
        var size = 0
        var found = GIT_OBJECT_INVALID
        try check("read the object \(id)") { git_odb_read_header(&size, &found, objects.pointer, &oid) }
        guard found == type else {
            throw GitError(.failed, "the object \(id) is of another type than the commit says")
        }
        guard size <= limit else {
            throw GitError(.tooLarge, "the object \(id) has \(size) bytes; at most \(limit) are read")
        }
        let odb = objects.pointer
        let object = try Handle("read the object \(id)", git_odb_object_free) { git_odb_read(&$0, odb, &oid) }
        let bytes = UnsafeRawBufferPointer(
            start: git_odb_object_data(object.pointer), count: git_odb_object_size(object.pointer))
        return [UInt8](bytes)
    }
}

/// The entries of one folder, read byte by byte: libgit2's own reader passes over what is odd about them.
struct TreeObject {
    enum Kind: Equatable {
        case folder, link, submodule
        case file(isExecutable: Bool)
        case unknown(mode: String)
    }

    struct Entry {
        let name: String
        let kind: Kind
        let id: GitID
        /// What is odd about the entry's bytes, if anything.
        let objection: PathProblem.Kind?
    }

    let entries: [Entry]

    /// - Parameter path: The folder's path, for errors.
    init(_ bytes: [UInt8], _ path: String) throws(GitError) {
        var entries: [Entry] = []
        var position = 0
        var last: [UInt8] = []
        while position < bytes.count {
            guard let space = bytes[position...].firstIndex(of: 0x20),
                let end = bytes[space...].firstIndex(of: 0), end + 20 < bytes.count
            else { throw GitError(.unsupported, "the tree of '\(path)' is damaged") }
            let kind = Self.kind(mode: bytes[position..<space])
            let name = bytes[(space + 1)..<end]
            // Git orders a folder's name as if it ended with a slash.
            let key = kind == .folder ? name + [UInt8(ascii: "/")] : Array(name)
            let isSorted = entries.isEmpty || !key.lexicographicallyPrecedes(last)
            let text = String(validating: name, as: UTF8.self)
            entries.append(
                Entry(
                    name: text ?? String(decoding: name, as: UTF8.self), kind: kind,
                    id: GitID(bytes: bytes[(end + 1)...(end + 20)]),
                    objection: text == nil ? .notUTF8 : isSorted ? nil : .unsorted))
            last = Array(key)
            position = end + 21
        }
        self.entries = entries
    }

    private static func kind(mode: ArraySlice<UInt8>) -> Kind {
        switch String(decoding: mode, as: UTF8.self) {
        case "40000": .folder
        // Git before 2005 also wrote files that their group may write.
        case "100644", "100664": .file(isExecutable: false)
        case "100755": .file(isExecutable: true)
        case "120000": .link
        case "160000": .submodule
        case let other: .unknown(mode: String(other.prefix(12)))
        }
    }
}
