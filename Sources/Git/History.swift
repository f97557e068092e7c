import CLibGit2

extension Repository {
    /// Whether the commit is the other one, or one that the other came from.
    ///
    /// `notFound` where history is missing on the way: a shallow clone knows no answer.
    package func isAncestor(_ older: Commit, of newer: Commit) throws(GitError) -> Bool {
        guard older.id != newer.id else { return true }
        var (ancestor, descendant) = (older.id.oid, newer.id.oid)
        return try check("follow the history of \(newer.id.short)") {
            git_graph_descendant_of(handle.pointer, &descendant, &ancestor)
        } == 1
    }

    /// The paths that differ between two commits, by path; all of the newer one's where there is no older one.
    package func changes(from older: Commit?, to newer: Commit) throws(GitError) -> [PathChange] {
        let repository = handle.pointer
        var trees: [OpaquePointer?] = [nil, nil]
        defer { trees.forEach { git_tree_free($0) } }
        for (index, commit) in [older, newer].enumerated() {
            guard var id = commit?.tree.oid else { continue }
            try check("read the tree of \(newer.id.short)") { git_tree_lookup(&trees[index], repository, &id) }
        }
        let diff = try Handle("compare with \(newer.id.short)", git_diff_free) {
            git_diff_tree_to_tree(&$0, repository, trees[0], trees[1], nil)
        }
        var changes: [PathChange] = []
        for index in 0..<git_diff_num_deltas(diff.pointer) {
            guard let delta = git_diff_get_delta(diff.pointer, index)?.pointee,
                let path = delta.new_file.path.map({ String(cString: $0) })
            else { continue }
            switch delta.status {
            case GIT_DELTA_ADDED: changes.append(PathChange(path: path, kind: .added))
            case GIT_DELTA_DELETED: changes.append(PathChange(path: path, kind: .removed))
            default: changes.append(PathChange(path: path, kind: .changed))
            }
        }
        return changes.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Files of the work tree that differ from what `HEAD` holds, new ones included, below the roots; by path.
    package func uncommittedChanges(under roots: [String]) throws(GitError) -> [PathChange] {
        guard !isBare, !roots.isEmpty else { return [] }
        let repository = handle.pointer
        var options = git_status_options()
        git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION))
        options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        options.flags =
            GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
            | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH.rawValue | GIT_STATUS_OPT_EXCLUDE_SUBMODULES.rawValue
        let list = try withStringArray(roots) { (paths) throws(GitError) in
            options.pathspec = paths.pointee
            return try Handle("look for changes in \(gitFolder)", git_status_list_free) {
                git_status_list_new(&$0, repository, &options)
            }
        }
        var changes: [PathChange] = []
        for index in 0..<git_status_list_entrycount(list.pointer) {
            guard let entry = git_status_byindex(list.pointer, index)?.pointee else { continue }
            let delta = entry.index_to_workdir ?? entry.head_to_index
            guard let path = delta?.pointee.new_file.path.map({ String(cString: $0) }) else { continue }
            changes.append(PathChange(path: path, kind: Self.kind(of: entry.status)))
        }
        return changes.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private static func kind(of status: git_status_t) -> PathChange.Kind {
        let added = GIT_STATUS_INDEX_NEW.rawValue | GIT_STATUS_WT_NEW.rawValue
        let removed = GIT_STATUS_INDEX_DELETED.rawValue | GIT_STATUS_WT_DELETED.rawValue
        if status.rawValue & removed != 0 { return .removed }
        return status.rawValue & added != 0 ? .added : .changed
    }
}
