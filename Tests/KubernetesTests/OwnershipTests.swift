import Formats
import HTTP
import KubernetesModel
import Planning
import Tenancy
import Testing

@testable import Kubernetes

/// Objects that are let go of, that somebody else made meanwhile, and Jobs that are run to their end.
@Suite struct OwnershipTests {
    private let values = SecretValues(variable: { _ in nil })
    private let time = FakeTime()
    private var pace: Pace { Pace(timeout: 5, interval: 1, world: time.world) }

    private func perform(_ operation: ClusterOperation, _ api: FakeAPI) async throws(Failure) -> String? {
        try await api.cluster.perform(operation, values: values, pace: pace)
    }

    @Test func forgettingTakesOurMarksOffAndNothingElse() async throws {
        let api = FakeAPI()
        api.add(Desired.configMap, managers: ["reconcile", "designer"])
        let object = Desired.object(Desired.configMap)
        #expect(try await perform(.release(object.id, apiVersion: "v1", uid: "uid-1"), api) == "uid-1")
        let request = try #require(api.requests.last)
        let body = try JSON.parse(try #require(request.body))
        let lines = (body.array ?? []).map { "\($0["op"]?.string ?? "") \($0["path"]?.string ?? "")" }
        #expect(
            lines == [
                "test /metadata/uid", "test /metadata/resourceVersion",
                "remove /metadata/labels/app.kubernetes.io~1managed-by", "remove /metadata/labels/reconcile.dev~1fleet",
                "remove /metadata/labels/reconcile.dev~1environment", "remove /metadata/labels/reconcile.dev~1tenant",
                "replace /metadata/managedFields",
            ])
        #expect(body.array?.last?["value"] == [["manager": "designer", "operation": "Apply"]])
        await #expect(throws: Failure.self) {
            try await self.perform(.release(object.id, apiVersion: "v1", uid: "another"), api)
        }
    }

    private static let job = Desired.object(Desired.manifest("batch/v1", "Job", "migrate-1"))

    private func action(_ found: ActionRun.Found, needs: [DesiredObject] = []) -> ClusterOperation {
        let action = DesiredAction(key: "app/migrate", version: "1", job: Self.job, needs: needs.map(\.id))
        return .run(ActionRun(action: action, needs: needs, found: found))
    }

    /// What becomes of the Job once it is there.
    private func ending(_ type: String?, on api: FakeAPI) {
        api.setRule { request in
            let path = "/apis/batch/v1/namespaces/tenant-acme/jobs/migrate-1"
            guard request.method == .get, let type, var job = api[path], job["status"] == nil else { return nil }
            job["status"] = ["conditions": [["type": .string(type), "status": "True", "message": "no table"]]]
            api[path] = job
            return nil
        }
    }

    @Test func anActionIsRunToItsEnd() async throws {
        let api = FakeAPI()
        ending("Complete", on: api)
        #expect(try await perform(action(.nothing), api) == "uid-1")
        #expect(api.writes == ["PATCH /apis/batch/v1/namespaces/tenant-acme/jobs/migrate-1"])
    }

    @Test func anActionThatFailsIsAFailure() async throws {
        for (end, words) in [("Failed", "is not complete: failed: no table"), (nil, "is not complete: in progress: ")] {
            let api = FakeAPI()
            ending(end, on: api)
            let failure = await #expect(throws: Failure.self) { try await self.perform(self.action(.nothing), api) }
            #expect(failure?.kind == .rejected)
            #expect(failure?.message.contains("action migrate \(words)") == true, "\(failure?.message ?? "")")
            #expect(failure?.message.hasSuffix("see kubectl logs -n tenant-acme job/migrate-1") == true)
        }
    }

    @Test func anActionThatFailedIsMadeAnew() async throws {
        let api = FakeAPI()
        api.add(Self.job.object)
        ending("Complete", on: api)
        _ = try await perform(action(.failed(uid: "uid-1")), api)
        let path = "/apis/batch/v1/namespaces/tenant-acme/jobs/migrate-1"
        #expect(api.writes == ["DELETE \(path)", "PATCH \(path)"])
    }

    @Test func anActionWaitsForWhatItNeeds() async throws {
        let api = FakeAPI()
        let database = Desired.object(Desired.deployment)
        let failure = await #expect(throws: Failure.self) {
            try await self.perform(self.action(.nothing, needs: [database]), api)
        }
        #expect(
            failure?.message.contains("it needs Deployment tenant-acme/backend, which is in progress: it is gone again")
                == true, "\(failure?.message ?? "")")
        #expect(api.writes.isEmpty)
    }

    @Test func whatSomebodyElseMadeMeanwhileIsGivenBack() async throws {
        let api = FakeAPI()
        api.setRule { request in
            guard request.method == .patch else { return nil }
            var made = Desired.configMap
            made["metadata"]?["uid"] = "uid-7"
            made["metadata"]?["managedFields"] = [
                ["manager": "designer", "operation": "Update"], ["manager": "reconcile", "operation": "Apply"],
            ]
            return .success(FakeAPI.json(made))
        }
        let object = Desired.object(Desired.configMap)
        let failure = await #expect(throws: Failure.self) {
            try await self.perform(.apply(object, uid: nil, forced: false), api)
        }
        #expect(failure?.kind == .conflict)
        #expect(failure?.message.contains("somebody else made it") == true)
        let body = try JSON.parse(try #require(api.requests.last?.body))
        #expect(
            body == [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "branding", "namespace": "tenant-acme", "uid": "uid-7"],
            ])
    }
}
