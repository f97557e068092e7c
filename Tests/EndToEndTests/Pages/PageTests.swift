import Foundation
import TestSupport
import Testing

/// The pages of the documentation that tell how it is done from beginning to end: every command is run, against real Git servers.
@Suite(.enabled(if: GitServer.isThere)) struct PageTests {
    /// A Git server with an empty repository, a sandbox, and a folder for people to work in.
    private struct Surroundings {
        let sandbox: SandboxServer
        let folder: TemporaryFolder
        let server: GitServer

        init() async throws {
            sandbox = try SandboxServer()
            folder = try TemporaryFolder()
            let url = folder.url
            _ = try await Command.run(
                "git", ["init", "--quiet", "--bare", "--initial-branch", "main", "fleet.git"], in: url)
            _ = try await Command.run("git", ["-C", "fleet.git", "config", "http.receivepack", "true"], in: url)
            try FileManager.default.createDirectory(atPath: folder.file("work"), withIntermediateDirectories: true)
            server = try GitServer(url.path)
        }

        var url: String { server.url("fleet.git") }

        var environment: [String: String] {
            let login = Data("alice:\(GitServer.token)".utf8).base64EncodedString()
            let tools = [Products.folder.path, Fixture.root.appending(path: ".venv/bin").path]
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            return [
                "PATH": (tools + [path]).joined(separator: ":"), "HOME": folder.url.path, "LANG": "C.UTF-8",
                "FLEET_URL": url, "SSL_CERT_FILE": server.path("authority.pem"),
                "RECONCILE_GIT_USERNAME": "alice", "RECONCILE_GIT_TOKEN": GitServer.token,
                "RECONCILE_SANDBOX_DATA": sandbox.dataFolder, "XDG_CACHE_HOME": folder.file("cache"),
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "3",
                "GIT_CONFIG_KEY_0": "http.sslCAInfo", "GIT_CONFIG_VALUE_0": server.path("authority.pem"),
                "GIT_CONFIG_KEY_1": "http.extraHeader", "GIT_CONFIG_VALUE_1": "Authorization: Basic \(login)",
                "GIT_CONFIG_KEY_2": "advice.detachedHead", "GIT_CONFIG_VALUE_2": "false",
                "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Ada",
                "GIT_COMMITTER_EMAIL": "ada@example.com",
            ]
        }

        func check(_ page: ExecutedPage) async throws {
            try await page.check(in: URL(filePath: folder.file("work")), environment: environment, mask: masked)
        }

        /// What is another in every run.
        private func masked(_ text: String) -> String {
            text.replacingOccurrences(of: "https://127.0.0.1:\(server.webPort)/private", with: "https://git.example")
                .replacingOccurrences(of: "127.0.0.1:\(server.webPort)", with: "git.example")
                .replacingOccurrences(of: folder.file("work"), with: "/home/ada")
                .replacing(/\b[0-9a-f]{40}\b/.wordBoundaryKind(.simple), with: "<commit>")
                .replacing(/\b[0-9a-f]{32}\b/.wordBoundaryKind(.simple), with: "<digest>")
                .replacing(
                    /\b(?=[0-9a-f]*[0-9])([0-9a-f]{16}|[0-9a-f]{12})\b/.wordBoundaryKind(.simple), with: "<digest>"
                )
                .replacing(/\b(?=[0-9a-f]*[0-9])[0-9a-f]{7}\b/.wordBoundaryKind(.simple), with: "<commit>")
                .replacing(/, (just now|\d+ s ago|\d+ min ago)/, with: ", just now")
                .replacing(/\b20\d\d-\d\d-\d\d(T[0-9:]+Z)?/, with: "<date>")
        }
    }

    @Test func theTutorialIsTenCommandsAndTrue() async throws {
        let page = try ExecutedPage("docs/tutorial.md")
        #expect(page.commandCount <= 10)
        try await Surroundings().check(page)
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: Fixture.root.appending(path: ".venv/bin/kubectl").path)))
    func theStoryIsTrue() async throws {
        try await Surroundings().check(try ExecutedPage("docs/story.md"))
    }
}
