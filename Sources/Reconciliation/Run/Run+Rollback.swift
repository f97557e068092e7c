import Formats
import Git
package import Planning
import Synchronization
import Tenancy

/// A commit that takes files back to what they were, made but on no branch yet.
private struct Rollback: Sendable {
    let commit: Commit
    let head: Commit
    let branch: BranchName
    let changes: [FileChange]
}

extension Run {
    /// Takes the fleet's files, or those of some tenants, back to what they were at a commit: a new commit on the branch that is checked out,
    /// planned, held against the limits and applied like any other. Nothing moves before the plan was agreed to.
    ///
    /// Approvals and records stay; a tenant that was not there yet is not removed by it.
    package func rollback(
        to target: String, agrees: @escaping @Sendable (Plan) async -> Bool
    ) async throws(Problem) -> ApplyStep {
        let current = try await prepare(prefersWorkTree: false)
        let (gitFolder, settings) = (current.checkout.gitFolder, try gitSettings())
        let made = try await inGit { () throws(GitError) in
            try makeRollback(to: target, Repository.open(gitFolder))
        }
        var request = request
        request.ref = made.commit.id.description
        let run = Run(request, surroundings, stop: stop)
        let agreement = Mutex<Problem??>(nil)
        let step = try await run.apply { plan in
            guard await agrees(plan) else { return false }
            let problem = await self.bring(made, gitFolder, settings)
            agreement.withLock { $0 = .some(problem) }
            return problem == nil
        }
        switch (agreement.withLock { $0 }, step) {
        case (.some(.some(let problem)), _): throw problem
        // There was nothing to ask for: the systems are as the older files say.
        case (.none, .applied): if let problem = await bring(made, gitFolder, settings) { throw problem }
        default: break
        }
        return step
    }

    @GitThread
    private func makeRollback(to target: String, _ repository: Repository) throws(GitError) -> Rollback {
        guard let branch = try repository.headBranch, repository.workTree != nil else {
            throw GitError(.unsupported, "a rollback is a commit: check out the branch that it is for")
        }
        let (head, older) = (try repository.resolve("HEAD"), try repository.resolve(target))
        let roots = Checkout.roots.filter { $0 != "state" && $0 != "approvals" }
        let wanted = try files(of: older, repository, roots)
        let held = try files(of: head, repository, roots)
        var changes: [FileChange] = []
        for path in Set(wanted.keys).union(held.keys).sorted() where wanted[path] != held[path] && isCovered(path) {
            let content = try wanted[path].map { blob throws(GitError) in
                try repository.read(blob, limit: Checkout.fileLimit)
            }
            changes.append(FileChange(path: path, content: content))
        }
        let whose = request.tenants.isEmpty ? "" : " \(request.tenants.sorted().joined(separator: ", "))"
        let message = "Roll back\(whose) to \(older.id.short)\n\nRolled-Back-To: \(older.id)\n"
        let author = Signature(name: "reconcile", email: "reconcile@localhost", time: surroundings.now)
        guard
            let commit = try repository.makeCommit(onto: head, changes: changes, message: message, author: author)
        else { throw GitError(.unsupported, "the files\(whose) are as they were at \(older.id.short) already") }
        return Rollback(commit: commit, head: head, branch: branch, changes: changes)
    }

    @GitThread
    private func files(
        of commit: Commit, _ repository: Repository, _ roots: [String]
    ) throws(GitError) -> [String: GitID] {
        let listing = try repository.files(of: commit, under: roots)
        return Dictionary(listing.files.compactMap { file in file.blob.map { (file.path, $0) } }) { first, _ in first }
    }

    /// Whether the file is among those that go back: all, or the tenants' own.
    private func isCovered(_ path: String) -> Bool {
        guard !request.tenants.isEmpty else { return true }
        let parts = path.split(separator: "/").map(String.init)
        return request.tenants.contains { tenant in
            (parts.first == "tenants" && parts.last == "\(tenant).yaml")
                || (parts.first == "users" && (parts[1] == tenant || parts[1] == "\(tenant).csv"))
        }
    }

    /// Puts the commit on its branch, at the origin first, and its files into the work tree.
    private func bring(_ made: Rollback, _ gitFolder: String, _ settings: GitSettings) async -> Problem? {
        do throws(Problem) {
            try await inGit { () throws(GitError) in
                let repository = try Repository.open(gitFolder)
                try repository.move(made.branch, to: made.commit, expecting: made.head)
                if let origin = try repository.origin(settings.access) {
                    do throws(GitError) {
                        try repository.push(made.branch, to: origin)
                    } catch {
                        try repository.move(made.branch, to: made.head, expecting: made.commit)
                        throw GitError(
                            error.cause,
                            "\(error.message); nothing was applied. Where the branch is protected, change the files by a "
                                + "pull request: git revert, or git checkout \(made.commit.id.short) -- .")
                    }
                }
                try repository.bring(made.changes)
            }
            return nil
        } catch {
            return error
        }
    }

    private func inGit<Value: Sendable>(
        _ body: @escaping @GitThread @Sendable () throws(GitError) -> Value
    ) async throws(Problem) -> Value {
        do throws(GitError) {
            return try await GitThread.run { () throws(GitError) in try body() }
        } catch {
            throw Problem(error)
        }
    }
}
