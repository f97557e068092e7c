import Formats
import HTTP
import KubernetesModel
import Planning
import Synchronization
import Tenancy
import Testing

@testable import Kubernetes

/// What is written for each operation, and what is not.
@Suite struct ApplyTests {
    private let values = SecretValues(
        variable: { $0 == "RECONCILE_SECRET_GITHUB" ? "gh-c4nary" : nil },
        generate: { String(repeating: "x", count: $0) })

    private func pace() -> Pace { Pace(timeout: 10, world: FakeTime().world) }

    private func perform(_ operation: ClusterOperation, _ api: FakeAPI) async throws(Failure) -> String? {
        try await api.cluster.perform(operation, values: values, pace: pace())
    }

    private func failure(_ operation: ClusterOperation, _ api: FakeAPI) async -> Failure? {
        do throws(Failure) {
            let uid = try await perform(operation, api)
            Issue.record("done: \(uid ?? "nil")")
            return nil
        } catch {
            return error
        }
    }

    private func last(_ api: FakeAPI) throws -> (request: HTTPRequest, body: JSON) {
        let request = try #require(api.requests.last { $0.method != .get })
        return (request, try JSON.parse(request.body ?? []))
    }

    @Test func appliesByServerSideApply() async throws {
        let api = FakeAPI()
        let object = Desired.object(Desired.deployment)
        #expect(try await perform(.apply(object, uid: nil, forced: false), api) == "uid-1")
        let (request, body) = try last(api)
        #expect(api.writes == ["PATCH /apis/apps/v1/namespaces/tenant-acme/deployments/backend"])
        #expect(FakeAPI.query(request) == ["fieldManager": "reconcile", "fieldValidation": "Strict", "force": "false"])
        #expect(request.headers.first { $0.name == "Content-Type" }?.value == "application/apply-patch+yaml")
        // After a lost answer the object is looked for first.
        #expect(!request.isRepeatable)
        #expect(body == object.object)
    }

    @Test func anUpdateNamesTheUidAndForcesOnlyAsPlanned() async throws {
        let api = FakeAPI()
        api.add(Desired.deployment)
        _ = try await perform(.apply(Desired.object(Desired.deployment), uid: "uid-1", forced: true), api)
        let (request, body) = try last(api)
        #expect(FakeAPI.query(request)["force"] == "true")
        #expect(body[path: "metadata", "uid"] == "uid-1")
    }

