public import Foundation

/// A fleet repository of a test's own, with a sandbox of its own, and `reconcile` run in it as a user does.
public final class FleetRepository: Sendable {
    /// Everything of it lies here, the sandbox's data too.
    public let folder: TemporaryFolder
    /// The sandbox, or nil where the fleet's systems are elsewhere.
    public let sandbox: SandboxServer?
    /// Given to every run.
    public let environment: [String: String]

    /// The command failed.
    public struct Failed: Error, CustomStringConvertible {
        /// What it printed.
        public let description: String

        /// Says what failed.
        public init(description: String) {
            self.description = description
        }
    }

    /// Makes a repository of the files, committed on `main`.
    public init(
        _ files: [String: String], sandbox: SandboxServer? = nil, environment: [String: String] = [:]
    ) async throws {
        folder = try TemporaryFolder()
        self.sandbox = sandbox
        var variables = environment
        variables["RECONCILE_SANDBOX_DATA"] = sandbox?.dataFolder ?? folder.file("sandbox")
        variables["XDG_STATE_HOME"] = folder.file("state-home")
        self.environment = variables
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try await git("init", "--quiet", "--initial-branch", "main")
        for (path, text) in files { try write(text, to: path) }
        try await commit("Begin")
    }

    /// A copy of an example as a repository.
    public static func example(
        _ name: String, sandbox: SandboxServer? = nil, environment: [String: String] = [:]
    ) async throws -> FleetRepository {
        let source = Fixture.root.appending(path: "examples/\(name)")
        var files: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: source.path) {
            var isFolder: ObjCBool = false
            let file = source.appending(path: path)
            guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[path] = try String(contentsOf: file, encoding: .utf8)
        }
        return try await FleetRepository(files, sandbox: sandbox, environment: environment)
    }

    deinit { folder.remove() }

    /// The work tree.
    public var root: URL { folder.url.appending(path: "fleet") }

    /// Writes a file of the work tree.
    public func write(_ text: String, to path: String) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Reads a file of the work tree.
    public func read(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Replaces text in a file; fails where it is not there.
    public func replace(_ old: String, by new: String, in path: String) throws {
        let text = try read(path)
        guard text.contains(old) else { throw Failed(description: "no '\(old)' in \(path)") }
        try write(text.replacingOccurrences(of: old, with: new), to: path)
    }

    /// Takes a file away.
    public func remove(_ path: String) throws { try FileManager.default.removeItem(at: root.appending(path: path)) }

    /// Commits everything.
    public func commit(_ message: String) async throws {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--allow-empty", "--message", message)
    }

    /// Runs git in the work tree.
    /// - Returns: what it printed, without the final line break.
    @discardableResult
    public func git(_ arguments: String...) async throws -> String {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
        let run = try await Command.run(
            "git", identity + arguments, in: root,
            environment: ["HOME": folder.url.path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"])
        guard run.status == 0 else { throw Failed(description: "git \(arguments): \(run.errors)") }
        return run.text.trimmingCharacters(in: .newlines)
    }

    /// Runs `reconcile` in the work tree.
    public func reconcile(_ arguments: String..., with variables: [String: String] = [:]) async throws -> Command {
        try await Products.reconcile(
            arguments, in: root, environment: environment.merging(variables) { _, given in given })
    }

    /// Runs `reconcile` and throws what it printed unless it ended with 0.
    @discardableResult
    public func succeed(_ arguments: String..., with variables: [String: String] = [:]) async throws -> Command {
        let run = try await Products.reconcile(
            arguments, in: root, environment: environment.merging(variables) { _, given in given })
        guard run.status == 0 else {
            throw Failed(description: "reconcile \(arguments) ended with \(run.status):\n\(run.text)\n\(run.errors)")
        }
        return run
    }

    /// How many commits the state branch has.
    public func stateCommits(_ environment: String = "sandbox") async throws -> Int {
        let branch = "reconcile/state/\(environment)"
        guard (try? await git("rev-parse", "--verify", "--quiet", branch)) != nil else { return 0 }
        return Int(try await git("rev-list", "--count", branch)) ?? -1
    }
}
