package import Kubernetes
import Planning
import Tenancy

extension Run {
    /// Keeps everybody from applying to the environment.
    package func pause(reason: String?) async throws(Problem) -> (environment: String, LeasePause) {
        let (environment, name, cluster) = try await lease()
        return (
            environment,
            try await asked { () throws(Failure) in
                try await cluster.pause(name, by: who, reason: reason)
            }
        )
    }

    /// Ends a pause; nil where there was none.
    package func resume() async throws(Problem) -> (environment: String, LeasePause?) {
        let (environment, name, cluster) = try await lease()
        return (environment, try await asked { () throws(Failure) in try await cluster.resume(name) })
    }

    /// How the environment's Lease stands; nil where nothing has been applied yet.
    package func leaseStanding() async throws(Problem) -> (environment: String, LeaseStanding?) {
        let (environment, name, cluster) = try await lease()
        return (environment, try await asked { () throws(Failure) in try await cluster.leaseStanding(name) })
    }

    /// Takes the Lease from the holder with that id.
    package func unlock(_ id: String) async throws(Problem) -> (environment: String, LeaseStanding) {
        let (environment, name, cluster) = try await lease()
        return (
            environment,
            try await asked { () throws(Failure) in
                try await cluster.unlock(name, id: id, by: who)
            }
        )
    }

    private func lease() async throws(Problem) -> (environment: String, name: String, Cluster) {
        let prepared = try await prepare(prefersWorkTree: true)
        guard let fleet = prepared.fleet else {
            throw Problem(.invalid, "the fleet's files have errors: run `reconcile validate`")
        }
        let environment = try theOne(fleet)
        guard let cluster = try cluster(of: environment.environment) else {
            throw Problem(.usage, "\(environment.name) has no cluster, and so no lease")
        }
        return (environment.name, "\(fleet.name)-\(environment.name)", cluster)
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
