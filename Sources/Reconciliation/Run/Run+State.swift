import Git
import Tenancy

extension Run {
    /// What the state branch of the environment holds; nil where there is no record yet.
    func stored(
        _ fleet: String, _ environment: Environment, _ checkout: Checkout
    ) async throws(Problem) -> StateTree? {
        try await inStore(environment, checkout) { try $0.read(fleet: fleet, environment: environment.name).tree }
    }

    /// The tree of the commit that was applied last, where this repository still has it.
    func applied(_ stored: StateTree?, _ checkout: Checkout) async throws(Problem) -> AppliedTree? {
        guard let stored, let commit = stored.commit, let tree = try await tree(of: commit, checkout) else {
            return nil
        }
        let leaving = stored.tenants.filter { $0.value.status.phase == .removing }.keys
        return AppliedTree(commit: commit, tree: tree, leaving: Set(leaving))
    }

    /// A commit's files; nil where this repository does not have it.
    func tree(of commit: String, _ checkout: Checkout) async throws(Problem) -> RepositoryTree? {
        do throws(GitError) {
            return try await GitThread.run { () throws(GitError) -> RepositoryTree in
                let repository = try Repository.open(checkout.gitFolder)
                return try Checkout.tree(of: repository, repository.resolve(commit))
            }
        } catch {
            guard error.cause == .notFound else { throw Problem(error) }
            return nil
        }
    }
}

extension Run {
    /// What the last runs left, for each chosen environment.
    package func status() async throws(Problem) -> [StatusReport] {
        let prepared = try await prepare(prefersWorkTree: true)
        guard let fleet = prepared.fleet else {
            throw Problem(.invalid, "the fleet's files have errors: run `reconcile validate`")
        }
        var reports: [StatusReport] = []
        for environment in try chosen(fleet) {
            let stored = try await stored(fleet.name, environment.environment, prepared.checkout)
            reports.append(StatusReport(environment: environment.name, tree: stored, tenants: request.tenants))
        }
        return reports
    }
}
