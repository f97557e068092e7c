import Git
import Kubernetes
import Planning
import Tenancy

extension Run {
    /// Does the work while nobody else may write: under the cluster's Lease, or under a lock in Git where there is none to be had.
    ///
    /// - Parameter always: The cluster was not looked at, and is about to be written to.
    func withLock<Value: Sendable>(
        _ planned: Planned, _ checkout: Checkout, always: Bool = false,
        _ body: (WriteLock) async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let lock = try await lock(planned, checkout, always: always)
        defer { fence.fall() }
        if case .lease(let lease) = lock { fence.stand { lease.reasonToStop } }
        do throws(Problem) {
            let value = try await body(lock)
            await lock.release()
            return value
        } catch {
            await lock.release()
            throw error
        }
    }

    private func lock(_ planned: Planned, _ checkout: Checkout, always: Bool) async throws(Problem) -> WriteLock {
        let environment = planned.desired.environment
        let name = "\(planned.desired.fleet)-\(environment.name)"
        if case .success(let cluster) = planned.systems.cluster, always || planned.live.cluster.value != nil {
            do throws(Failure) {
                return .lease(try await lease(name, of: cluster))
            } catch {
                throw Problem(error.kind == .unreachable ? .unreachable : .conflict, error.message)
            }
        }
        // Nothing is asked of the cluster, and still a run that does write there must not meet this one.
        if request.only == .identity, let cluster = try? cluster(of: environment) {
            do throws(Failure) {
                return .lease(try await lease(name, of: cluster))
            } catch {
                guard error.kind != .conflict else { throw Problem(.conflict, error.message) }
            }
        }
        return .git(try await gitLock(environment, checkout))
    }

    private func lease(_ name: String, of cluster: Cluster) async throws(Failure) -> EnvironmentLease {
        try await cluster.lease(
            name, holder: .current(), duration: Int(request.leaseTimeout), patience: 0, world: world)
    }

    /// A push costs more than the renewal of a Lease.
    var lockDuration: Int { Int(request.leaseTimeout) * 5 }

    var lockAuthor: Signature { Signature(name: "reconcile", email: "reconcile@localhost", time: surroundings.now) }

    private func gitLock(_ environment: Environment, _ checkout: Checkout) async throws(Problem) -> GitLock {
        let author = lockAuthor
        let place = try await inStore(environment, checkout) { store in
            try GitLockPlace(store, environment: environment.name, author: author)
        }
        do {
            return try await GitLock.take(place, holder: .current(), duration: lockDuration, world)
        } catch let error as Failure {
            throw Problem(.conflict, error.message)
        } catch let error as GitError {
            throw Problem(error)
        } catch let error as Problem {
            throw error
        } catch {
            throw Problem(.unexpected, "\(error)")
        }
    }
}
