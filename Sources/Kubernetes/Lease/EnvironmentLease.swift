import Formats
import HTTP
import KubernetesModel
package import Planning
import Synchronization

/// The right to write to one environment, held by one process at a time.
///
/// It is renewed in the background; `check()` before each write makes sure that nobody else can have taken it meanwhile, also after
/// this process was stopped for a while. No clock of another machine is trusted: a holder counts as gone only when
/// its Lease was watched unchanged for its whole duration, or when it was a process of this machine that is dead.
package final class EnvironmentLease: Sendable {
    private struct State {
        var record: LeaseRecord
        /// On the monotonic clock: when the last renewal was sent that the server accepted.
        var renewedAt: Double
        /// Why it is not ours any more.
        var loss: Failure?
    }

    private let cluster: Cluster
    private let world: Retrying.World
    private let state: Mutex<State>
    private let renewal = Mutex<Task<Void, Never>?>(nil)

    init(_ cluster: Cluster, _ record: LeaseRecord, renewedAt: Double, world: Retrying.World) {
        self.cluster = cluster
        self.world = world
        state = Mutex(State(record: record, renewedAt: renewedAt))
    }

    deinit { renewal.withLock { $0?.cancel() } }

    /// Throws when the Lease is lost, or may be: then nothing more may be written.
    package func check() throws(Failure) {
        let now = world.uptime()
        let problem = state.withLock { state -> Failure? in
            if let loss = state.loss { return loss }
            let age = now - state.renewedAt
            // A third is left for the write itself.
            guard age > Double(state.record.duration) * 2 / 3 else { return nil }
            return Failure(
                .conflict,
                "the lease \(state.record.text) on \(cluster.origin) could not be renewed for \(Int(age)) s; nothing more is written, apply again"
            )
        }
        if let problem { throw problem }
    }

    /// Why nothing more may be written; nil as long as it may.
    package var reasonToStop: String? {
        do throws(Failure) { try check() } catch { return error.message }
        return nil
    }

    /// Gives it back, so that the next run need not wait. Best effort: a Lease that stays runs out.
    package func release() async {
        renewal.withLock { task in
            task?.cancel()
            task = nil
        }
        let record = state.withLock { state -> LeaseRecord? in
            guard state.loss == nil else { return nil }
            state.loss = Failure(.conflict, "the lease \(state.record.text) was given back")
            var record = state.record
            record.holder = ""
            record.renewed = cluster.timestamp(world)
            return record
        }
        if let record { _ = try? await cluster.exchange(cluster.put(record)) }
    }

    func beginRenewal() {
        let task = Task { [weak self] in
            while !Task.isCancelled {
                guard let pause = self?.pause else { return }
                do { try await self?.world.sleep(pause) } catch { return }
                guard let self, await self.renew() else { return }
            }
        }
        renewal.withLock { $0 = task }
    }

    private var pause: Double { Double(state.withLock { $0.record.duration }) / 4 }

    /// False when there is no point in going on.
    func renew() async -> Bool {
        let sentAt = world.uptime()
        let record = state.withLock { state -> LeaseRecord? in
            guard state.loss == nil else { return nil }
            var record = state.record
            record.renewed = cluster.timestamp(world)
            return record
        }
        guard let record else { return false }
        guard let answer = try? await cluster.exchange(cluster.put(record)) else { return true }
        if answer.status == 409, await isStillOurs(record) { return true }
        return state.withLock { state in
            guard state.loss == nil else { return false }
            if answer.isSuccess, let renewed = LeaseRecord(answer.body) {
                state.record = renewed
                state.renewedAt = sentAt
                return true
            }
            guard state.loss == nil, answer.status == 409 || answer.status == 404 else { return state.loss == nil }
            state.loss = Failure(
                .conflict,
                "the lease \(record.text) on \(cluster.origin) was taken over by another run; nothing more is written, plan again"
            )
            return false
        }
    }

    /// Somebody wrote to the Lease, and we hold it still: a label, or a pause, which ends this run.
    private func isStillOurs(_ record: LeaseRecord) async -> Bool {
        guard let found = try? await cluster.readLease(record.name), found.holder == record.holder else { return false }
        return state.withLock { state in
            guard let pause = found.pause else {
                state.record = found
                return true
            }
            state.loss = state.loss ?? found.failure(pause, cluster.origin)
            return false
        }
    }
}
