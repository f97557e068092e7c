import Git
package import Kubernetes
import KubernetesModel
import Planning
import Tenancy

extension Run {
    /// What keeps runs apart: the Lease in the environment's cluster, or a lock in Git where it has none.
    private enum Keeper {
        case lease(String, Cluster)
        case git(Environment, Checkout)
    }

    /// Keeps everybody from applying to the environment.
    package func pause(reason: String?) async throws(Problem) -> (environment: String, LeasePause) {
        let (environment, keeper) = try await keeper()
        switch keeper {
        case .lease(let name, let cluster):
            let pause = try await asked { () throws(Failure) in
                try await cluster.pause(name, by: who, reason: reason)
            }
            return (environment, pause)
        case .git(let own, let checkout):
            let wanted = LeasePause(by: who, since: Timestamp(seconds: surroundings.now), reason: reason)
            let (duration, now) = (lockDuration, Int(surroundings.now))
            let pause = try await inLock(own, checkout) { try $0.pause(wanted, duration: duration, now: now) }
            return (environment, pause)
        }
    }

    /// Ends a pause; nil where there was none.
    package func resume() async throws(Problem) -> (environment: String, LeasePause?) {
        let (environment, keeper) = try await keeper()
        switch keeper {
        case .lease(let name, let cluster):
            return (environment, try await asked { () throws(Failure) in try await cluster.resume(name) })
        case .git(let own, let checkout):
            let now = Int(surroundings.now)
            return (environment, try await inLock(own, checkout) { try $0.resume(now: now) })
        }
    }

    /// How the environment's Lease stands; nil where nothing has been applied yet.
    package func leaseStanding() async throws(Problem) -> (environment: String, LeaseStanding?) {
        let (environment, keeper) = try await keeper()
        switch keeper {
        case .lease(let name, let cluster):
            return (environment, try await asked { () throws(Failure) in try await cluster.leaseStanding(name) })
        case .git(let own, let checkout):
            let now = Int(surroundings.now)
            return (environment, try await inLock(own, checkout) { try $0.standing(now: now) })
        }
    }

    /// Takes the Lease from the holder with that id.
    package func unlock(_ id: String) async throws(Problem) -> (environment: String, LeaseStanding) {
        let (environment, keeper) = try await keeper()
        switch keeper {
        case .lease(let name, let cluster):
            let before = try await asked { () throws(Failure) in try await cluster.unlock(name, id: id, by: who) }
            return (environment, before)
        case .git(let own, let checkout):
            let now = Int(surroundings.now)
            return (environment, try await inLock(own, checkout) { try $0.unlock(id, now: now) })
        }
    }

    private func keeper() async throws(Problem) -> (environment: String, Keeper) {
        let prepared = try await prepare(prefersWorkTree: true)
        guard let fleet = prepared.fleet else {
            throw Problem(.invalid, "the fleet's files have errors: run `reconcile validate`")
        }
        let environment = try theOne(fleet)
        if let cluster = try cluster(of: environment.environment) {
            return (environment.name, .lease("\(fleet.name)-\(environment.name)", cluster))
        }
        return (environment.name, .git(environment.environment, prepared.checkout))
    }

    private func inLock<Value: Sendable>(
        _ environment: Environment, _ checkout: Checkout,
        _ body: @escaping @GitThread @Sendable (GitLockPlace) throws -> Value
    ) async throws(Problem) -> Value {
        let author = lockAuthor
        return try await inStore(environment, checkout) { store in
            try body(try GitLockPlace(store, environment: environment.name, author: author))
        }
    }

    /// `ada@laptop`
    private var who: String { "\(surroundings["USER"] ?? "somebody")@\(LeaseHolder.current().host)" }

    private func asked<Value>(_ body: () async throws(Failure) -> Value) async throws(Problem) -> Value {
        do throws(Failure) {
            return try await body()
        } catch {
            throw Problem(error.kind == .conflict ? .conflict : .unreachable, error.message)
        }
    }
}
