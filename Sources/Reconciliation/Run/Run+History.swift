import Formats
import Git
import Tenancy

/// One record on the state branch.
package struct HistoryEntry: Sendable, Hashable {
    /// On the state branch.
    package let commit: String
    /// Seconds since 1970.
    package let time: Int64
    /// The commit of the fleet that was applied; nil where that was none.
    package let source: String?
    package let subject: String
    /// Whose record changed, by name.
    package let tenants: [String]
}

extension Run {
    /// What was recorded, environment by environment, the newest first.
    ///
    /// - Parameter limit: How many of each environment.
    package func history(limit: Int) async throws(Problem) -> [(environment: String, entries: [HistoryEntry])] {
        let prepared = try await prepare(prefersWorkTree: true)
        guard let fleet = prepared.fleet else {
            throw Problem(.invalid, "the fleet's files have errors: run `reconcile validate`")
        }
        var histories: [(environment: String, entries: [HistoryEntry])] = []
        for environment in try chosen(fleet) {
            let entries = try await inStore(environment.environment, prepared.checkout) { store in
                var entries: [HistoryEntry] = []
                try store.walk { commit in
                    let tenants = try store.tenants(changedBy: commit, environment: environment.name)
                    entries.append(HistoryEntry(commit, tenants))
                    return entries.count < limit
                }
                return entries
            }
            histories.append((environment.name, entries))
        }
        return histories
    }

    /// Does something with the environment's state branch, on the thread that Git is bound to.
    func inStore<Value: Sendable>(
        _ environment: Environment, _ checkout: Checkout,
        _ body: @escaping @GitThread @Sendable (StateStore) throws -> Value
    ) async throws(Problem) -> Value {
        let settings = try gitSettings()
        do {
            return try await GitThread.run { () throws -> Value in
                let repository = try Repository.open(checkout.gitFolder)
                return try body(
                    try StateStore(
                        repository, of: checkout.remote, branch: BranchName(environment.stateBranch), settings: settings
                    ))
            }
        } catch let error as GitError {
            throw Problem(error)
        } catch let error as UnreadableState {
            let first = error.diagnostics.first?.line ?? "it cannot be read"
            throw Problem(.invalid, "the record on branch \(error.branch) is not usable: \(first)")
        } catch let error as Problem {
            throw error
        } catch {
            throw Problem(.unexpected, "\(error)")
        }
    }
}

extension HistoryEntry {
    init(_ commit: Commit, _ tenants: [String]) {
        let trailer = "Reconciled-Commit: "
        let lines = commit.message.split(separator: "\n" as Character)
        self.init(
            commit: commit.id.description, time: commit.committer.time,
            source: lines.first { $0.hasPrefix(trailer) }.map { String($0.dropFirst(trailer.count)) },
            subject: commit.subject, tenants: tenants)
    }
}
