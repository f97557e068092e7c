import Foundation
import TestSupport
import Testing

@Suite struct GitSettingsTests {
    @Test("R9: settings of the user, the machine and the environment change nothing and run nothing")
    func settingsAreIgnored() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        let home = fleet.folder.url.appending(path: "hostile")
        let ran = home.appending(path: "ran")
        let touch = "touch \(ran.path)"
        let settings = """
            [url "file:///nonexistent/"]
              insteadOf = file://
              insteadOf = /
            [http]
              proxy = http://127.0.0.1:9
              sslVerify = false
            [core]
              sshCommand = \(touch)
              fsmonitor = \(touch)
              hooksPath = \(home.path)
              autocrlf = true
              excludesFile = \(home.path)/excludes
            [credential]
              helper = !\(touch)
            [filter "x"]
              smudge = \(touch)
              clean = \(touch)
            [include]
              path = /nonexistent
            """
        for path in [".gitconfig", ".config/git/config"] {
            let file = home.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(settings.utf8).write(to: file)
        }
        try Data("*\n".utf8).write(to: home.appending(path: "excludes"))
        let hostile = [
            "HOME": home.path, "XDG_CONFIG_HOME": home.appending(path: ".config").path,
            "GIT_CONFIG_GLOBAL": home.appending(path: ".gitconfig").path,
            "GIT_CONFIG_SYSTEM": home.appending(path: ".gitconfig").path, "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.sshCommand", "GIT_CONFIG_VALUE_0": touch, "GIT_DIR": "/nonexistent",
            "GIT_WORK_TREE": "/", "GIT_INDEX_FILE": "/nonexistent", "GIT_OBJECT_DIRECTORY": "/nonexistent",
            "GIT_SSH_COMMAND": touch, "GIT_ASKPASS": touch, "GIT_CEILING_DIRECTORIES": fleet.root.path,
        ]
        let plain = try await fleet.succeed("render")
        for arguments in [
            ["render"], ["render", "--ref", "main"],
            ["render", "--repo", "file://\(fleet.root.path)", "--ref", "main"],
        ] {
            let run = try await Products.reconcile(
                arguments, in: fleet.root, environment: fleet.environment.merging(hostile) { _, given in given })
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            #expect(run.text == plain.text)
        }
        #expect(!FileManager.default.fileExists(atPath: ran.path))
    }

    @Test("C8: what policy alone refuses ends with 4, a mistake with 3")
    func exitCodes() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        try fleet.write("email,role\nada@acme.example,/admins\n", to: "users/acme.csv")
        #expect(try await fleet.reconcile("validate").status == 4)
        #expect(try await fleet.reconcile("plan").status == 4)
        try fleet.write("email,role\nada@acme.example,/admins\nbob@acme.example,nobody\n", to: "users/acme.csv")
        #expect(try await fleet.reconcile("validate").status == 3)
    }
}
