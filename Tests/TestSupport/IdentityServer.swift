import Foundation
public import Testing

/// A server that the identity suite runs against: the sandbox always, the real Keycloak where `KEYCLOAK_URL` names one.
public struct IdentityServer: Sendable, CustomTestStringConvertible {
    /// `sandbox` or `keycloak`.
    public let name: String
    /// Without a final slash.
    public let url: String
    /// Of realm `master`.
    public let administrator: String
    /// The administrator's.
    public let password: String

    /// Shown as the test's argument.
    public var testDescription: String { name }

    /// All servers that are there; the sandbox is started once for all tests.
    public static let all: [IdentityServer] = {
        var servers: [IdentityServer] = []
        if let sandbox {
            servers.append(
                IdentityServer(name: "sandbox", url: sandbox["identity"], administrator: "admin", password: "admin"))
        }
        let variables = ProcessInfo.processInfo.environment
        if let url = variables["KEYCLOAK_URL"], !url.isEmpty {
            servers.append(
                IdentityServer(
                    name: "keycloak", url: url, administrator: variables["KEYCLOAK_ADMIN"] ?? "admin",
                    password: variables["KEYCLOAK_ADMIN_PASSWORD"] ?? "admin"))
        }
        return servers
    }()

    /// A sandbox of a test's own.
    public init(_ sandbox: SandboxServer) {
        self.init(
            name: "sandbox", url: sandbox["identity"], administrator: sandbox["user"], password: sandbox["password"])
    }

    private init(name: String, url: String, administrator: String, password: String) {
        self.name = name
        self.url = url
        self.administrator = administrator
        self.password = password
    }

    /// One for all tests of the process, which ends it.
    private static let sandbox: SandboxServer? = {
        let server = try? SandboxServer(["--controllers", "off"])
        atexit { IdentityServer.sandbox?.end() }
        return server
    }()

    /// Makes a realm and our client in it exactly as `docs/keycloak.md` says, by running that page.
    /// - Returns: the client's secret.
    public func setUp(realm: String, roles: [String] = [], skipping headings: [String] = []) async throws -> String {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let script = "set -euo pipefail\n" + (try Page.commands(of: "docs/keycloak.md", skipping: headings))
        let secret = folder.file("secret")
        let run = try await Command.run(
            "bash", ["-c", script],
            environment: [
                "KEYCLOAK_URL": url, "REALM": realm, "KEYCLOAK_ADMIN": administrator,
                "KEYCLOAK_ADMIN_PASSWORD": password,
                "SECRET_FILE": secret, "REALM_ROLES": roles.joined(separator: " "),
            ])
        guard run.status == 0 else { throw Page.Failed(description: "docs/keycloak.md on \(name): \(run.errors)") }
        return try String(contentsOfFile: secret, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// A page of the documentation whose commands are run.
public enum Page {
    /// The commands did not work.
    public struct Failed: Error, CustomStringConvertible {
        /// What they printed.
        public let description: String

        /// Says what did not work.
        public init(description: String) {
            self.description = description
        }
    }

    /// The text of all blocks that begin with ```sh, those below the named headings left out.
    public static func commands(of path: String, skipping headings: [String] = []) throws -> String {
        let text = try String(contentsOf: Fixture.root.appending(path: path), encoding: .utf8)
        var commands: [Substring] = []
        var heading = ""
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            if line.hasPrefix("```") {
                isInside = line == "```sh"
            } else if isInside, !headings.contains(where: heading.contains) {
                commands.append(line)
            }
        }
        return commands.joined(separator: "\n") + "\n"
    }
}
