import Formats
import Foundation
import Sandbox
import TestSupport
import Testing

@Suite struct SandboxServerTests {
    private func curl(_ arguments: String...) async throws -> Command {
        try await Command.run("curl", ["-sS", "--max-time", "60"] + arguments, environment: [:])
    }

    @Test func saysWhereItsServersAre() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let server = try SandboxServer(SandboxOptions(folder: folder.file("data")))
        let report = try JSON.parse(try Data(contentsOf: URL(filePath: folder.file("data/server.json"))).map { $0 })
        #expect(report == server.report)
        let (identity, password) = (report["identity"]?.string ?? "", report["password"]?.string ?? "")
        #expect(password.count == 32)
        let login = try await curl(
            "\(identity)/realms/master/protocol/openid-connect/token", "-d",
            "grant_type=password&client_id=admin-cli&username=admin&password=\(password)")
        #expect(login.text.contains("access_token"))
        let secret = try String(contentsOfFile: folder.file("data/client-secret"), encoding: .utf8)
        let service = try await curl(
            "\(identity)/realms/sandbox/protocol/openid-connect/token", "-d",
            "grant_type=client_credentials&client_id=reconcile&client_secret=\(secret)")
        #expect(service.text.contains("access_token"))
        for name in ["server.json", "kubeconfig", "client-secret", "requests.log", "journal.jsonl", "secrets.json"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("data/\(name)"))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        await server.stop()
        #expect(!FileManager.default.fileExists(atPath: folder.file("data/server.json")))
    }

    @Test func isBareWithoutControllers() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let server = try SandboxServer(SandboxOptions(folder: folder.file("data"), hasControllers: false))
        #expect(server.report["password"] == "admin")
        #expect(server.report["realm"] == nil)
        await server.stop()
        #expect(try SandboxDump.read(folder: folder.file("data"))["identity"]?.object?.keys == ["master"])
    }

    @Test func keepsItsSecretsAcrossARestart() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var passwords: Set<JSON> = []
        var dumps: Set<JSON> = []
        for _ in 0..<2 {
            let server = try SandboxServer(SandboxOptions(folder: folder.file("data")))
            passwords.insert(server.report["password"] ?? .null)
            await server.stop()
            dumps.insert(try SandboxDump.read(folder: folder.file("data"))["identity"] ?? .null)
        }
        #expect(passwords.count == 1)
        #expect(dumps.count == 1)
    }

    @Test func leavesAFolderToWhoeverServesItFirst() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let server = try SandboxServer(SandboxOptions(folder: folder.file("data")))
        let error = #expect(throws: JournalError.self) {
            try SandboxServer(SandboxOptions(folder: folder.file("data")))
        }
        #expect(error?.cause == .inUse)
        #expect(SandboxFolder(folder.file("data")).running == server.report)
        await server.stop()
    }

    @Test func noticesThatItsFolderIsGone() async throws {
        let folder = try TemporaryFolder()
        let server = try SandboxServer(SandboxOptions(folder: folder.file("data")))
        #expect(server.hasFolder)
        folder.remove()
        #expect(!server.hasFolder)
        await server.stop()
    }

    @Test func logsRequestsWithoutWhatTheyCarry() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let server = try SandboxServer(SandboxOptions(folder: folder.file("data")))
        let identity = server.report["identity"]?.string ?? ""
        _ = try await curl(
            "-H", "Authorization: Bearer canary-1", "-d", "canary-2",
            "\(identity)/admin/realms/x/users?q=canary-3&max=1")
        _ = try await curl("-k", "\(server.report["kubernetes"]?.string ?? "")/version")
        await server.stop()
        let log = try String(contentsOfFile: folder.file("data/requests.log"), encoding: .utf8)
        let lines = log.split(separator: "\n")
        #expect(lines.contains("identity POST /admin/realms/x/users?q&max 401"))
        #expect(lines.contains { $0.hasPrefix("kubernetes GET /version ") })
        #expect(!log.contains("canary"))
    }
}
