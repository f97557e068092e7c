import Formats
import Foundation
import TestSupport
import Testing

/// Those who have a cluster and a realm already: `export`, `validate`, `plan`, `adopt`, and nothing has changed.
@Suite struct ExportTests {
    private static let secret = "hunter2-of-the-live-system"

    /// What somebody has made in a namespace, with all that a cluster adds to it.
    private static func objects(_ namespace: String) -> [(path: String, body: String)] {
        let inner = "namespaces/\(namespace)"
        return [
            (
                "/api/v1/\(inner)",
                #"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "\#(namespace)", "labels": {"team": "blue"}}}"#
            ),
            (
                "/api/v1/\(inner)/configmaps/settings",
                #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"home": "${HOME}", "#
                    + #""price": "$${x}", "accented": "${\u0301x}", "on": "yes"}}"#
            ),
            (
                "/api/v1/\(inner)/secrets/credentials",
                #"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "credentials"}, "stringData": {"key": "\#(secret)"}}"#
            ),
            (
                "/api/v1/\(inner)/services/web",
                #"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"type": "NodePort", "#
                    + #""selector": {"app": "web"}, "ports": [{"port": 80, "protocol": "TCP"}]}}"#
            ),
            (
                "/apis/apps/v1/\(inner)/deployments/web",
                #"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 1, "#
                    + #""selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}, "#
                    + #""spec": {"hostNetwork": false, "containers": [{"name": "web", "image": "nginx:1.29.3", "#
                    + #""ports": [{"containerPort": 80, "protocol": "TCP"}], "envFrom": [{"secretRef": {"name": "credentials"}}], "#
                    + #""resources": {"limits": {"cpu": "1000m"}}}]}}}}"#
            ),
            (
                "/apis/batch/v1/\(inner)/cronjobs/host",
                #"{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "host"}, "spec": {"schedule": "0 3 * * *", "#
                    + #""jobTemplate": {"spec": {"template": {"spec": {"hostNetwork": true, "restartPolicy": "Never", "#
                    + #""containers": [{"name": "a", "image": "busybox:1"}]}}}}}}"#
            ),
        ]
    }

    private func world() async throws -> (FleetRepository, World) {
        let sandbox = try SandboxServer()
        let world = try World(sandbox)
        for namespace in ["tenant-initech", "tenant-umbrella"] {
            for object in Self.objects(namespace) {
                try await world.cluster(
                    "PATCH", "\(object.path)?fieldManager=kubectl", object.body, type: "application/apply-patch+yaml")
            }
        }
        try await world.realm(.post, "/roles", ["name": "app-operator"])
        try await world.realm(.post, "/groups", ["name": "initech"])
        let group = try await group("initech", world)
        try await world.realm(.post, "/groups/\(group)/children", ["name": "operator"])
        try await world.realm(.post, "/groups/\(group)/children", ["name": "Über uns"])
        let operators = try await world.realm(.get, "/groups/\(group)/children?search=operator").array?.first
        let role = try await world.realm(.get, "/roles/app-operator")
        let id = try #require(operators?["id"]?.string)
        try await world.realm(.post, "/groups/\(id)/role-mappings/realm", [role])
        for (name, enabled) in [("bill@initech.example", true), ("milton@initech.example", false)] {
            try await world.realm(
                .post, "/users",
                [
                    "username": .string(name), "email": .string(name), "firstName": "B", "lastName": "L",
                    "enabled": .bool(enabled), "groups": ["/initech/operator"],
                ])
        }
        try await world.realm(
            .post, "/users", ["username": "robot", "enabled": true, "groups": ["/initech/operator"]])
        return (try await FleetRepository(SmallFleet.files, sandbox: sandbox), world)
    }

    private func group(_ name: String, _ world: World) async throws -> String {
        let found = try await world.realm(.get, "/groups?search=\(name)").array?.first
        return try #require(found?["id"]?.string)
    }

