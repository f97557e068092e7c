import Formats
import Foundation
import TestSupport
import Testing

/// The roles of `examples/kubernetes`, on a server that checks rights, with a kubeconfig whose user is a program.
@Suite struct RightsTests {
    @Test func theRolesOfTheExamplesAreEnoughAndNotTooMuch() async throws {
        let fleet = try await ProxiedFleet()
        let (repository, world) = (fleet.repository, try World(fleet.sandbox))
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for name in ["plan", "apply"] { try await Self.create("examples/kubernetes/\(name).yaml", in: world) }
        // The CronJobs run as these accounts; the server takes them as they are.
        try await Self.create("examples/ci/kubernetes/cronjob.yaml", in: world)
        let (plan, apply) = (
            try await Self.kubeconfig("reconcile-plan", fleet, world, folder),
            try await Self.kubeconfig("reconcile-apply", fleet, world, folder)
        )

        let empty = try await repository.reconcile("plan", "--detailed-exitcode", with: ["KUBECONFIG": plan])
        #expect(empty.status == 2, "\(empty.text)\(empty.errors)")
        let cannot = try await repository.reconcile("doctor", with: ["KUBECONFIG": plan])
        #expect(cannot.status == 7, "\(cannot.text)")
        #expect(cannot.text.contains(#/ok +rights to plan +all \d+ allowed/#), "\(cannot.text)")
        #expect(
            cannot.text.contains(#/failed +rights to apply +missing: create, patch, delete configmaps; /#),
            "\(cannot.text)")
        #expect(cannot.text.hasSuffix("An apply would not get through: 1 failed.\n"), "\(cannot.text)")
        let refused = try await repository.reconcile("apply", "--yes", with: ["KUBECONFIG": plan])
        #expect(refused.status == 7 || refused.status == 5, "\(refused.text)\(refused.errors)")
        let can = try await repository.succeed("doctor", with: ["KUBECONFIG": apply])
        #expect(can.text.hasSuffix("An apply would get through.\n"), "\(can.text)")
        try await repository.succeed("apply", "--yes", with: ["KUBECONFIG": apply])
        let second = try await repository.succeed("apply", "--yes", with: ["KUBECONFIG": apply])
        #expect(second.text.hasPrefix("No changes."), "\(second.text)")
        try await fleet.change()
        try await repository.commit("Change")
        try await repository.succeed("apply", "--yes", with: ["KUBECONFIG": apply])
        let after = try await repository.succeed("plan", "--detailed-exitcode", with: ["KUBECONFIG": plan])
        #expect(after.text.hasPrefix("No changes."), "\(after.text)")
    }

    /// Each document of the file by POST; a namespace may be there.
    private static func create(_ file: String, in world: World) async throws {
        let bytes = try Data(contentsOf: Fixture.root.appending(path: file))
        for text in String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n---\n") {
            let document = try #require(YAML.parse(Array(text.utf8), file: file).document).json
            let namespace = document[path: "metadata", "namespace"]?.string
            let version = document["apiVersion"]?.string ?? ""
            let root = version == "v1" ? "/api/v1" : "/apis/\(version)"
            let plural = "\(document["kind"]?.string?.lowercased() ?? "")s"
            let place = namespace.map { "/namespaces/\($0)" } ?? ""
            try await world.cluster("POST", "\(root)\(place)/\(plural)?fieldValidation=Strict", document.text)
        }
    }

    /// A kubeconfig for the account, whose token a program prints.
    private static func kubeconfig(
        _ account: String, _ fleet: ProxiedFleet, _ world: World, _ folder: TemporaryFolder
    ) async throws -> String {
        let answer = try await world.cluster(
            "POST", "/api/v1/namespaces/reconcile-system/serviceaccounts/\(account)/token",
            #"{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}"#)
        let token = try #require(answer[path: "status", "token"]?.string)
        let behind = try SandboxCluster(fleet.sandbox)
        let plain = behind.kubeconfig(server: behind.url, authority: behind.authority, token: "TOKEN")
        let credential: JSON = [
            "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
            "status": ["token": .string(token)],
        ]
        try credential.text.write(toFile: folder.file("\(account).json"), atomically: true, encoding: .utf8)
        let exec: JSON = [
            "exec": [
                "apiVersion": "client.authentication.k8s.io/v1", "command": "cat",
                "args": [.string(folder.file("\(account).json"))], "interactiveMode": "Never",
            ]
        ]
        var config = try #require(YAML.parse(Array(plain.utf8), file: "kubeconfig").document).json
        var user = config["users"]?.array?.first ?? [:]
        user["user"] = exec
        config["users"] = [user]
        let path = folder.file(account)
        try config.text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
