import Formats
import Kubernetes
import KubernetesModel
import Planning

/// What the lock's branch says.
struct GitLockRecord: Sendable, Hashable {
    /// As a Lease names its holder; empty where nobody holds it.
    let holder: String
    let duration: Int
    /// Seconds since 1970, by the holder's clock.
    let acquired: Int
    let renewed: Int
    /// Another one in each commit, or there would be nothing to commit.
    let serial: Int
    /// Set while nobody may apply.
    let pause: LeasePause?

    private init(
        holder: String, duration: Int, acquired: Int, renewed: Int, serial: Int, pause: LeasePause? = nil
    ) {
        self.holder = holder
        self.duration = duration
        self.acquired = acquired
        self.renewed = renewed
        self.serial = serial
        self.pause = pause
    }

    init(after found: GitLockRecord?, holder: LeaseHolder, duration: Int, now: Int) {
        self.init(
            holder: holder.identity, duration: duration, acquired: now, renewed: now, serial: (found?.serial ?? 0) &+ 1)
    }

    init(renewing record: GitLockRecord, now: Int) {
        self.init(
            holder: record.holder, duration: record.duration, acquired: record.acquired, renewed: now,
            serial: record.serial &+ 1)
    }

    init(releasing record: GitLockRecord, now: Int) {
        self.init(
            holder: "", duration: record.duration, acquired: record.acquired, renewed: now, serial: record.serial &+ 1,
            pause: record.pause)
    }

    /// The same with another pause, or with none; where nobody ever held the lock, nobody does.
    init(_ record: GitLockRecord?, pausing pause: LeasePause?, duration: Int, now: Int) {
        self.init(
            holder: record?.holder ?? "", duration: record?.duration ?? duration, acquired: record?.acquired ?? now,
            renewed: record?.renewed ?? now, serial: (record?.serial ?? 0) &+ 1, pause: pause)
    }

    /// Nil where it is none that this program wrote.
    init?(_ json: JSON) {
        guard json["apiVersion"] == "state.reconcile.dev/v1", json["kind"] == "Lock",
            let holder = json["holder"]?.string,
            let duration = json["duration"]?.int, let acquired = json["acquired"]?.int,
            let renewed = json["renewed"]?.int, let serial = json["serial"]?.int
        else { return nil }
        self.init(
            holder: holder, duration: Int(duration), acquired: Int(acquired), renewed: Int(renewed),
            serial: Int(serial),
            pause: json[path: "pause", "by"]?.string.map { by in
                LeasePause(
                    by: by, since: json[path: "pause", "at"]?.string.flatMap { Timestamp($0) },
                    reason: json[path: "pause", "reason"]?.string)
            })
    }

    var json: JSON {
        var json: JSON = [
            "apiVersion": "state.reconcile.dev/v1", "kind": "Lock", "holder": .string(holder),
            "duration": .int(Int64(duration)), "acquired": .int(Int64(acquired)), "renewed": .int(Int64(renewed)),
            "serial": .int(Int64(serial)),
        ]
        if let pause {
            var members: JSON = ["by": .string(pause.by)]
            members["at"] = pause.since.map { .string($0.text) }
            members["reason"] = pause.reason.map { .string($0) }
            json["pause"] = members
        }
        return json
    }

    /// Given back, our own, or of a dead process beside us.
    func isFree(for own: LeaseHolder) -> Bool {
        holder.isEmpty || holder == own.identity || LeaseHolder(holder)?.isKnownDead(beside: own) == true
    }

    func held(at place: GitLockPlace, now: Int) -> Failure {
        let who = LeaseHolder(holder)?.text ?? holder
        let since = Timestamp(seconds: Int64(acquired)).text
        return Failure(
            .conflict,
            "the lock \(place.name) is held by \(who) since \(since), renewed \(max(0, now - renewed)) s ago; try again when "
                + "that run is over")
    }
}
