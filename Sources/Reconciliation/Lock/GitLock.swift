import Formats
import Git
import HTTP
import Kubernetes
import KubernetesModel
import Planning

/// The right to write to one environment, held by one process at a time, where no cluster's Lease can be had: a branch that is
/// moved by pushes that are never forced, so that of two runs that build on the same commit one is refused.
///
/// It is renewed by the run's own writes, not in the background: a push is dear, and whoever does not write needs no right to.
/// No clock of another machine is trusted: a holder counts as gone only when its branch was watched unmoved for the whole
/// duration, or when it was a process of this machine that is dead.
@GitThread
final class GitLock: Sendable {
    private let place: GitLockPlace
    private let world: Retrying.World
    private var record: GitLockRecord
    private var tip: Commit
    /// On the monotonic clock: before the last push that was accepted began.
    private var renewedAt: Double
    /// Why it is not ours any more.
    private var loss: Failure?

    private init(
        _ place: GitLockPlace, _ record: GitLockRecord, _ tip: Commit, renewedAt: Double, _ world: Retrying.World
    ) {
        self.place = place
        self.record = record
        self.tip = tip
        self.renewedAt = renewedAt
        self.world = world
    }

    /// - Parameter duration: Seconds after which it may be taken from a holder that shows no sign of life.
    /// - Throws: `Failure` of kind conflict where somebody holds it; `GitError`.
    static func take(
        _ place: GitLockPlace, holder: LeaseHolder, duration: Int, _ world: Retrying.World
    ) async throws -> GitLock {
        // What is watched, and since when it has not moved.
        var watched: (tip: GitID, since: Double)?
        for attempt in 1... {
            let (tip, found) = try place.read()
            if let pause = found?.pause { throw pause.refusal(place) }
            if let tip, watched?.tip != tip.id { watched = (tip.id, world.uptime()) }
            let still = watched.map { world.uptime() - $0.since } ?? 0
            guard let found, !found.isFree(for: holder), still < Double(found.duration) else {
                let sentAt = world.uptime()
                let record = GitLockRecord(after: found, holder: holder, duration: duration, now: world.now())
                do throws(GitError) {
                    let made = try place.push(record, onto: tip)
                    return GitLock(place, record, made, renewedAt: sentAt, world)
                } catch {
                    guard error.cause == .nonFastForward, attempt < 5 else { throw error }
                    continue
                }
            }
            // One that looks run out by the clocks is watched to its end; a living one is not waited for.
            guard world.now() - found.renewed > found.duration else { throw found.held(at: place, now: world.now()) }
            do { try await world.sleep(1) } catch { throw found.held(at: place, now: world.now()) }
        }
        throw Failure(.conflict, "the lock \(place.name) is written by others all the time; try again")
    }

    /// Throws when the lock is lost, or may be: then nothing more may be written.
    func check() throws(Failure) {
        if let loss { throw loss }
        let now = world.uptime()
        guard now - renewedAt > Double(record.duration) / 3 else { return }
        let next = GitLockRecord(renewing: record, now: world.now())
        do throws(GitError) {
            tip = try place.push(next, onto: tip)
            record = next
            renewedAt = now
        } catch {
            // A third is left for the write itself.
            let isOver = now - renewedAt > Double(record.duration) * 2 / 3
            guard isOver || error.cause == .nonFastForward else { return }
            if let pause = (try? place.read())?.record?.pause {
                let failure = pause.refusal(place)
                loss = failure
                throw failure
            }
            let failure = Failure(
                .conflict,
                error.cause == .nonFastForward
                    ? "the lock \(place.name) was taken over by another run; nothing more is written, plan again"
                    : "the lock \(place.name) could not be renewed; nothing more is written, apply again: \(error.message)"
            )
            loss = failure
            throw failure
        }
    }

    /// Gives it back, so that the next run need not wait. Best effort: a lock that stays runs out.
    func release() {
        if loss == nil {
            loss = Failure(.conflict, "the lock \(place.name) was given back")
            let released = GitLockRecord(releasing: record, now: world.now())
            if (try? place.push(released, onto: tip)) != nil { return }
        }
        // A pause may have moved the branch and left us the holder.
        guard let found = try? place.read(), let now = found.record, now.holder == record.holder else { return }
        _ = try? place.push(GitLockRecord(releasing: now, now: world.now()), onto: found.tip)
    }
}
