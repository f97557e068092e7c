import Formats
package import HTTP
package import KubernetesModel
package import Planning

/// How the Lease of an environment stands.
package struct LeaseStanding: Sendable, Hashable {
    /// `process 1234 on ci-7`; nil when nobody holds it.
    package let holder: String?
    package let since: Timestamp?
    /// Seconds since the holder gave a sign of life, by its clock and ours.
    package let age: Int?
    package let pause: LeasePause?
    /// What `unlock` has to be given: another one for every time that somebody takes the Lease.
    package let id: String

    package init(holder: String?, since: Timestamp?, age: Int?, pause: LeasePause?, id: String) {
        self.holder = holder
        self.since = since
        self.age = age
        self.pause = pause
        self.id = id
    }

    init(_ record: LeaseRecord, now: Timestamp) {
        let isHeld = !record.holder.isEmpty
        holder = isHeld ? record.who : nil
        since = isHeld ? record.acquired : nil
        age = isHeld ? record.renewed.map { Int(max(0, now.seconds - $0.seconds)) } : nil
        pause = record.pause
        id = "\(LeaseHolder(record.holder).map { String($0.pid) } ?? "0")-\(record.transitions)"
    }
}

extension Cluster {
    /// How the Lease stands; nil where there is none yet.
    package func leaseStanding(
        _ name: String, world: Retrying.World = .system
    ) async throws(Failure) -> LeaseStanding? {
        try await readLease(name).map { LeaseStanding($0, now: timestamp(world)) }
    }

    /// Keeps everybody from applying until `resume`; a run that is under way ends before its next write.
    ///
    /// - Returns: The pause that holds: one that is there already stays.
    package func pause(
        _ name: String, by: String, reason: String?, world: Retrying.World = .system
    ) async throws(Failure) -> LeasePause {
        let wanted = LeasePause(by: by, since: timestamp(world), reason: reason)
        let record = try await edit(name, world) { record in
            if record.pause == nil { record.pause = wanted }
        }
        return record.pause ?? wanted
    }

    /// Ends a pause.
    ///
    /// - Returns: The pause that was; nil where there was none.
    package func resume(_ name: String, world: Retrying.World = .system) async throws(Failure) -> LeasePause? {
        guard try await readLease(name)?.pause != nil else { return nil }
        var before: LeasePause?
        _ = try await edit(name, world) { record in
            before = record.pause
            record.pause = nil
        }
        return before
    }

    /// Takes the Lease away from its holder, who is kept from writing by that.
    ///
    /// - Parameter id: As `LeaseStanding.id`, so that nobody takes it from another than was looked at.
    /// - Returns: How it stood before.
    package func unlock(
        _ name: String, id: String, by: String, world: Retrying.World = .system
    ) async throws(Failure) -> LeaseStanding {
        let now = timestamp(world)
        var before: LeaseStanding?
        var refusal: Failure?
        _ = try await edit(name, world) { record in
            let standing = LeaseStanding(record, now: now)
            guard standing.holder != nil else {
                refusal = Failure(.conflict, "the lease \(record.text) is held by nobody")
                return
            }
            guard standing.id == id else {
                let holder = standing.holder ?? ""
                refusal = Failure(
                    .conflict, "\(id) is not who holds the lease \(record.text) now: that is \(holder) (\(standing.id))"
                )
                return
            }
            before = standing
            record.note(unlocked: "by \(by) at \(now.text), from \(record.holder)")
            record.holder = ""
            record.renewed = now
            record.transitions += 1
        }
        if let before, refusal == nil { return before }
        throw refusal ?? Failure(.conflict, "there is no lease \(name)")
    }

    func readLease(_ name: String) async throws(Failure) -> LeaseRecord? {
        let read = Call(
            attempt: "read the lease \(Self.leaseNamespace)/\(name)", method: .get, path: leasePath(name))
        let answer = try await exchange(read)
        if answer.isSuccess, let record = LeaseRecord(answer.body) { return record }
        guard answer.status == 404 else { throw refusal(of: read, answer) }
        return nil
    }

    /// Reads, changes and writes the Lease until nobody writes in between; what does not change is not written.
    private func edit(
        _ name: String, _ world: Retrying.World, _ change: (inout LeaseRecord) -> Void
    ) async throws(Failure) -> LeaseRecord {
        for _ in 0..<10 {
            var record: LeaseRecord
            switch try await readOrCreate(name, nil, 30, world) {
            case .created(let made): record = made
            case .found(let found): record = found
            }
            let before = record.object
            change(&record)
            if record.object == before { return record }
            let answer = try await exchange(put(record))
            if answer.isSuccess { return record }
            guard answer.status == 409 || answer.status == 404 else { throw refusal(of: put(record), answer) }
        }
        throw Failure(.conflict, "the lease \(name) on \(origin) is written by others all the time; try again")
    }
}
