import CLibGit2
import Glibc

extension Repository {
    /// Sends the branch of this repository to the other one, which may not have it yet. Never by force.
    ///
    /// - Returns: What the server's hooks said, line by line, not safe for a terminal.
    /// - Throws: `nonFastForward` where the branch moved over there, `refused` where a hook or a rule says no.
    @discardableResult
    package func push(
        _ branch: BranchName, to remote: Remote
    ) throws(GitError) -> [String] {
        let exchange = Exchange(with: remote, toPush: true)
        let code = try withExtendedLifetime(exchange) { () throws(GitError) in try send(branch, by: exchange) }
        guard code >= 0 else { throw Self.failure(of: exchange, "push \(branch) to \(remote.location)", code) }
        // The call succeeds although the server refused: only this answer tells.
        switch exchange.answers[branch.reference] {
        case .some(.none): return exchange.said
        case .some(.some(let status)): throw Self.refusal(status, exchange, branch)
        case .none:
            throw GitError(
                .unreachable, "cannot push \(branch) to \(remote.location): the server did not say what became of it")
        }
    }

    /// Goes as far with a push as one can without sending anything: the server has let us in to write.
    ///
    /// Rules for single branches, and hooks, are asked only by a push itself.
    package func tryPush(to remote: Remote) throws(GitError) {
        let exchange = Exchange(with: remote, toPush: true)
        let handle = try self.remote(at: remote.location)
        var callbacks = git_remote_callbacks()
        git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
        exchange.install(in: &callbacks)
        let code = withExtendedLifetime(exchange) {
            git_remote_connect(handle.pointer, GIT_DIRECTION_PUSH, &callbacks, nil, nil)
        }
        guard code >= 0 else { throw Self.failure(of: exchange, "push to \(remote.location)", code) }
        git_remote_disconnect(handle.pointer)
    }

    private func send(_ branch: BranchName, by exchange: Exchange) throws(GitError) -> Int32 {
        let remote = try remote(at: exchange.remote.location)
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
            git_remote_create_with_opts(&$0, location.text, &options)
        }
    }

    private static func failure(of exchange: Exchange, _ operation: String, _ code: Int32) -> GitError {
        let isOfNetwork = git_error_last()?.pointee.klass == Int32(GIT_ERROR_NET.rawValue)
        let reason = GitError(operation, code: code)
        if reason.cause == .nonFastForward { return reason }
        let said = exchange.said.suffix(3).joined(separator: "; ")
        if let advice = Advice.on(exchange.said.joined(separator: "\n"), exchange.remote) {
            return GitError(advice.cause, "cannot \(operation): \(advice.text)")
        }
        let words = exchange.failure?.message ?? (said.isEmpty ? nil : said)
        return GitError(
            exchange.failure?.cause ?? (isOfNetwork || !said.isEmpty ? .unreachable : reason.cause),
            words.map { "cannot \(operation): \($0)" } ?? reason.message)
    }

    private static func refusal(_ status: String, _ exchange: Exchange, _ branch: BranchName) -> GitError {
        // The words of git's receive-pack for a branch that somebody else moved between its list and our update.
        let races = [
            "non-fast-forward", "fetch first", "stale info", "failed to update ref", "cannot lock ref",
            "reference already exists",
        ]
        // What the hook said, without what receive-pack adds for itself.
        let said = exchange.said.suffix(20).filter { !$0.hasPrefix("error: hook declined") }.joined(separator: "; ")
        let isHook = status.hasSuffix("hook declined")
        let reason = isHook ? "the server's hook refused the update" : "the server refused the update"
        let words = isHook && !said.isEmpty ? said : said.isEmpty ? status : "\(status) (\(said))"
        return GitError(
            races.contains { status.hasPrefix($0) } ? .nonFastForward : .refused,
            "cannot push \(branch) to \(exchange.remote.location): \(reason): \(words)")
    }

    /// Copies a branch of the other repository, with its objects, to a reference of this one.
    ///
    /// - Parameter isForced: Whether the reference may also jump; else it only moves forward.
    /// - Returns: Where the reference points now: libgit2 passes over a branch that is not there, and over a jump that
    ///   is not allowed, without a word.
    package func fetch(
        _ branch: BranchName, from remote: Remote, to reference: String, isForced: Bool = false
    ) throws(GitError) -> GitID? {
        try ReferenceName.check(reference, of: "reference")
        _ = try fetch(["\(isForced ? "+" : "")\(branch.reference):\(reference)"], of: "\(branch)", from: remote)
        return try self.reference(reference)?.target
    }

    /// Fetches by refspecs of our own making.
    ///
    /// - Parameters:
    ///   - what: What it is called in errors.
    ///   - prunes: Whether references that the refspecs cover and the other side no longer has go.
    /// - Returns: The default branch over there; nil where it has none.
    func fetch(
        _ refspecs: [String], of what: String, from other: Remote, prunes: Bool = false
    ) throws(GitError) -> String? {
        let exchange = Exchange(with: other, toPush: false)
        let remote = try remote(at: other.location)
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        options.update_fetchhead = 0
        options.prune = prunes ? GIT_FETCH_PRUNE : GIT_FETCH_NO_PRUNE
        exchange.install(in: &options.callbacks)
        return try withExtendedLifetime(exchange) { () throws(GitError) in
            let code = withStringArray(refspecs) { git_remote_fetch(remote.pointer, $0, &options, nil) }
            guard code >= 0 else { throw Self.failure(of: exchange, "fetch \(what) from \(other.location)", code) }
            return Self.defaultBranch(of: remote.pointer)
        }
    }

    /// As the server said when its references were listed.
    private static func defaultBranch(of remote: OpaquePointer) -> String? {
        var name = git_buf()
        guard git_remote_default_branch(&name, remote) == 0, let text = name.ptr else { return nil }
        defer { git_buf_dispose(&name) }
        return String(cString: text)
    }
}
