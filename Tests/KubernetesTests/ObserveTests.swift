import Formats
import HTTP
import Kubernetes
import KubernetesModel
import Planning
import Synchronization
import Tenancy
import Testing

/// What is read of a cluster, with how many requests, and when nothing is better than a part.
@Suite struct ObserveTests {
    private let id = ObjectID(group: "", kind: "ConfigMap", namespace: "tenant-acme", name: "branding")

    private func known(_ observed: Observed<LiveCluster>) throws -> LiveCluster {
        guard case .known(let live) = observed else {
            Issue.record("\(observed)")
            throw CancellationError()
        }
        return live
    }

    private func reason(_ observed: Observed<LiveCluster>) -> String {
        if case .unknown(let reason) = observed { reason } else { "\(observed)" }
    }

    @Test func oneListForEachKindAndNamespacesUnfiltered() async throws {
        let api = FakeAPI()
        for manifest in [Desired.namespace, Desired.configMap, Desired.deployment] { api.add(manifest) }
        api.add(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "default"]])
        api.add([
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "other", "namespace": "default"],
        ])
        let objects = [Desired.namespace, Desired.configMap, Desired.deployment].map { Desired.object($0) }
        let scope = ObservationScope(Desired.state(objects), Desired.inventory)
        let live = try known(await api.cluster.observe(scope))
        #expect(live.objects.keys.sorted() == objects.map(\.id).sorted())
        #expect(live.namespaces.keys.sorted() == ["default", "tenant-acme"])
        #expect(live.objects[id]?.object["kind"] == "ConfigMap")
        #expect(live.objects[id]?.object["apiVersion"] == "v1")
        let selector = "app.kubernetes.io/managed-by=reconcile,reconcile.dev/fleet=saas,reconcile.dev/environment=prod"
        let asked = api.requests.map { "\(FakeAPI.path($0)) \(FakeAPI.query($0)["labelSelector"] ?? "")" }.sorted()
        #expect(
            asked == [
                "/api/v1/configmaps \(selector)", "/api/v1/namespaces ", "/apis/apps/v1/deployments \(selector)",
            ])
    }

    @Test func walksThroughPages() async throws {
        let api = FakeAPI()
        api.add(Desired.namespace)
        for number in 0..<1234 { api.add(Desired.manifest("v1", "ConfigMap", "c\(number)")) }
        let scope = ObservationScope(
            Desired.state([Desired.object(Desired.manifest("v1", "ConfigMap", "c0"))]), Desired.inventory)
        let live = try known(await api.cluster.observe(scope))
        #expect(live.objects.count == 1234 + 1)
        #expect(api.requests.count == 4)
        #expect(api.requests.allSatisfy { FakeAPI.query($0)["limit"] == "500" })
    }

    @Test func readsOfSecretsTheMetadataAlone() async throws {
        let api = FakeAPI()
        api.add(Desired.namespace)
        var secret = Desired.secret
        secret["data"] = ["password": "YzRuYXJ5"]
        api.add(secret)
        var unmarked = Desired.manifest("v1", "Secret", "there-already")
        unmarked["metadata"]?["labels"] = nil
        unmarked["data"] = ["password": "YzRuYXJ5"]
        api.add(unmarked)
        // A server that does not know the media type and answers whole objects all the same.
        api.setRule { [secret] request in
            guard request.url.contains("/secrets?") else { return nil }
            return .success(FakeAPI.json(["kind": "SecretList", "items": [secret]]))
        }
        let objects = [secret, unmarked].map { Desired.object($0, secret: []) }
        let live = try known(await api.cluster.observe(ObservationScope(Desired.state(objects), Desired.inventory)))
        let secrets = live.objects.values.filter { $0.id.kind == "Secret" }
        #expect(secrets.count == 2)
        #expect(secrets.allSatisfy { $0.object["data"] == nil })
        for request in api.requests where request.url.contains("/secrets") {
            #expect(request.headers.first { $0.name == "Accept" }?.value.contains("as=PartialObjectMetadata") == true)
            #expect(request.headers.first { $0.name == "Accept" }?.value.contains(",") == false)
        }
    }

    @Test func asksByNameForWhatTheListDoesNotShow() async throws {
        let api = FakeAPI()
        api.add(Desired.namespace)
        var unmarked = Desired.configMap
        unmarked["metadata"]?["labels"] = nil
        api.add(unmarked, managers: ["kubectl"])
        let absent = Desired.manifest("v1", "ConfigMap", "absent")
        let elsewhere = Desired.manifest("v1", "ConfigMap", "new", namespace: "tenant-new")
        let objects = [Desired.configMap, absent, elsewhere].map { Desired.object($0) }
        let live = try known(await api.cluster.observe(ObservationScope(Desired.state(objects), Desired.inventory)))
        #expect(live.objects.keys.map(\.name).sorted() == ["branding", "tenant-acme"])
        let byName = api.requests.map(FakeAPI.path).filter { $0.contains("/namespaces/") }.sorted()
        // Not in a namespace that is not there.
        #expect(
            byName == [
                "/api/v1/namespaces/tenant-acme/configmaps/absent",
                "/api/v1/namespaces/tenant-acme/configmaps/branding",
            ])
    }

    @Test func findsWhatTheLockRemembersAndTheFilesDoNot() async throws {
        let api = FakeAPI()
        api.add(Desired.namespace)
        api.add(Desired.deployment)
        var bare = Desired.configMap
        bare["metadata"]?["labels"] = nil
        api.add(bare)
        let deployment = Desired.object(Desired.deployment).id
        let inventory = PlanInventory(
            commit: "3f2a91c",
            tenants: [
                "acme": InventoryTenant(objects: [
                    deployment: InventoryObject(apiVersion: "apps/v1", uid: "1", digest: ""),
                    id: InventoryObject(apiVersion: "v1", uid: "2", digest: ""),
                ])
            ])
        let live = try known(await api.cluster.observe(ObservationScope(Desired.state([]), inventory)))
        #expect(Set(live.objects.keys.map(\.name)) == ["backend", "branding", "tenant-acme"])
        #expect(live.objects[deployment]?.object["spec"] == nil, "metadata is enough to prune it")
    }

    @Test func withoutALockEveryDiscoveredKindIsLookedAt() async throws {
        let api = FakeAPI()
        api.add(Desired.namespace)
        api.add(Desired.manifest("batch/v1", "CronJob", "backup"))
        api.add(Desired.manifest("rbac.authorization.k8s.io/v1", "ClusterRole", "saas-viewer", namespace: nil))
        api.setRule(Discovery.rule)
        let live = try known(await api.cluster.observe(ObservationScope(Desired.state([]), PlanInventory())))
        #expect(Set(live.objects.keys.map(\.name)) == ["backup", "saas-viewer", "tenant-acme"])
        #expect(api.requests.count <= 40)
    }

    @Test func theForeignContentOfALeavingNamespaceIsRead() async throws {
        let api = FakeAPI()
        api.add(Desired.namespace)
        api.add(Desired.configMap)
        var claim = Desired.manifest("v1", "PersistentVolumeClaim", "data")
        claim["metadata"]?["labels"] = nil
        api.add(claim)
        api.setRule(Discovery.rule)
        let tenant = Desired.tenant("acme", state: .absent)
        let remembered = PlanInventory(
            commit: "3f2a91c",
            tenants: ["acme": InventoryTenant(objects: [id: InventoryObject(apiVersion: "v1", uid: "", digest: "")])])
        let live = try known(
            await api.cluster.observe(ObservationScope(Desired.state([], tenants: [tenant]), remembered)))
        #expect(live.foreign.keys.map(\.name) == ["data"])
        #expect(live.objects[id] != nil)
    }

    @Test func aKindThatTheServerDoesNotHaveHasNoObjects() async throws {
        let api = FakeAPI { request in
            request.url.contains("/apis/postgresql.cnpg.io/")
                ? .success(
                    HTTPResponse(
                        status: 404, headers: [("Content-Type", "text/plain")], body: Array("404 page not found\n".utf8)
                    ))
                : nil
        }
        api.add(Desired.namespace)
        let custom = Desired.object(Desired.manifest("postgresql.cnpg.io/v1", "Cluster", "postgres"))
        let live = try known(await api.cluster.observe(ObservationScope(Desired.state([custom]), Desired.inventory)))
        #expect(live.objects.keys.map(\.kind) == ["Namespace"])
    }

    @Test func findsCustomKindsByDiscovery() async throws {
        let api = FakeAPI { request in
            switch FakeAPI.path(request) {
            case "/apis/postgresql.cnpg.io/v1":
                return .success(
                    FakeAPI.json([
                        "kind": "APIResourceList",
                        "resources": [
                            ["name": "clusters", "kind": "Cluster", "namespaced": true, "verbs": ["list"]],
                            ["name": "clusters/status", "kind": "Cluster", "namespaced": true, "verbs": ["get"]],
                        ],
                    ]))
            case "/apis/postgresql.cnpg.io/v1/clusters":
                return .success(
                    FakeAPI.json([
                        "kind": "ClusterList",
                        "items": [["metadata": ["name": "postgres", "namespace": "tenant-acme"]]],
                    ]))
            default: return nil
            }
        }
        let custom = Desired.object(Desired.manifest("postgresql.cnpg.io/v1", "Cluster", "postgres"))
        let live = try known(await api.cluster.observe(ObservationScope(Desired.state([custom]), Desired.inventory)))
        #expect(live.objects.keys.map(\.description) == ["Cluster tenant-acme/postgres"])
    }

    @Test func aListThatExpiresBeginsAnew() async throws {
        let expired = Mutex(0)
        let api = FakeAPI { request in
            guard FakeAPI.query(request)["continue"] != nil else { return nil }
            let isFirst = expired.withLock { count in
                count += 1
                return count == 1
            }
            return isFirst
                ? .success(FakeAPI.refusal(410, "Expired", "The provided continue parameter is too old")) : nil
        }
        for number in 0..<700 { api.add(Desired.manifest("v1", "ConfigMap", "c\(number)")) }
        let wanted = Desired.object(Desired.manifest("v1", "ConfigMap", "c0"))
        let live = try known(await api.cluster.observe(ObservationScope(Desired.state([wanted]), Desired.inventory)))
        #expect(live.objects.count == 700)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let id: String
        let answer: Result<HTTPResponse, HTTPError>
        /// Only further pages are bad.
        var page = 1
        let reason: String
        var testDescription: String { id }
    }

    private static func text(_ status: Int, _ type: String, _ body: String, _ headers: [(String, String)] = [])
        -> Result<
            HTTPResponse, HTTPError
        >
    {
        .success(HTTPResponse(status: status, headers: [("Content-Type", type)] + headers, body: Array(body.utf8)))
    }

    private static let asAPI =
        "is the server of cluster 'c' in config a Kubernetes API server, with no proxy or login page before it?"

    @Test(arguments: [
        Bad(
            id: "HTML with 200", answer: text(200, "text/html", "<html>Log in</html>"),
            reason: "cannot list configmaps on @: it answered 'text/html' instead of JSON (200); \(asAPI)"),
        Bad(
            id: "HTML with 404", answer: text(404, "text/html", "<html>Not found</html>"),
            reason: "cannot list configmaps on @: it answered 'text/html' instead of JSON (404); \(asAPI)"),
        Bad(
            id: "no content type", answer: .success(HTTPResponse(status: 200, body: Array("{}".utf8))),
            reason: "cannot list configmaps on @: it answered no content type instead of JSON (200); \(asAPI)"),
        Bad(
            id: "another object", answer: text(200, "application/json", #"{"kind":"Status"}"#),
            reason: "cannot list configmaps on @: it answered Status instead of ConfigMapList; \(asAPI)"),
        Bad(
            id: "a list without items", answer: text(200, "application/json", #"{"kind":"ConfigMapList"}"#),
            reason: "cannot list configmaps on @: it answered ConfigMapList instead of ConfigMapList; \(asAPI)"),
        Bad(
            id: "a redirect", answer: text(302, "text/html", "", [("Location", "https://login.example/?next=secret")]),
            reason: "cannot list configmaps on @: it answered with a redirect to https://login.example (302); \(asAPI)"),
        Bad(
            id: "cut JSON", answer: text(200, "application/json", #"{"kind":"ConfigMapList","items":[{"#),
            reason: "cannot list configmaps on @: it answered broken JSON (200): "),
        Bad(
            id: "an empty list beside a positive count",
            answer: text(
                200, "application/json", #"{"kind":"ConfigMapList","metadata":{"remainingItemCount":7},"items":[]}"#),
            reason: "cannot list configmaps on @: its list ends 7 objects too early; try again"),
        Bad(
            id: "401", answer: .success(FakeAPI.refusal(401, "Unauthorized", "Unauthorized")),
            reason:
                "cannot list configmaps on @: the server does not accept our credentials (401); check user 'u' in config"
        ),
        Bad(
            id: "403",
            answer: .success(
                FakeAPI.refusal(
                    403, "Forbidden", "configmaps is forbidden: User \"p\" cannot list resource \"configmaps\"")),
            reason:
                "cannot list configmaps on @: configmaps is forbidden: User \"p\" cannot list resource \"configmaps\" (403); "
                + "give user 'u' in config a role that allows it"),
        Bad(
            id: "404 of the core", answer: .success(FakeAPI.refusal(404, "NotFound", "not found")),
            reason: "cannot list configmaps on @: not found (404)"),
        Bad(
            id: "429", answer: text(429, "text/plain; charset=utf-8", "Too many requests, please try again later.\n"),
            reason: "cannot list configmaps on @: the server is overloaded (429); try again later"),
        Bad(
            id: "500 on page 2", answer: .success(FakeAPI.refusal(500, "InternalError", "etcd is away")), page: 2,
            reason: "cannot list configmaps on @: etcd is away (500)"),
        Bad(
            id: "410 on page 2, always", answer: .success(FakeAPI.refusal(410, "Expired", "too old")), page: 2,
            reason: "cannot list configmaps on @: the server forgot what it was reading from meanwhile (410); try again"
        ),
        Bad(
            id: "404 on page 2", answer: .success(FakeAPI.refusal(404, "NotFound", "not found")), page: 2,
            reason: "cannot list configmaps on @: not found (404)"),
        Bad(
            id: "refused",
            answer: .failure(
                HTTPError(.unreachable, origin: FakeAPI.base, "cannot reach \(FakeAPI.base): connection refused")),
            reason:
                "cannot reach @: connection refused; check that it runs and that the server of cluster 'c' in config is right"
        ),
        Bad(
            id: "silence",
            answer: .failure(HTTPError(.timeout, origin: FakeAPI.base, "no answer from \(FakeAPI.base) within 60 s")),
            page: 2, reason: "no answer from @ within 60 s; try again"),
        Bad(
            id: "wrong authority",
            answer: .failure(
                HTTPError(.tls, origin: FakeAPI.base, "cannot trust \(FakeAPI.base): its certificate has expired")),
            reason: "cannot trust @: its certificate has expired; check the certificates of cluster 'c' in config"),
    ])
    func anUnreadableListMakesTheClusterUnknown(_ bad: Bad) async {
        let api = FakeAPI { request in
            guard FakeAPI.path(request) == "/api/v1/configmaps" else { return nil }
            return (FakeAPI.query(request)["continue"] == nil ? 1 : 2) == bad.page ? bad.answer : nil
        }
        api.add(Desired.namespace)
        for number in 0..<(bad.page == 1 ? 1 : 501) { api.add(Desired.manifest("v1", "ConfigMap", "c\(number)")) }
        let objects = [Desired.configMap, Desired.deployment].map { Desired.object($0) }
        let observed = await api.cluster.observe(ObservationScope(Desired.state(objects), Desired.inventory))
        #expect(reason(observed).hasPrefix(bad.reason.replacing("@", with: FakeAPI.base)))
    }

    @Test func aKindLookedAtOnTheSideMayBeHidden() async throws {
        let api = FakeAPI { request in
            if FakeAPI.path(request).hasSuffix("/clusterroles") {
                return .success(FakeAPI.refusal(403, "Forbidden", "User \"p\" cannot list resource \"clusterroles\""))
            }
            return Discovery.rule(request)
        }
        api.add(Desired.namespace)
        _ = try known(await api.cluster.observe(ObservationScope(Desired.state([]), PlanInventory())))
        let role = Desired.manifest("rbac.authorization.k8s.io/v1", "ClusterRole", "viewer", namespace: nil)
        let observed = await api.cluster.observe(
            ObservationScope(Desired.state([Desired.object(role)]), PlanInventory()))
        #expect(reason(observed).contains("cannot list clusterroles.rbac.authorization.k8s.io on"))
    }
}
