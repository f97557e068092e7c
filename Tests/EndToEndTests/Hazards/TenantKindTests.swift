import Formats
import Foundation
import HTTP
import TestSupport
import Testing

/// Which kinds a tenant's blueprint may make, asked of everything that a server lists: a kind that is new is refused.
@Suite struct TenantKindTests {
    private static let allowed: Set<String> = [
        "v1 ConfigMap", "v1 LimitRange", "v1 PersistentVolumeClaim", "v1 ResourceQuota", "v1 Secret", "v1 Service",
        "v1 ServiceAccount", "apps/v1 Deployment", "apps/v1 StatefulSet", "autoscaling/v1 HorizontalPodAutoscaler",
        "autoscaling/v2 HorizontalPodAutoscaler", "batch/v1 CronJob", "batch/v1 Job", "networking.k8s.io/v1 Ingress",
        "networking.k8s.io/v1 NetworkPolicy", "policy/v1 PodDisruptionBudget", "rbac.authorization.k8s.io/v1 Role",
        "rbac.authorization.k8s.io/v1 RoleBinding",
        // The tenant's own alone: which it is, is looked at apart.
        "v1 Namespace",
    ]

    private static let definition: JSON = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "widgets.shop.example"],
        "spec": [
            "group": "shop.example", "scope": "Namespaced",
            "names": ["plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"],
            "versions": [
                ["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": ["type": "object"]]]
            ],
        ],
    ]

    @Test("P1: of all kinds that the server lists only those for tenants pass, by their own names alone")
    func onlyListedKindsPass() async throws {
        let names = try await Self.discovered()
        #expect(
            names.count > 150 && names.contains("shop.example/v1 Widget") && names.contains("v1 pods"), "\(names.count)"
        )
        #expect(names.isSuperset(of: Self.allowed))
        var files = SmallFleet.files
        let sorted = names.sorted()
        func path(_ index: Int) -> String { "blueprints/app/1.0.0/manifests/k\(index).yaml" }
        for (index, name) in sorted.enumerated() {
            let parts = name.split(separator: " ")
            files[path(index)] = "apiVersion: \(parts[0])\nkind: \(parts[1])\nmetadata: {name: a}\n"
        }
        let fleet = try await FleetRepository(files)
        let run = try await fleet.reconcile("validate", "--output", "json")
        #expect(run.status != 0)
        var refused: Set<String> = []
        for finding in try JSON.parse(run.output)["diagnostics"]?.array ?? [] {
            // Not allowed in a tenant, or no kind at all.
            guard let code = finding["code"]?.string, ["RCN3101", "RCN1074"].contains(code) else { continue }
            refused.insert(finding[path: "place", "file"]?.string ?? "")
        }
        let passed = sorted.indices.filter { !refused.contains(path($0)) }.map { sorted[$0] }
        #expect(Set(passed) == Self.allowed)
    }

    @Test("P1: a kind that is refused ends with 4 at its place, and says what could allow it")
    func saysWhatCouldAllowIt() async throws {
        for (kind, words) in [
            ("v1\nkind: Pod", "kind Pod of 'v1' is not allowed in a tenant"),
            ("apps/v1\nkind: DaemonSet", "kind DaemonSet of 'apps/v1' is not allowed in a tenant"),
            ("shop.example/v1\nkind: Widget", "policy.tenantKinds in reconcile.yaml can allow 'shop.example/Widget'"),
            ("rbac.authorization.k8s.io/v1\nkind: ClusterRole", "ClusterRole belongs to the cluster"),
        ] {
            var files = SmallFleet.files
            files["blueprints/app/1.0.0/manifests/k.yaml"] = "apiVersion: \(kind)\nmetadata: {name: a}\n"
            let run = try await FleetRepository(files).reconcile("validate")
            #expect(run.errors.contains("blueprints/app/1.0.0/manifests/k.yaml:2:7: error: "), "\(run.errors)")
            #expect(run.errors.contains(words), "\(run.errors)")
            #expect(run.status == 4, "\(run.errors)")
        }
    }

    /// `apps/v1 Deployment`, `autoscaling/v1 Scale` of a subresource, `apps/v1 deployments` and `apps/v1 deployment`.
    private static func discovered() async throws -> Set<String> {
        let sandbox = try SandboxServer()
        let cluster = try SandboxCluster(sandbox)
        let client = try HTTPClient(try cluster.configuration)
        func ask(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> JSON {
            let answer = try await client.send(
                HTTPRequest(
                    method, cluster.url + path, headers: [("Content-Type", "application/json")], body: body?.encoded()))
            return try JSON.parse(answer.body)
        }
        _ = try await ask(.post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        var groups = ["v1"]
        for _ in 0..<100 where !groups.contains("shop.example/v1") {
            let list = try await ask(.get, "/apis")["groups"]?.array ?? []
            groups =
                ["v1"]
                + list.flatMap { $0["versions"]?.array ?? [] }.compactMap { $0["groupVersion"]?.string }
            try await Task.sleep(for: .milliseconds(50))
        }
        var names: Set<String> = []
        for group in groups {
            let list = try await ask(.get, group == "v1" ? "/api/v1" : "/apis/\(group)")
            for resource in list["resources"]?.array ?? [] {
                let own = [resource["group"]?.string, resource["version"]?.string].compactMap { $0 }
                let version = own.isEmpty ? group : own.filter { !$0.isEmpty }.joined(separator: "/")
                names.insert("\(version) \(resource["kind"]?.string ?? "")")
                guard let plural = resource["name"]?.string, !plural.contains("/") else { continue }
                names.insert("\(group) \(plural)")
                if let singular = resource["singularName"]?.string, !singular.isEmpty {
                    names.insert("\(group) \(singular)")
                }
                // A version that is not served.
                names.insert(
                    "\(group.split(separator: "/").dropLast().first.map { "\($0)/" } ?? "")v0 \(resource["kind"]?.string ?? "")"
                )
            }
        }
        return names
    }
}
