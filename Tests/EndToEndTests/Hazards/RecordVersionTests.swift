import Foundation
import TestSupport
import Testing

/// Records that this program did not write, or not like that.
@Suite struct RecordVersionTests {
    private static let branch = "reconcile/state/sandbox"

    private static let damages: [(id: String, words: String, change: @Sendable (String) -> String)] = [
        (
            "newer", "the record was written by a newer reconcile (state.reconcile.dev/v9)",
            { text in
                text.replacing("state.reconcile.dev/v1", with: "state.reconcile.dev/v9")
            }
        ),
        (
            "unknown field", "unknown field 'objets' in a record",
            { $0.replacing("\nobjects:", with: "\nobjets: {}\nobjects:") }
        ),
        ("cut off", "the file is cut off", { String($0.prefix($0.count / 2)) }),
        (
            "torn by a merge", "a merge conflict was committed; resolve it on the state branch",
            { text in
                "<<<<<<< HEAD\n" + text + "=======\n" + text + ">>>>>>> other\n"
            }
        ),
        ("no YAML", "error: ", { _ in "\u{1}{{{ # end\n" }),
    ]

    /// Changes the lock of Acme on the state branch, as somebody with a text editor does.
    private func edit(_ fleet: FleetRepository, _ change: (String) -> String) async throws {
        let tree = fleet.folder.url.appending(path: "state-\(UUID().uuidString)")
        try await fleet.git("worktree", "add", "--quiet", tree.path, Self.branch)
        let files = try FileManager.default.subpathsOfDirectory(atPath: tree.path)
        let lock = try #require(files.first { $0.hasSuffix("/acme.lock.yaml") })
        let url = tree.appending(path: lock)
        try Data(change(try String(contentsOf: url, encoding: .utf8)).utf8).write(to: url)
        try await fleet.git("-C", tree.path, "commit", "--quiet", "--all", "--message", "Edit")
        try await fleet.git("worktree", "remove", "--force", tree.path)
    }

    @Test("A20: a record that cannot be read is named, and never overwritten")
    func unreadable() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        let sound = try await fleet.git("rev-parse", Self.branch)
        try fleet.replace("Acme Corporation", by: "Acme Limited", in: "tenants/acme.yaml")
        try await fleet.commit("Rename Acme")
        for damage in Self.damages {
            try await edit(fleet, damage.change)
            let (tip, written) = (try await fleet.git("rev-parse", Self.branch), try world.writes().count)
            for command in [["plan"], ["apply", "--yes"]] {
                let run = try await Products.reconcile(command, in: fleet.root, environment: fleet.environment)
                #expect(run.status == 3, "\(damage.id): \(run.text)\(run.errors)")
                #expect(run.errors.contains(damage.words), "\(damage.id): \(run.errors)")
                #expect(run.errors.contains("acme.lock.yaml:"), "\(damage.id): \(run.errors)")
            }
            #expect(try await fleet.git("rev-parse", Self.branch) == tip, "\(damage.id)")
            #expect(try world.writes().count == written, "\(damage.id)")
            try await fleet.git("update-ref", "refs/heads/\(Self.branch)", sound)
        }
        try await fleet.succeed("apply", "--yes")
    }

    @Test("A20: a record of the first version, without what came later, is read")
    func older() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        try await fleet.succeed("apply", "--yes")
        try await edit(fleet) { text in
            // Neither actions nor an id nor a commit: each came with a later program.
            text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("commit:") && !$0.hasPrefix("id:") }.joined(separator: "\n")
        }
        #expect(try await fleet.succeed("plan").text.hasPrefix("No changes."))
    }
}
