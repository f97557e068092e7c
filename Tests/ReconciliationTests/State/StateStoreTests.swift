import Formats
import Foundation
import Git
import Planning
import Synchronization
import TestSupport
import Testing

@testable import Reconciliation

@Suite @GitThread struct StateStoreTests {
    let scratch: GitScratch
    let author = Signature(name: "reconcile", email: "reconcile@localhost", time: 1_700_000_000)
    let message = RecordMessage(subject: "Record prod at 3f2a91c", commit: StateFixture.commit, inputs: "abc")
    let branch = "reconcile/state/prod"

    init() throws { scratch = try GitScratch() }

    private func store(_ path: String, branch: String? = nil) throws -> StateStore {
        try StateStore(
            Repository.open("\(scratch.path)/\(path)"), branch: BranchName(branch ?? self.branch),
            settings: GitSettings(cacheFolder: "\(scratch.path)/cache", temporaryFolder: scratch.path))
    }

    /// Records a phase of `acme` on top of whatever is there.
    @discardableResult
    private func record(
        _ store: StateStore, _ phase: TenantStatus.Phase = .ready, tenant: String = "acme",
        pause: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws -> RecordResult {
        try await store.write(
            fleet: "knowton", environment: "prod", message: message, author: author, pause: pause
        ) { held in
            var tree = held ?? StateTree(fleet: "knowton", environment: "prod")
            tree.record(
                tenant, status: StateFixture.status(phase), inventory: StateFixture.inventory(),
                commit: StateFixture.commit)
            return tree
        }
    }

    private func phases(_ store: StateStore) throws -> [String: TenantStatus.Phase] {
        try store.read(fleet: "knowton", environment: "prod").tree?.tenants.mapValues(\.status.phase) ?? [:]
    }

    private func count(_ revision: String, in name: String) throws -> String {
        try scratch.git(["rev-list", "--count", revision], in: name)
    }

    @Test(arguments: ["fleet.git", "work", "clone"]) func recordsAndReadsBack(_ place: String) async throws {
        try scratch.makeBare()
        try scratch.git(["clone", "-q", "fleet.git", "clone"])
        let store = try store(place)
        #expect(try store.read(fleet: "knowton", environment: "prod").tree == nil)
        guard case .recorded(let commit, notes: let notes) = try await record(store) else {
            Issue.record("nothing was recorded")
            return
        }
        #expect(notes == [])
        #expect(try phases(store) == ["acme": .ready])
        let home = place == "work" ? "work" : "fleet.git"
        #expect(try scratch.git(["rev-parse", branch], in: home) == commit.id.description)
        #expect(
            try scratch.git(["log", "-1", "--format=%B", branch], in: home) == """
                Record prod at 3f2a91c

                [skip ci]

                Reconciled-Commit: \(StateFixture.commit)
                Reconciled-Inputs: abc

                """)
        let trailers = try scratch.git(
            ["log", "-1", "--format=%(trailers:key=Reconciled-Commit,valueonly)", branch], in: home)
        #expect(trailers.hasPrefix(StateFixture.commit))
        #expect(
            try scratch.git(["ls-tree", "-r", "--name-only", branch], in: home) == """
                state/prod/82/acme.lock.yaml
                state/prod/82/acme.people-00.yaml
                state/prod/82/acme.status.yaml
                state/prod/STATUS.md
                state/prod/environment.lock.yaml
                """)
        try scratch.git(["fsck", "--strict"], in: home)
        // The same again makes no commit; something else makes one more, of what changed alone.
        guard case .unchanged = try await record(store) else {
            Issue.record("recorded the same again")
            return
        }
        #expect(try count(branch, in: home) == "1")
        try await record(store, .failed)
        #expect(try count(branch, in: home) == "2")
        #expect(
            try scratch.git(["diff", "--name-only", "\(branch)~1", branch], in: home) == """
                state/prod/82/acme.status.yaml
                state/prod/STATUS.md
                """)
        #expect(try phases(store) == ["acme": .failed])
    }

    @Test func aCloneGetsACopyOfWhatItsOriginHolds() async throws {
        try scratch.makeBare()
        try scratch.git(["clone", "-q", "fleet.git", "clone"])
        try await record(store("clone"))
        let tip = try scratch.git(["rev-parse", branch], in: "fleet.git")
        #expect(try scratch.git(["rev-parse", branch, "origin/\(branch)"], in: "clone") == "\(tip)\n\(tip)")
        #expect(try scratch.git(["status", "--porcelain"], in: "clone") == "")
        try scratch.git(["fsck", "--strict"], in: "clone")
        // A local branch that went another way stays.
        let other = try scratch.git(["commit-tree", "-m", "mine", "HEAD^{tree}"], in: "clone")
        try scratch.git(["update-ref", "refs/heads/\(branch)", other], in: "clone")
        guard case .recorded(_, notes: let notes) = try await record(store("clone"), .failed) else { return }
        #expect(notes == ["the local branch \(branch) went another way and stays as it is"])
        #expect(try scratch.git(["rev-parse", branch], in: "clone") == other)
        #expect(try phases(store("clone")) == ["acme": .failed])
    }

    @Test func anOriginThatCannotBeReachedIsNamedWithoutItsLogin() throws {
        try scratch.makeWorkTree()
        try scratch.git(["remote", "add", "origin", "https://bob:opensesame@127.0.0.1:1/fleet"], in: "work")
        let error = #expect(throws: GitError.self) { try store("work") }
        #expect(error?.cause == .unreachable)
        #expect(error?.message.contains("https://127.0.0.1:1/fleet") == true)
        #expect(error?.message.contains("opensesame") == false)
    }

    @Test func otherFilesAndEnvironmentsStay() async throws {
        try scratch.makeBare(files: ["reconcile.yaml": "a\n", "state/dev/x": "x", "state/prod/README.md": "mine"])
        let store = try store("fleet.git", branch: "main")
        try await record(store)
        _ = try await store.write(fleet: "knowton", environment: "prod", message: message, author: author) { held in
            var tree = held ?? StateTree(fleet: "knowton", environment: "prod")
            tree.forget("acme", commit: StateFixture.commit)
            return tree
        }
        #expect(
            try scratch.git(["ls-tree", "-r", "--name-only", "main"], in: "fleet.git") == """
                reconcile.yaml
                state/dev/x
                state/prod/README.md
                state/prod/STATUS.md
                state/prod/environment.lock.yaml
                """)
    }

    @Test func aRefusalByAHookIsNamed() async throws {
        try scratch.makeBare()
        try scratch.installHook("update", "echo \"$1 is protected\" >&2; exit 1")
        let error = await #expect(throws: Problem.self) { try await record(store("fleet.git")) }
        #expect(
            error
                == Problem(
                    .notRecorded,
                    "cannot push \(branch) to \(scratch.path)/fleet.git: the server's hook refused the update: "
                        + "refs/heads/\(branch) is protected"))
        #expect(try phases(store("fleet.git")) == [:])
    }

    /// Another run records `globex` at the last moment, that many times: its commits are kept, and ours comes after.
    private func raceAgainst(_ rivals: Int) async throws -> (attempts: [Int], error: Problem?) {
        try scratch.makeBare()
        // The rival's commits, each made beforehand onto the one before.
        try scratch.git(["clone", "-q", "--bare", "fleet.git", "rival.git"])
        let rival = try store("rival.git")
        for index in 0..<rivals { try await record(rival, index % 2 == 0 ? .ready : .failed, tenant: "globex") }
        let branch = "refs/heads/\(branch)"
        try scratch.installHook(
            "pre-receive",
            """
            unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
            n=$(cat \(scratch.path)/n 2>/dev/null || echo 0)
            [ $n -lt \(rivals) ] || exit 0
            echo $((n+1)) > \(scratch.path)/n
            git fetch -q \(scratch.path)/rival.git "$(git -C \(scratch.path)/rival.git rev-parse \(branch)~$((\(rivals)-n-1)))"
            git update-ref \(branch) FETCH_HEAD
            """)
        let attempts = Mutex<[Int]>([])
        var failure: Problem?
        do {
            try await record(store("fleet.git"), pause: { attempt in attempts.withLock { $0.append(attempt) } })
        } catch let error as Problem {
            failure = error
        }
        return (attempts.withLock { $0 }, failure)
    }

    @Test(arguments: [1, 4]) func aLostRaceIsRunAgain(_ rivals: Int) async throws {
        let (attempts, error) = try await raceAgainst(rivals)
        #expect(error == nil, "\(String(describing: error))")
        #expect(attempts == Array(1...rivals))
        #expect(try phases(store("fleet.git")).keys.sorted() == ["acme", "globex"])
        #expect(try count(branch, in: "fleet.git") == "\(rivals + 1)")
        try scratch.git(["fsck", "--strict"], in: "fleet.git")
    }

    @Test func aRaceThatIsLostForEverEnds() async throws {
        let (attempts, error) = try await raceAgainst(9)
        #expect(attempts == [1, 2, 3, 4])
        #expect(error?.kind == .notRecorded)
        let message = error?.message ?? ""
        #expect(
            message.hasPrefix("cannot push \(branch) to \(scratch.path)/fleet.git: the server refused the update: "))
        #expect(message.hasSuffix(" (given up after 5 attempts)"), "\(message)")
        #expect(try phases(store("fleet.git")).keys.sorted() == ["globex"])
    }

    @Test func whatCannotBeReadIsNotOverwritten() async throws {
        try scratch.makeBare()
        let store = try store("fleet.git")
        try await record(store)
        try scratch.git(["worktree", "add", "-q", "../state", branch], in: "fleet.git")
        let path = "state/state/prod/82/acme.lock.yaml"
        let held = try String(contentsOfFile: "\(scratch.path)/\(path)", encoding: .utf8)
        try scratch.write(held.replacing("state.reconcile.dev/v1", with: "state.reconcile.dev/v9"), to: path)
        try scratch.git(["commit", "-qam", "newer"], in: "state")
        let tip = try scratch.git(["rev-parse", branch], in: "fleet.git")
        let error = await #expect(throws: UnreadableState.self) { try await record(store, .failed) }
        #expect(error?.branch == branch)
        #expect(error?.diagnostics.map(\.code) == ["RCN1903"])
        #expect(try scratch.git(["rev-parse", branch], in: "fleet.git") == tip)
    }

    @Test func aLinkAmongTheRecordsIsRefused() async throws {
        try scratch.makeBare()
        let store = try store("fleet.git")
        try await record(store)
        try scratch.git(["worktree", "add", "-q", "../state", branch], in: "fleet.git")
        let path = "\(scratch.path)/state/state/prod/82/acme.lock.yaml"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
        try scratch.git(["commit", "-qam", "link"], in: "state")
        let error = #expect(throws: UnreadableState.self) { try store.read(fleet: "knowton", environment: "prod") }
        #expect(error?.diagnostics.map(\.place?.file) == ["state/prod/82/acme.lock.yaml"])
    }

    @Test func aBranchThatIsCheckedOutIsNotMovedUnderItsFiles() async throws {
        try scratch.makeWorkTree()
        let tip = try scratch.git(["rev-parse", "main"], in: "work")
        let error = await #expect(throws: Problem.self) { try await record(store("work", branch: "main")) }
        #expect(error?.message.contains("branch is currently checked out") == true)
        #expect(try scratch.git(["rev-parse", "main"], in: "work") == tip)
    }
}

