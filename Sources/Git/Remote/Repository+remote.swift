import CLibGit2
import Glibc

extension Repository {
    /// Sends the branch of this repository to the other one, which may not have it yet. Never by force.
    ///
    /// - Returns: What the server's hooks said, line by line, not safe for a terminal.
    /// - Throws: `nonFastForward` where the branch moved over there, `refused` where a hook or a rule says no.
    @discardableResult
    package func push(
        _ branch: BranchName, to location: Location, timeout: Duration = .seconds(120)
    ) throws(GitError) -> [String] {
        let exchange = Exchange(with: location, timeout: timeout)
        let code = try withExtendedLifetime(exchange) { () throws(GitError) in try send(branch, by: exchange) }
        guard code >= 0 else { throw Self.failure(of: exchange, branch, code) }
        // The call succeeds although the server refused: only this answer tells.
        switch exchange.answers[branch.reference] {
        case .some(.none): return exchange.said
        case .some(.some(let status)): throw Self.refusal(status, exchange, branch)
        case .none:
            throw GitError(
                .unreachable, "cannot push \(branch) to \(location): the server did not say what became of it")
        }
    }

    /// The remote ends in here: when it is freed it still talks to the exchange.
    private func send(_ branch: BranchName, by exchange: Exchange) throws(GitError) -> Int32 {
        let remote = try remote(at: exchange.location)
        var options = git_push_options()
        git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION))
        exchange.install(in: &options.callbacks)
        return withStringArray(["\(branch.reference):\(branch.reference)"]) {
            git_remote_push(remote.pointer, $0, &options)
        }
    }

    private func remote(at location: Location) throws(GitError) -> Handle {
        var options = git_remote_create_options()
        git_remote_create_options_init(&options, UInt32(GIT_REMOTE_CREATE_OPTIONS_VERSION))
        options.repository = handle.pointer
        options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF.rawValue | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC.rawValue
        return try Handle("reach \(location)", git_remote_free) {
            git_remote_create_with_opts(&$0, location.path, &options)
        }
    }

    private static func failure(of exchange: Exchange, _ branch: BranchName, _ code: Int32) -> GitError {
        let operation = "push \(branch) to \(exchange.location)"
        let reason = GitError(operation, code: code)
        if reason.cause == .nonFastForward { return reason }
        let said = exchange.said.suffix(3).joined(separator: "; ")
        guard !said.contains("dubious ownership") else {
            // Git's advice is an entry in the user's configuration, which is not read here.
            let advice = "run as its owner, or push by another way"
            return GitError(
                .refused, "cannot \(operation): it belongs to another user, whose hooks git does not run; \(advice)")
        }
        let words = exchange.failure?.message ?? (said.isEmpty ? nil : said)
        return GitError(
            exchange.failure?.cause ?? .unreachable, words.map { "cannot \(operation): \($0)" } ?? reason.message)
    }

    private static func refusal(_ status: String, _ exchange: Exchange, _ branch: BranchName) -> GitError {
        // The words of git's receive-pack for a branch that somebody else moved between its list and our update.
        let races = ["non-fast-forward", "fetch first", "stale info", "failed to update ref", "cannot lock ref"]
        // What the hook said, without what receive-pack adds for itself.
        let said = exchange.said.suffix(20).filter { !$0.hasPrefix("error: hook declined") }.joined(separator: "; ")
        let isHook = status.hasSuffix("hook declined")
        let reason = isHook ? "the server's hook refused the update" : "the server refused the update"
        let words = isHook && !said.isEmpty ? said : said.isEmpty ? status : "\(status) (\(said))"
        return GitError(
            races.contains { status.hasPrefix($0) } ? .nonFastForward : .refused,
            "cannot push \(branch) to \(exchange.location): \(reason): \(words)")
    }

    /// Copies a branch of the other repository, with its objects, to a reference of this one.
    ///
    /// - Parameter isForced: Whether the reference may also jump; else it only moves forward.
    /// - Returns: Where the reference points now: libgit2 passes over a branch that is not there, and over a jump that
    ///   is not allowed, without a word.
    package func fetch(
        _ branch: BranchName, from location: Location, to reference: String, isForced: Bool = false
    ) throws(GitError) -> GitID? {
        try ReferenceName.check(reference, of: "reference")
        let remote = try remote(at: location)
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        options.update_fetchhead = 0
        try check("fetch \(branch) from \(location)") {
            withStringArray(["\(isForced ? "+" : "")\(branch.reference):\(reference)"]) {
                git_remote_fetch(remote.pointer, $0, &options, nil)
            }
        }
        return try self.reference(reference)?.target
    }

    /// Makes a bare copy of the whole repository at a path where nothing is yet: there in full, or not at all.
    package static func cloneBare(_ location: Location, to path: String) throws(GitError) -> Repository {
        Library.start
        let partial = "\(path).partial-\(getpid())"
        var options = git_clone_options()
        git_clone_options_init(&options, UInt32(GIT_CLONE_OPTIONS_VERSION))
        options.bare = 1
        // Dropped at once: before the folder moves.
        _ = try Handle("clone \(location)", git_repository_free) {
            git_clone(&$0, location.path, partial, &options)
        }
        guard rename(partial, path) == 0 else {
            let reason = String(cString: strerror(errno))
            Folder.remove(partial)
            throw GitError(.failed, "cannot put the clone of \(location) at \(path): \(reason)")
        }
        return try open(path)
    }
}
