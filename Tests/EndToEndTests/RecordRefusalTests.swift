import Foundation
import TestSupport
import Testing

/// A state branch that cannot be written, or that others write to.
@Suite struct RecordRefusalTests {
    private static let branch = "reconcile/state/sandbox"

    @Test("A7: a hook that refuses is named, and the next run repairs")
    func aHookThatRefusesIsNamedAndTheNextRunRepairs() async throws {
        let served = try await Served(hook: "echo 'policy 7: nobody pushes at night' >&2; exit 1")
        let refused = try await served.fleet.reconcile("apply", "--yes")
        #expect(refused.status == 5, "\(refused.text)\(refused.errors)")
        #expect(refused.text.contains("Apply complete"))
        let said = refused.errors.split(separator: "\n").filter { $0.hasPrefix("error:") }
        let line = "error: applied, but not recorded: cannot push reconcile/state/sandbox to "
        #expect(said.count == 1 && said[0].hasPrefix(line), "\(refused.errors)")
        #expect(refused.errors.contains("the server's hook refused the update: policy 7: nobody pushes at night"))
        #expect(refused.errors.contains("; the next apply records it"))
        #expect(try await served.git("for-each-ref", "refs/heads/reconcile") == "")
        #expect(try await served.fleet.stateCommits() == 0)

        try served.removeHook()
        let written = try served.world.changes()
        let repair = try await served.fleet.succeed("apply", "--yes")
        #expect(repair.text.contains("Recorded as"), "\(repair.text)")
        #expect(try served.world.changes() == written)
        #expect(try await served.git("rev-list", "--count", Self.branch) == "1")
        #expect(try await served.fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
        #expect(try await served.git("rev-list", "--count", Self.branch) == "1")
    }

    @Test("A6: a branch that moves meanwhile is built upon")
    func aBranchThatMovesMeanwhileIsBuiltUpon() async throws {
        // Somebody else is faster, once: their commit is there before ours is taken.
        let served = try await Served(
            hook: """
                test -e raced && exit 0
                touch raced
                unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
                export GIT_AUTHOR_NAME=Bob GIT_AUTHOR_EMAIL=bob@example.com
                export GIT_COMMITTER_NAME=Bob GIT_COMMITTER_EMAIL=bob@example.com
                blob=$(echo 'from another hand' | git hash-object -w --stdin)
                tree=$(printf '100644 blob %s\\tNOTES\\n' "$blob" | git mktree)
                git update-ref refs/heads/\(Self.branch) "$(git commit-tree -m 'Note something' "$tree")"
                """)
        let run = try await served.fleet.succeed("apply", "--yes")
        #expect(run.text.contains("Recorded as"), "\(run.text)\(run.errors)")
        #expect(try await served.git("log", "--format=%an", Self.branch) == "reconcile\nBob")
        #expect(try await served.git("show", "\(Self.branch):NOTES") == "from another hand")
        #expect(try await served.git("show", "\(Self.branch):state/sandbox/STATUS.md").contains("2 tenants"))
        #expect(try await served.fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }
}

extension World {
    /// Requests that changed something of the fleet's: taking and giving back the Lease is not among them.
    func changes() throws -> [String] { try writes().filter { !$0.contains("/leases") } }
}
