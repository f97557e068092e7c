import CLibGit2

extension Repository {
    /// Makes a commit in the object database and moves no reference; nil where the changes change nothing.
    ///
    /// - Parameters:
    ///   - parent: What the changes are made to; nil begins a history of its own.
    ///   - author: Also the committer.
    package func makeCommit(
        onto parent: Commit?, changes: [FileChange], message: String, author: Signature
    ) throws(GitError) -> Commit? {
        let written = try writeTree(base: parent?.tree, ChangeTree(changes))
        guard parent != nil || written != nil else { return nil }
        let repository = handle.pointer
        let tree: GitID
        if let written { tree = written } else { tree = try writeEmptyTree() }
        guard tree != parent?.tree else { return nil }
        var treeID = tree.oid
        let treeHandle = try Handle("read the new tree", git_tree_free) { git_tree_lookup(&$0, repository, &treeID) }
        var signature: UnsafeMutablePointer<git_signature>?
        try check("make the author '\(author.name) <\(author.email)>'") {
            git_signature_new(&signature, author.name, author.email, author.time, author.offset)
        }
        defer { git_signature_free(signature) }
        var parentHandle: OpaquePointer?
        defer { git_commit_free(parentHandle) }
        if let parent {
            var id = parent.id.oid
            try check("read the commit \(parent.id)") { git_commit_lookup(&parentHandle, repository, &id) }
        }
        var parents = [parentHandle]
        var id = git_oid()
        try check("write a commit into \(gitFolder)") {
            git_commit_create(
                &id, repository, nil, signature, signature, "UTF-8", message, treeHandle.pointer, parent == nil ? 0 : 1,
                &parents)
        }
        return try commit(GitID(id))
    }

    /// Points the branch to the commit, provided that it points to `expected` now, or does not exist where that is nil.
    ///
    /// `nonFastForward` where somebody else was faster.
    package func move(_ branch: BranchName, to commit: Commit, expecting expected: Commit?) throws(GitError) {
        let repository = handle.pointer
        var new = commit.id.oid
        let log = "reconcile: \(commit.subject)"
        var made: OpaquePointer?
        defer { git_reference_free(made) }
        guard let expected else {
            try check("create the branch \(branch) in \(gitFolder)") {
                git_reference_create(&made, repository, branch.reference, &new, 0, log)
            }
            return
        }
        var old = expected.id.oid
        try check("move the branch \(branch) in \(gitFolder)") {
            git_reference_create_matching(&made, repository, branch.reference, &new, 1, &old, log)
        }
    }

    /// The tree with the changes made, or nil where nothing is left of it.
    private func writeTree(base: GitID?, _ changes: ChangeTree) throws(GitError) -> GitID? {
        let repository = handle.pointer
        var source: OpaquePointer?
        defer { git_tree_free(source) }
        if let base {
            var id = base.oid
            try check("read the tree \(base)") { git_tree_lookup(&source, repository, &id) }
        }
        let builder = try Handle("make a tree", git_treebuilder_free) {
            git_treebuilder_new(&$0, repository, source)
        }
        for (name, change) in changes.children {
            let present = git_treebuilder_get(builder.pointer, name)
            switch change {
            case .folder(let below):
                let isFolder = present.map { git_tree_entry_type($0) == GIT_OBJECT_TREE } ?? false
                let held = isFolder ? git_tree_entry_id(present).map { GitID($0.pointee) } : nil
                let written = try writeTree(base: held, below)
                // Without a new content and without an old one there was nothing to remove from either.
                guard written != nil || isFolder else { continue }
                try put(written, GIT_FILEMODE_TREE, as: name, into: builder)
            case .file(.some(let content)): try put(writeBlob(content), GIT_FILEMODE_BLOB, as: name, into: builder)
            case .file(.none): if present != nil { try put(nil, GIT_FILEMODE_BLOB, as: name, into: builder) }
            }
        }
        guard git_treebuilder_entrycount(builder.pointer) > 0 else { return nil }
        var id = git_oid()
        try check("write a tree into \(gitFolder)") { git_treebuilder_write(&id, builder.pointer) }
        return GitID(id)
    }

    private func writeEmptyTree() throws(GitError) -> GitID {
        let repository = handle.pointer
        let builder = try Handle("make a tree", git_treebuilder_free) { git_treebuilder_new(&$0, repository, nil) }
        var id = git_oid()
        try check("write a tree into \(gitFolder)") { git_treebuilder_write(&id, builder.pointer) }
        return GitID(id)
    }

    private func put(
        _ id: GitID?, _ mode: git_filemode_t, as name: String, into builder: borrowing Handle
    ) throws(GitError) {
        let pointer = builder.pointer
        guard let id else {
            try check("remove '\(name)' from a tree") { git_treebuilder_remove(pointer, name) }
            return
        }
        var oid = id.oid
        try check("put '\(name)' into a tree") { git_treebuilder_insert(nil, pointer, name, &oid, mode) }
    }

    private func writeBlob(_ content: [UInt8]) throws(GitError) -> GitID {
        var id = git_oid()
        try check("write a file into \(gitFolder)") {
            git_blob_create_from_buffer(&id, handle.pointer, content, content.count)
        }
        return GitID(id)
    }
}

/// Changes of files by folder, as trees are written.
struct ChangeTree {
    enum Child {
        case folder(ChangeTree)
        case file([UInt8]?)
    }

    /// In the order of names, so that the same changes are always written in the same order.
    private(set) var children: [(name: String, child: Child)] = []

    init(_ changes: [FileChange]) throws(GitError) {
        var paths: [(parts: [String], content: [UInt8]?)] = []
        for change in changes {
            let parts = change.path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            for part in parts
            where part.isEmpty || part == "." || part == ".." || Names.isTakenForGitFolder(part)
                || part.unicodeScalars.contains(where: Names.isDeceptive)
            {
                throw GitError(.invalidName, "'\(change.path)' cannot be the path of a file")
            }
            paths.append((parts, change.content))
        }
        paths.sort { left, right in
            left.parts.lexicographicallyPrecedes(right.parts) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        try self.init(paths[...], depth: 0)
    }

    /// - Parameter paths: Sorted, and equal in their first `depth` parts.
    private init(_ paths: ArraySlice<(parts: [String], content: [UInt8]?)>, depth: Int) throws(GitError) {
        var rest = paths
        while let first = rest.first {
            let name = first.parts[depth]
            let group = rest.prefix { $0.parts[depth].utf8.elementsEqual(name.utf8) }
            rest = rest.dropFirst(group.count)
            if first.parts.count == depth + 1 {
                guard group.count == 1 else {
                    throw GitError(
                        .invalidName, "'\(first.parts.joined(separator: "/"))' is written twice in one commit")
                }
                children.append((name, .file(first.content)))
            } else {
                children.append((name, .folder(try ChangeTree(group, depth: depth + 1))))
            }
        }
    }
}
