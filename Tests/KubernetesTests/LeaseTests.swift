import Formats
import HTTP
import KubernetesModel
import Planning
import Testing

@testable import Kubernetes

/// Who may write, and who has to stop.
@Suite struct LeaseTests {
    private let path = "/apis/coordination.k8s.io/v1/namespaces/reconcile-system/leases/saas-prod"
    private let own = LeaseHolder(host: "ci-1", pid: 10, start: "100", boot: "b", namespace: "n")
    private let other = LeaseHolder(host: "ci-2", pid: 20, start: "200", boot: "c", namespace: "n")
    /// Renewals sleep for longer than that: they never come by themselves.
    private let time = FakeTime(longest: 5)

    private func take(
        _ api: FakeAPI, patience: Double = 0, holder: LeaseHolder? = nil
    ) async throws(Failure) -> EnvironmentLease {
        try await api.cluster.lease("saas-prod", holder: holder ?? own, patience: patience, world: time.world)
    }

    private func failure(_ api: FakeAPI, patience: Double = 0) async -> Failure? {
        do throws(Failure) {
            _ = try await take(api, patience: patience)
            return nil
        } catch {
            return error
        }
    }

    private func held(by holder: LeaseHolder, renewed: Int = 0) -> JSON {
        LeaseRecord(
            namespace: "reconcile-system", name: "saas-prod", holder: holder.identity, duration: 30,
            now: Timestamp(seconds: 1_767_225_600 + Int64(renewed))
        ).object
    }

    @Test func isCreatedWithItsNamespace() async throws {
        let api = FakeAPI()
        api.setRule { request in
            let isLease = FakeAPI.path(request).hasSuffix("/leases")
            guard isLease, request.method == .post, api["/api/v1/namespaces/reconcile-system"] == nil else {
                return nil
            }
            return .success(FakeAPI.refusal(404, "NotFound", "namespaces \"reconcile-system\" not found"))
        }
        let lease = try await take(api)
        try lease.check()
        let spec = api[path]?["spec"]
        #expect(spec?["holderIdentity"] == "ci-1/10/100/b/n")
        #expect(spec?["leaseDurationSeconds"] == 30)
        #expect(spec?["renewTime"] == "2026-01-01T00:00:00.000000Z")
        #expect(api.writes.map { $0.split(separator: "/").last } == ["leases", "namespaces", "leases"])
    }

