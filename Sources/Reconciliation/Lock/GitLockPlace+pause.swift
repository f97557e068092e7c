import Git
import Kubernetes
import KubernetesModel
import Planning

// What a person does with the lock of an environment without a cluster: as with a Lease.
@GitThread
extension GitLockPlace {
    /// How the lock stands; nil where nobody ever held it.
    func standing(now: Int) throws -> LeaseStanding? { try read().record?.standing(now: now) }

    /// Keeps everybody from applying. A pause that is there already stays, and is what comes back.
    func pause(_ wanted: LeasePause, duration: Int, now: Int) throws -> LeasePause {
        let record = try edit { found in
            found?.pause == nil ? GitLockRecord(found, pausing: wanted, duration: duration, now: now) : nil
        }
        return record?.pause ?? wanted
    }

    /// Ends a pause, which comes back; nil where there was none.
    func resume(now: Int) throws -> LeasePause? {
        var before: LeasePause?
        _ = try edit { found in
            before = found?.pause
            return before == nil ? nil : GitLockRecord(found, pausing: nil, duration: 0, now: now)
        }
        return before
    }

    /// Takes the lock from the holder with that id, who cannot renew it any more.
    func unlock(_ id: String, now: Int) throws -> LeaseStanding {
        var before: LeaseStanding?
        _ = try edit { found in
            guard let found, let standing = Optional(found.standing(now: now)), let holder = standing.holder else {
                throw Problem(.conflict, "the lock \(name) is held by nobody")
            }
            guard standing.id == id else {
                throw Problem(
                    .conflict, "\(id) is not who holds the lock \(name) now: that is \(holder) (\(standing.id))")
            }
            before = standing
            return GitLockRecord(releasing: found, now: now)
        }
        guard let before else { throw Problem(.conflict, "the lock \(name) is held by nobody") }
        return before
    }

    /// Reads, changes and pushes until nobody pushes in between; nil changes nothing.
    private func edit(_ change: (GitLockRecord?) throws -> GitLockRecord?) throws -> GitLockRecord? {
        for _ in 0..<5 {
            let (tip, found) = try read()
            guard let changed = try change(found) else { return found }
            do throws(GitError) {
                _ = try push(changed, onto: tip)
                return changed
            } catch {
                guard error.cause == .nonFastForward else { throw error }
            }
        }
        throw Problem(.conflict, "the lock \(name) is written by others all the time; try again")
    }
}

extension GitLockRecord {
    fileprivate func standing(now: Int) -> LeaseStanding {
        let isHeld = !holder.isEmpty
        let known = LeaseHolder(holder)
        return LeaseStanding(
            holder: isHeld ? known?.text ?? holder : nil, since: isHeld ? Timestamp(seconds: Int64(acquired)) : nil,
            age: isHeld ? max(0, now - renewed) : nil, pause: pause, id: "\(known?.pid ?? 0)-\(acquired)")
    }
}

extension LeasePause {
    func refusal(_ place: GitLockPlace) -> Failure {
        Failure(.conflict, "the lock \(place.name) is \(text); nothing more is written until `reconcile resume`")
    }
}