    @Test func whatIsThereBecomesAFleetThatChangesNothing() async throws {
        let (fleet, world) = try await world()
        let folder = fleet.folder.file("exported")
        let before = try world.writes().count
        let run = try await fleet.succeed("export", "--to", folder)
        #expect(try world.writes().count == before)
        let again = try await fleet.reconcile("export", "--to", folder)
        #expect(again.status == 3, "\(again.text)")
        #expect(again.errors.contains("is not empty"), "\(again.errors)")

        var texts: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where !path.hasPrefix(".git") {
            texts[path] = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
        }
        #expect(!texts.values.contains { $0.contains(Self.secret) })
        #expect(
            texts["users/initech.csv"]
                == "email,role,given_name,family_name,active\nbill@initech.example,operator,B,L,true\n"
                + "milton@initech.example,operator,B,L,false\n")
        let shown = [
            "blueprints/app/1.0.0/blueprint.yaml", "blueprints/app/1.0.0/manifests/configmap-settings.yaml",
            "blueprints/app/1.0.0/manifests/deployment-web.yaml", "blueprints/app/1.0.0/manifests/namespace.yaml",
            "blueprints/app/1.0.0/manifests/service-web.yaml", "roles/operator.yaml", "tenants/umbrella.yaml",
        ]
        let printed = run.text.replacing(fleet.folder.url.path, with: "FOLDER")
        try Golden.check(
            ([printed] + shown.map { "\n==> \($0)\n\(texts[$0] ?? "")" }).joined(), "golden/export.txt")
        try await fleet.succeed("validate", "--repo", folder)
        for arguments in [["add", "--all"], ["commit", "--quiet", "--message", "Export"]] {
            let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-C", folder]
            #expect(try await Command.run("git", identity + arguments).status == 0)
        }
        try await adoptAll(fleet, folder)
        #expect(try await fleet.reconcile("plan", "--repo", folder, "--detailed-exitcode").status == 0)
    }

    /// Adopting changes marks alone; what is made besides is the group of the tenant that has none. A group's subgroups follow it.
    private func adoptAll(_ fleet: FleetRepository, _ folder: String) async throws {
        var count = 0
        for _ in 0..<3 {
            let plan = try JSON.parse(try await fleet.reconcile("plan", "--repo", folder, "--output", "json").output)
            let blocked = (plan["changes"]?.array ?? []).filter { $0["actions"] == ["blocked"] }
            guard !blocked.isEmpty else { break }
            count += blocked.count
            let wishes = blocked.compactMap { $0["address"]?.string }.flatMap { ["--adopt", $0] }
            let words = ["plan", "--repo", folder, "--output", "json"] + wishes
            let adopting = try JSON.parse(
                try await Products.reconcile(words, in: fleet.root, environment: fleet.environment).output)
            for change in adopting["changes"]?.array ?? [] {
                let fields = (change["fields"]?.array ?? []).compactMap { $0["path"]?.string }
                let isMarks = fields.allSatisfy { $0.hasPrefix("metadata.labels") || $0.hasPrefix("reconcile.") }
                let isOfGroup = change["address"]?.string == "idp/sandbox/groups/umbrella"
                #expect(isMarks || isOfGroup, "\(change.text)")
            }
            let apply = ["apply", "--yes", "--repo", folder] + wishes
            _ = try await Products.reconcile(apply, in: fleet.root, environment: fleet.environment)
        }
        #expect(count >= 10)
    }

    @Test func nothingIsWrittenWhereThereIsNothing() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        let folder = fleet.folder.file("exported")
        let run = try await fleet.reconcile("export", "--to", folder)
        #expect(run.status == 3)
        #expect(run.errors.contains("there is nothing to export"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder))
        let missing = try await fleet.reconcile("export", "--to", folder, "--namespace", "tenant-x")
        #expect(missing.status == 64)
        #expect(missing.errors.contains("the cluster has no namespace 'tenant-x'"), "\(missing.errors)")
        let other = try await fleet.reconcile("export", "--to", folder, "--namespace", "kube-system")
        #expect(other.errors.contains("namespace 'kube-system' does not begin with 'tenant-'"), "\(other.errors)")
        let group = try await fleet.reconcile("export", "--to", folder, "--realm-groups", "nobody")
        #expect(group.errors.contains("the realm has no group '/nobody'"), "\(group.errors)")
    }
}
