import Formats
import Git
import Planning
import Tenancy

/// What a pull request goes into: the commit whose endpoints, limits, roles and policy hold.
package struct Base: Sendable {
    let ref: String
    let commit: Commit
    let files: FleetFiles
    let fleet: Fleet
    /// Its files, as if it had been applied last.
    let applied: AppliedTree

    /// For a plan of these files.
    func plan(of files: FleetFiles) -> PlanBase {
        PlanBase(ref: ref, commit: commit.id.description, changes: files.policyChanges(since: self.files))
    }
}

extension Run {
    /// The base that was asked for, from the repository that was read; nil where none was.
    func base(of checkout: Checkout) async throws(Problem) -> Base? {
        guard let ref = request.base else { return nil }
        let found: (commit: Commit, tree: RepositoryTree)
        do throws(GitError) {
            found = try await GitThread.run { () throws(GitError) in
                let repository = try Repository.open(checkout.gitFolder)
                let commit = try repository.resolve(ref)
                return (commit, try Checkout.tree(of: repository, commit))
            }
        } catch {
            guard error.cause == .notFound else { throw Problem(error) }
            throw Problem(
                .invalid, "the base '\(ref)' is not here: \(error.message); fetch it, as `git fetch origin main` does")
        }
        let files = FleetFiles.load(found.tree)
        let resolution = Fleet.resolve(files, branch: Self.branch(of: ref))
        guard let fleet = resolution.fleet else {
            let first = resolution.diagnostics.first { $0.severity == .error }?.line ?? "there is no fleet"
            throw Problem(
                .invalid,
                "the base '\(ref)' has mistakes, and its policy cannot be told: \(first); nothing is planned under the "
                    + "pull request's own")
        }
        return Base(
            ref: ref, commit: found.commit, files: files, fleet: fleet,
            applied: AppliedTree(commit: found.commit.id.description, tree: found.tree))
    }

    /// `main` for `origin/main` and `refs/heads/main`.
    private static func branch(of ref: String) -> String {
        for prefix in ["refs/heads/", "refs/remotes/origin/", "origin/"] where ref.hasPrefix(prefix) {
            return String(ref.dropFirst(prefix.count))
        }
        return ref
    }
}
