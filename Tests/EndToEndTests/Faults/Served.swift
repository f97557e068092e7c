import Foundation
import TestSupport

/// A fleet whose `origin` is a bare repository with a hook.
struct Served {
    let fleet: FleetRepository
    let world: World
    private let origin: URL

    init(hook: String) async throws {
        let sandbox = try SandboxServer()
        fleet = try await FleetRepository(SmallFleet.files, sandbox: sandbox)
        world = try World(sandbox)
        origin = fleet.folder.url.appending(path: "origin.git")
        try await fleet.git("clone", "--quiet", "--bare", ".", origin.path)
        try await fleet.git("remote", "add", "origin", origin.path)
        try Data("#!/bin/sh\n\(hook)\n".utf8).write(to: self.hook)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: self.hook.path)
    }

    private var hook: URL { origin.appending(path: "hooks/pre-receive") }

    func removeHook() throws { try FileManager.default.removeItem(at: hook) }

    /// Git's answer in the bare repository.
    func git(_ arguments: String...) async throws -> String {
        let run = try await Command.run("git", ["--git-dir", origin.path] + arguments, environment: ["HOME": "/"])
        return run.text.trimmingCharacters(in: .newlines)
    }
}
