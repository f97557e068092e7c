import Formats
package import HTTP
import KubernetesModel
package import Planning

extension Cluster {
    /// The namespace of all Leases.
    package static let leaseNamespace = "reconcile-system"

    /// Takes the Lease of an environment.
    ///
    /// - Parameters:
    ///   - name: `<fleet>-<environment>`
    ///   - duration: Seconds after which it may be taken from a holder that shows no sign of life.
    ///   - patience: Seconds to wait for a living holder.
    package func lease(
        _ name: String, holder: LeaseHolder, duration: Int = 30, patience: Double, world: Retrying.World = .system
    ) async throws(Failure) -> EnvironmentLease {
        let begin = world.uptime()
        // The holder that is watched, and since when it has not moved.
        var watched: (pulse: String, since: Double)?
        while true {
            let sentAt = world.uptime()
            let found: LeaseRecord
            switch try await readOrCreate(name, holder, duration, world) {
            case .created(let record): return hold(record, sentAt, world)
            case .found(let record): found = record
            }
            if let pause = found.pause { throw found.failure(pause, origin) }
            if watched?.pulse != found.pulse { watched = (found.pulse, world.uptime()) }
            let still = world.uptime() - (watched?.since ?? sentAt)
            if found.isFree(for: holder) || still >= Double(max(found.duration, 1)) {
                if let taken = try await take(found, holder, duration, world) { return hold(taken, sentAt, world) }
                continue
            }
            // A Lease that looks run out by the clocks is watched to its end; a living one only as long as asked.
            let looksDead = found.age(at: timestamp(world)).map { $0 > Double(found.duration) } ?? true
            guard looksDead || world.uptime() - begin < patience else { throw held(found, world) }
            do { try await world.sleep(min(1, Double(max(found.duration, 1)) / 4)) } catch { throw held(found, world) }
        }
    }

    enum LeaseAnswer { case created(LeaseRecord), found(LeaseRecord) }

    /// - Parameter holder: Nil makes one that nobody holds.
    func readOrCreate(
        _ name: String, _ holder: LeaseHolder?, _ duration: Int, _ world: Retrying.World
    ) async throws(Failure) -> LeaseAnswer {
        if let record = try await readLease(name) { return .found(record) }
        let record = LeaseRecord(
            namespace: Self.leaseNamespace, name: name, holder: holder?.identity ?? "", duration: duration,
            now: timestamp(world))
        let create = Call(
            attempt: "create the lease \(record.text)", method: .post, path: leasePath(nil), query: Self.fieldOptions,
            body: record.object, timeout: Double(duration) / 3)
        var made = try await exchange(create)
        if made.status == 404 {
            try await createLeaseNamespace()
            made = try await exchange(create)
        }
        if made.isSuccess, let record = LeaseRecord(made.body) { return .created(record) }
        if made.status == 409, let record = try await readLease(name) { return .found(record) }
        throw refusal(of: create, made)
    }

    private func createLeaseNamespace() async throws(Failure) {
        let call = Call(
            attempt: "create Namespace \(Self.leaseNamespace)", method: .post, path: "/api/v1/namespaces",
            query: Self.fieldOptions,
            body: ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(Self.leaseNamespace)]])
        let answer = try await exchange(call)
        guard answer.isSuccess || answer.status == 409 else { throw refusal(of: call, answer) }
    }

    /// Writes our name into a Lease; nil when somebody else was faster.
    private func take(
        _ found: LeaseRecord, _ holder: LeaseHolder, _ duration: Int, _ world: Retrying.World
    ) async throws(Failure) -> LeaseRecord? {
        var record = found
        record.holder = holder.identity
        record.duration = duration
        record.acquired = timestamp(world)
        record.renewed = record.acquired
        record.transitions += 1
        let call = put(record)
        let answer = try await exchange(call)
        if answer.status == 409 || answer.status == 404 { return nil }
        guard answer.isSuccess, let record = LeaseRecord(answer.body) else { throw refusal(of: call, answer) }
        return record
    }

    private func hold(_ record: LeaseRecord, _ sentAt: Double, _ world: Retrying.World) -> EnvironmentLease {
        let lease = EnvironmentLease(self, record, renewedAt: sentAt, world: world)
        lease.beginRenewal()
        return lease
    }

    private func held(_ record: LeaseRecord, _ world: Retrying.World) -> Failure {
        let since = record.acquired.map { " since \($0.text)" } ?? ""
        let age = record.age(at: timestamp(world)).map { ", renewed \(Int(max(0, $0))) s ago" } ?? ""
        return Failure(
            .conflict,
            "the lease \(record.text) on \(origin) is held by \(record.who)\(since)\(age); try again when that run is over"
        )
    }

    func put(_ record: LeaseRecord) -> Call {
        Call(
            attempt: "write the lease \(record.text)", method: .put, path: leasePath(record.name),
            query: Self.fieldOptions, body: record.object, timeout: Double(max(record.duration, 3)) / 3, isOfLock: true)
    }

    func timestamp(_ world: Retrying.World) -> Timestamp { Timestamp(seconds: Int64(world.now())) }

    func leasePath(_ name: String?) -> String {
        let path = "/apis/coordination.k8s.io/v1/namespaces/\(Self.leaseNamespace)/leases"
        return name.map { "\(path)/\(Percent.encode($0))" } ?? path
    }
}

extension LeaseRecord {
    /// `reconcile-system/saas-prod`
    var text: String { "\(namespace)/\(name)" }

    /// `process 1234 on ci-7`
    var who: String { LeaseHolder(holder)?.text ?? holder }

    func failure(_ pause: LeasePause, _ origin: String) -> Failure {
        Failure(
            .conflict, "\(name) on \(origin) is \(pause.text); nothing more is written until `reconcile resume`")
    }

    /// Seconds since the last renewal, by the holder's clock and ours.
    fileprivate func age(at now: Timestamp) -> Double? { renewed.map { Double(now.seconds - $0.seconds) } }

    /// Given back, our own, or of a dead process beside us.
    fileprivate func isFree(for own: LeaseHolder) -> Bool {
        holder.isEmpty || holder == own.identity || LeaseHolder(holder)?.isKnownDead(beside: own) == true
    }
}