    @Test(arguments: [
        (409, "Conflict", "uid mismatch: the provided object specified uid a, and no existing object was found", ""),
        (422, "Invalid", "Deployment is invalid", "metadata.uid"),
    ])
    func anotherObjectIsAConflict(_ code: Int, _ reason: String, _ message: String, _ field: String) async {
        let api = FakeAPI { _ in
            .success(
                FakeAPI.json(
                    [
                        "kind": "Status", "code": .int(Int64(code)), "reason": .string(reason),
                        "message": .string(message),
                        "details": ["causes": [["field": .string(field), "message": "field is immutable"]]],
                    ], status: code))
        }
        let failure = await failure(.apply(Desired.object(Desired.deployment), uid: "a", forced: false), api)
        #expect(failure?.kind == .conflict)
        #expect(
            failure?.message == "cannot apply Deployment tenant-acme/backend on \(FakeAPI.base): "
                + "it is another Deployment than the planned one by now; plan again")
    }

    @Test func aKindThatIsNotThereIsNamed() async {
        let api = FakeAPI()
        let custom = Desired.object(Desired.manifest("example.dev/v1", "Widget", "w"))
        let failure = await failure(.apply(custom, uid: nil, forced: false), api)
        #expect(
            failure
                == Failure(
                    .rejected,
                    "cannot apply Widget tenant-acme/w on \(FakeAPI.base): the server has no kind Widget in example.dev/v1"
                ))
    }

    @Test func aDefinitionIsAppliedWhenItIsEstablished() async throws {
        let api = FakeAPI()
        let definition = Desired.manifest(
            "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.dev", namespace: nil)
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.dev"
        let looks = Mutex(0)
        api.setRule { request in
            guard request.method == .get else { return nil }
            let look = looks.withLock { count in
                count += 1
                return count
            }
            if look == 3 { api[path]?["status"] = ["conditions": [["type": "Established", "status": "True"]]] }
            return nil
        }
        #expect(try await perform(.apply(Desired.object(definition), uid: nil, forced: false), api) == "uid-1")
        #expect(looks.withLock { $0 } == 3)
        api[path]?["status"] = ["conditions": [["type": "NamesAccepted", "status": "False", "message": "taken"]]]
        let failure = await failure(.apply(Desired.object(definition), uid: nil, forced: false), api)
        #expect(
            failure?.message.hasPrefix(
                "cannot use CustomResourceDefinition widgets.example.dev on \(FakeAPI.base): ") == true)
    }

    // MARK: Secrets

    private var secret: DesiredObject {
        Desired.object(
            Desired.secret,
            secret: [
                SecretKey(name: "database-password", source: .generate(length: 4)),
                SecretKey(name: "github", source: .environment(variable: "RECONCILE_SECRET_GITHUB")),
            ])
    }

    @Test func createsASecretByPost() async throws {
        let api = FakeAPI()
        #expect(try await perform(.createSecret(secret), api) == "uid-1")
        let (request, body) = try last(api)
        #expect(api.writes == ["POST /api/v1/namespaces/tenant-acme/secrets"])
        #expect(FakeAPI.query(request) == ["fieldManager": "reconcile", "fieldValidation": "Strict"])
        #expect(!request.isRepeatable)
        #expect(body["data"] == ["database-password": "eHh4eA==", "github": "Z2gtYzRuYXJ5"])
    }

    @Test func anUnsetVariableWritesNothing() async {
        let api = FakeAPI()
        let key = SecretKey(name: "token", source: .environment(variable: "RECONCILE_SECRET_OTHER"))
        let failure = await failure(.createSecret(Desired.object(Desired.secret, secret: [key])), api)
        #expect(
            failure?.message == "cannot create Secret tenant-acme/credentials: "
                + "the environment variable RECONCILE_SECRET_OTHER, which gives 'token', is not set")
        #expect(api.writes.isEmpty)
    }

    @Test func aSecretThatWasMadeAlthoughNoAnswerCameIsNotMadeAgain() async throws {
        let api = FakeAPI()
        let desired = secret
        api.setRule { request in
            guard request.method == .post else { return nil }
            api.add(desired.object)
            return .failure(HTTPError(.interrupted, origin: FakeAPI.base, "no answer: the connection was reset"))
        }
        #expect(try await perform(.createSecret(desired), api) == "uid-1")
        #expect(api.writes.count == 1)
    }

    @Test func aSecretOfOthersIsAConflict() async {
        let api = FakeAPI()
        api.add(Desired.secret, managers: ["kubectl"])
        let failure = await failure(.createSecret(secret), api)
        #expect(failure?.kind == .conflict)
        #expect(
            failure?.message == "cannot create Secret tenant-acme/credentials on \(FakeAPI.base): "
                + "it is there by now and is not ours; plan again")
    }

    @Test func aRefusalOfASecretQuotesNoValue() async {
        let api = FakeAPI { request in
            request.method == .post
                ? .success(
                    FakeAPI.json(
                        [
                            "kind": "Status", "code": 422, "reason": "Invalid",
                            "message": "Invalid value: \"gh-c4nary\"",
                            "details": [
                                "causes": [
                                    [
                                        "field": "data[github]", "reason": "FieldValueInvalid",
                                        "message": "Invalid value: \"gh-c4nary\"",
                                    ]
                                ]
                            ],
                        ], status: 422)) : nil
        }
        let failure = await failure(.createSecret(secret), api)
        #expect(
            failure?.message
                == "cannot create Secret tenant-acme/credentials on \(FakeAPI.base): data[github]: FieldValueInvalid (422)"
        )
    }

    @Test func addsAndRotatesByJSONPatch() async throws {
        let api = FakeAPI()
        var live = Desired.secret
        live["metadata"]?["uid"] = "u"
        api.add(live)
        let path = "/api/v1/namespaces/tenant-acme/secrets/credentials"
        api[path]?["metadata"]?["managedFields"] = [
            ["manager": "reconcile", "fieldsV1": ["f:data": [".": [:], "f:jwt/key": [:]]]]
        ]
        var manifest = Desired.secret
        manifest["metadata"]?["annotations"] = ["reconcile.dev/rotations": "jwt/key=1"]
        let desired = Desired.object(manifest, secret: [])
        let operation = ClusterOperation.updateSecret(
            desired, uid: "u", add: [SecretKey(name: "new", source: .generate(length: 2))],
            rotate: [SecretKey(name: "jwt/key", source: .generate(length: 3), rotation: 1)])
        #expect(try await perform(operation, api) == "u")
        let (request, body) = try last(api)
        #expect(request.headers.first { $0.name == "Content-Type" }?.value == "application/json-patch+json")
        #expect(
            body == [
                ["op": "test", "path": "/metadata/uid", "value": "u"],
                ["op": "add", "path": "/data/new", "value": "eHg="],
                ["op": "copy", "from": "/data/jwt~1key", "path": "/data/jwt~1key.previous"],
                ["op": "add", "path": "/data/jwt~1key", "value": "eHh4"],
                ["op": "add", "path": "/metadata/annotations", "value": [:]],
                ["op": "add", "path": "/metadata/annotations/reconcile.dev~1rotations", "value": "jwt/key=1"],
            ])
        #expect(api.requests.filter { $0.method == .get }.allSatisfy { $0.headers[0].value.contains("PartialObject") })
    }

    @Test func theFirstKeyOfAnEmptySecretMakesRoom() async throws {
        let api = FakeAPI()
        api.add(Desired.secret)
        let add = [
            SecretKey(name: "a", source: .generate(length: 1)), SecretKey(name: "b", source: .generate(length: 1)),
        ]
        _ = try await perform(
            .updateSecret(Desired.object(Desired.secret, secret: []), uid: "uid-1", add: add, rotate: []), api)
        #expect(
            try last(api).body.array?.dropFirst().compactMap { $0["path"]?.string } == ["/data", "/data/a", "/data/b"])
    }

    @Test func anotherSecretIsNotChanged() async {
        let api = FakeAPI()
        api.add(Desired.secret)
        let failure = await failure(.updateSecret(secret, uid: "other", add: [], rotate: []), api)
        #expect(failure?.kind == .conflict)
        #expect(api.writes.isEmpty)
    }

    // MARK: Removals

    private let configMap = ObjectID(group: "", kind: "ConfigMap", namespace: "tenant-acme", name: "branding")

    @Test func deletesThatVeryObject() async throws {
        let api = FakeAPI()
        api.add(Desired.configMap)
        #expect(try await perform(.delete(configMap, apiVersion: "v1", uid: "uid-1"), api) == "uid-1")
        #expect(api.requests.map(\.method) == [.get, .delete])
        #expect(
            try last(api).body == [
                "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": ["uid": "uid-1"],
                "propagationPolicy": "Background",
            ])
        #expect(try await perform(.delete(configMap, apiVersion: "v1", uid: "uid-1"), api) == nil, "it is gone")
        #expect(api.writes.count == 1)
    }

    @Test func deletesNothingThatIsAnotherOrGoing() async throws {
        let api = FakeAPI()
        var going = Desired.configMap
        going["metadata"]?["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        api.add(going)
        let failure = await failure(.delete(configMap, apiVersion: "v1", uid: "other"), api)
        #expect(failure?.kind == .conflict)
        #expect(try await perform(.delete(configMap, apiVersion: "v1", uid: "uid-1"), api) == "uid-1")
        #expect(api.writes.isEmpty)
    }

    @Test func replacesWhenTheOldOneIsGone() async throws {
        let api = FakeAPI()
        api.add(Desired.configMap)
        let operation = ClusterOperation.replace(Desired.object(Desired.configMap), uid: "uid-1")
        #expect(try await perform(operation, api) == "uid-2")
        #expect(api.writes.map { $0.prefix(6) } == ["DELETE", "PATCH "])
    }

    @Test func sayWhatHoldsAnObjectThatDoesNotGo() async {
        let api = FakeAPI()
        var held = Desired.configMap
        held["metadata"]?["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        held["metadata"]?["finalizers"] = ["example.dev/hold"]
        api.add(held)
        let failure = await failure(.replace(Desired.object(Desired.configMap), uid: "uid-1"), api)
        #expect(
            failure?.message == "cannot replace ConfigMap tenant-acme/branding on \(FakeAPI.base): "
                + "the old one was not gone within 10 s, held by example.dev/hold")
        #expect(api.writes.isEmpty)
    }

    @Test func randomValuesAreLettersAndDigits() {
        let (one, other) = (SecretValues.random(64), SecretValues.random(64))
        #expect(one.count == 64 && one != other)
        #expect((one + other).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
}

/// A clock that only sleeping moves. Sleeps of more than a minute end only when they are cancelled.
final class FakeTime: Sendable {
    private let elapsed = Mutex(0.0)
    let longest: Double

    init(longest: Double = 60) { self.longest = longest }

    var now: Double { elapsed.withLock { $0 } }
    func advance(_ seconds: Double) { elapsed.withLock { $0 += seconds } }

    var world: Retrying.World {
        Retrying.World(
            uptime: { self.now }, now: { 1_767_225_600 + Int(self.now) },
            sleep: { seconds in
                if seconds > self.longest { try await Task.sleep(for: .seconds(3600)) }
                self.advance(seconds)
            }, random: { 0.5 })
    }
}