@Suite struct InputsDigestTests {
    private func digest(_ files: [(String, String)]) -> String {
        InputsDigest.of(files.map { (path: $0.0, content: GitID(ofFile: Array($0.1.utf8))) })
    }

    @Test func dependsOnPathsAndContentsAlone() {
        let files = [("reconcile.yaml", "a"), ("tenants/acme.yaml", "b")]
        #expect(digest(files) == digest(files.reversed()))
        #expect(digest(files) == digest(files + [("state/prod/STATUS.md", "c")]))
        #expect(digest(files) != digest(files + [("states/x", "c")]))
        #expect(digest(files) != digest([("reconcile.yaml", "b"), ("tenants/acme.yaml", "a")]))
        #expect(digest([]).utf8.count == 64)
    }

    @Test @GitThread func isTheSameForACommitAndItsFiles() throws {
        let scratch = try GitScratch()
        try scratch.makeWorkTree(files: ["reconcile.yaml": "a", "tenants/acme.yaml": "b"])
        let repository = try Repository.open("\(scratch.path)/work")
        let committed = try repository.files(of: repository.resolve("HEAD")).files
        let tree = WorkTree(root: "\(scratch.path)/work")
        let lying = try tree.files().files
        #expect(
            try InputsDigest.of(committed.map { ($0.path, try #require($0.blob)) })
                == InputsDigest.of(lying.map { ($0.path, GitID(ofFile: try tree.read($0.path, limit: 100))) }))
    }
}