    @Test func aLivingHolderKeepsIt() async {
        let api = FakeAPI()
        api.add(held(by: other))
        let failure = await failure(api)
        #expect(failure?.kind == .conflict)
        #expect(
            failure?.message == "the lease reconcile-system/saas-prod on \(FakeAPI.base) is held by process 20 on ci-2 "
                + "since 2026-01-01T00:00:00Z, renewed 0 s ago; try again when that run is over"
        )
        #expect(api.writes.isEmpty)
    }

    @Test func aLivingHolderIsWaitedForAsLongAsAsked() async throws {
        let api = FakeAPI()
        api.add(held(by: other))
        #expect(await failure(api, patience: 20)?.kind == .conflict)
        #expect(time.now >= 20 && time.now < 30)
        api[path]?["spec"]?["holderIdentity"] = ""
        _ = try await take(api)
    }

    /// By its clock it ran out long ago, but clocks may differ: it is watched for its whole duration first.
    @Test func anOldLeaseIsTakenOnlyAfterItWasWatched() async throws {
        let api = FakeAPI()
        api.add(held(by: other, renewed: -3600))
        _ = try await take(api)
        #expect(time.now >= 30)
        #expect(api[path]?["spec"]?["leaseTransitions"] == 1)
    }

    @Test func anOldLeaseThatMovesIsNotTaken() async {
        let api = FakeAPI()
        api.add(held(by: other, renewed: -3600))
        api.setRule { [path, time] request in
            // The holder's clock is an hour late, and it renews every ten seconds.
            if request.method == .get, time.now.truncatingRemainder(dividingBy: 10) < 1 {
                api[path]?["metadata"]?["resourceVersion"] = .string("t\(time.now)")
            }
            return time.now > 200 ? .failure(HTTPError(.unreachable, origin: "", "enough")) : nil
        }
        #expect(await failure(api)?.message.hasPrefix("enough") == true)
        #expect(api.writes.isEmpty)
    }

    @Test func aDeadProcessOfThisMachineIsSucceededAtOnce() async throws {
        let me = LeaseHolder.current()
        let dead = LeaseHolder(host: me.host, pid: me.pid, start: "0", boot: me.boot, namespace: me.namespace)
        let api = FakeAPI()
        api.add(held(by: dead))
        _ = try await take(api, holder: me)
        #expect(time.now == 0)
        #expect(api[path]?["spec"]?["holderIdentity"] == .string(me.identity))
    }

    @Test(arguments: ["host", "boot", "namespace"])
    func ofAProcessElsewhereNothingIsKnown(_ part: String) async {
        let me = LeaseHolder.current()
        let far = LeaseHolder(
            host: part == "host" ? "x" : me.host, pid: 1, start: "0", boot: part == "boot" ? "x" : me.boot,
            namespace: part == "namespace" ? "x" : me.namespace)
        #expect(!far.isKnownDead(beside: me))
        #expect(LeaseHolder(me.identity) == me)
        #expect(
            !me.isKnownDead(
                beside: LeaseHolder(host: me.host, pid: 1, start: "9", boot: me.boot, namespace: me.namespace)))
    }

    @Test func ofTwoWhoTakeItOneLoses() async {
        let api = FakeAPI()
        api.add(held(by: other, renewed: -3600))
        api[path]?["spec"]?["holderIdentity"] = ""
        let rival = held(by: other).setting("metadata", to: ["name": "saas-prod", "namespace": "reconcile-system"])
        api.setRule { request in
            if request.method == .put, FakeAPI.query(request)["rival"] == nil, api.writes.count == 1 { api.add(rival) }
            return nil
        }
        #expect(await failure(api)?.message.contains("is held by process 20 on ci-2") == true)
    }

    @Test func renewalKeepsItAndReleaseGivesItBack() async throws {
        let api = FakeAPI()
        let lease = try await take(api)
        time.advance(19)
        try lease.check()
        #expect(await lease.renew())
        time.advance(19)
        try lease.check()
        await lease.release()
        #expect(api[path]?["spec"]?["holderIdentity"] == "")
        #expect(throws: Failure.self) { try lease.check() }
    }

    @Test func withoutRenewalNothingMoreIsWritten() async throws {
        let api = FakeAPI()
        let lease = try await take(api)
        api.setRule { _ in .failure(HTTPError(.unreachable, origin: "", "away")) }
        #expect(await lease.renew())
        time.advance(21)
        let failure = #expect(throws: Failure.self) { try lease.check() }
        #expect(failure?.kind == .conflict)
        #expect(failure?.message.contains("could not be renewed for 21 s; nothing more is written") == true)
    }

    @Test func whoWasRobbedStops() async throws {
        let api = FakeAPI()
        let lease = try await take(api)
        api[path]?["metadata"]?["resourceVersion"] = "999"
        api[path]?["spec"]?["holderIdentity"] = .string(other.identity)
        #expect(await lease.renew() == false)
        let failure = #expect(throws: Failure.self) { try lease.check() }
        #expect(failure?.message.contains("was taken over by another run") == true)
        let writes = api.writes.count
        await lease.release()
        #expect(api.writes.count == writes)
    }

    @Test func whatOthersWriteIntoItDoesNotLoseIt() async throws {
        let api = FakeAPI()
        let lease = try await take(api)
        api[path]?["metadata"]?["resourceVersion"] = "999"
        api[path]?["metadata"]?["labels"] = ["team": "platform"]
        #expect(await lease.renew())
        #expect(await lease.renew())
        try lease.check()
        #expect(api[path]?[path: "metadata", "labels", "team"] == "platform")
    }

    @Test func aPauseEndsIt() async throws {
        let api = FakeAPI()
        let lease = try await take(api)
        api[path]?["metadata"]?["resourceVersion"] = "999"
        api[path]?["metadata"]?["annotations"] = ["reconcile.dev/paused-by": "ada"]
        #expect(await lease.renew() == false)
        let lost = #expect(throws: Failure.self) { try lease.check() }
        #expect(lost?.message.contains("is paused by ada; nothing more is written until `reconcile resume`") == true)
        #expect(await failure(api)?.message == lost?.message)
    }

    @Test func whatElseIsInItStays() async throws {
        let api = FakeAPI()
        var noted = held(by: other)
        noted["spec"]?["holderIdentity"] = nil
        noted["metadata"]?["annotations"] = ["team.example/note": "ask ada"]
        api.add(noted)
        let lease = try await take(api)
        await lease.release()
        #expect(api[path]?[path: "metadata", "annotations", "team.example/note"] == "ask ada")
    }
}
