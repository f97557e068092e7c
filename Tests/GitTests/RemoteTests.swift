import Foundation
import TestSupport
import Testing

@testable import Git

@Suite @GitThread struct RemoteTests {
    let scratch: GitScratch
    let author = Signature(name: "reconcile", email: "reconcile@localhost", time: 1_700_000_000)
    let branch: BranchName

    init() throws {
        scratch = try GitScratch()
        branch = try BranchName("reconcile/state/prod")
    }

    private var location: Location {
        get throws { try Location("file://\(scratch.path)/fleet.git") }
    }

    /// Commits a file onto the branch's tip in a workbench over `fleet.git`, and pushes it there.
    @discardableResult
    private func push(_ text: String, onto base: Commit? = nil, timeout: Duration = .seconds(120)) throws -> [String] {
        let fleet = try Repository.open("\(scratch.path)/fleet.git")
        let remote = Remote(try location, GitAccess(timeout: timeout))
        return try fleet.withWorkbench(in: scratch.path) { (bench) throws(GitError) in
            let changes = [FileChange(path: "state/prod/STATUS.md", content: Array(text.utf8))]
            guard let made = try bench.makeCommit(onto: base, changes: changes, message: text, author: author)
            else { throw GitError(.failed, "no change") }
            try bench.move(branch, to: made, expecting: nil)
            return try bench.push(branch, to: remote)
        }
    }

    private func status(_ revision: String = "reconcile/state/prod") throws -> String {
        try scratch.git(["show", "\(revision):state/prod/STATUS.md"], in: "fleet.git")
    }

    @Test func pushesABranchThatDoesNotExistYet() throws {
        try scratch.makeBare()
        #expect(try push("one") == [])
        #expect(try status() == "one")
        let tip = try Repository.open("\(scratch.path)/fleet.git").tip(of: branch)
        try push("two", onto: tip)
        #expect(try status() == "two")
        #expect(try status("reconcile/state/prod~1") == "one")
        try scratch.git(["fsck", "--strict"], in: "fleet.git")
        // Nothing is left of the workbenches.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.hasPrefix("reconcile-") }
                == [])
    }

    @Test(arguments: ["pre-receive", "update"]) func aHookThatRefusesIsQuoted(_ hook: String) throws {
        try scratch.makeBare()
        try scratch.installHook(hook, "echo 'state is protected' >&2; echo 'ask the \u{1b}[31mowners'; exit 1")
        let error = #expect(throws: GitError.self) { try push("one") }
        #expect(error?.cause == .refused)
        #expect(
            error?.message
                == "cannot push \(branch) to \(scratch.path)/fleet.git: the server's hook refused the update: "
                + "state is protected; ask the \u{1b}[31mowners")
        #expect(try Repository.open("\(scratch.path)/fleet.git").tip(of: branch) == nil)
    }

    @Test func aSilentHookIsNamedToo() throws {
        try scratch.makeBare()
        try scratch.installHook("pre-receive", "exit 1")
        let error = #expect(throws: GitError.self) { try push("one") }
        #expect(error?.message.hasSuffix("the server's hook refused the update: pre-receive hook declined") == true)
    }

    @Test func aHookThatAgreesIsHeard() throws {
        try scratch.makeBare()
        try scratch.installHook("post-receive", "echo recorded")
        #expect(try push("one") == ["recorded"])
    }

    @Test func hooksGetNothingOfOurEnvironment() throws {
        try scratch.makeBare()
        try scratch.installHook(
            "pre-receive", "env > \(scratch.path)/environment; ls -l /proc/self/fd >> \(scratch.path)/descriptors")
        try push("one")
        let text = try String(contentsOfFile: "\(scratch.path)/environment", encoding: .utf8)
        let names = Set(text.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) })
        let allowed = ["PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"]
        #expect(names.filter { !$0.hasPrefix("GIT_") && !allowed.contains($0) } == [])
        #expect(text.contains("PATH="))
    }

    @Test func anOldBaseIsNotAFastForward() throws {
        try scratch.makeBare()
        try push("one")
        let base = try Repository.open("\(scratch.path)/fleet.git").tip(of: branch)
        try push("two", onto: base)
        let error = #expect(throws: GitError.self) { try push("three", onto: base) }
        #expect(error?.cause == .nonFastForward)
        let orphan = #expect(throws: GitError.self) { try push("four") }
        #expect(orphan?.cause == .nonFastForward)
        #expect(try status() == "two")
    }

    /// The hook stands for another run that is faster: it moves the branch between the server's list and our update.
    @Test func aBranchMovedDuringThePushIsNotAFastForward() throws {
        try scratch.makeBare()
        try push("one")
        let tip = try #require(try Repository.open("\(scratch.path)/fleet.git").tip(of: branch))
        let other = try scratch.git(
            ["commit-tree", "-m", "other", "-p", tip.id.description, tip.tree.description], in: "fleet.git")
        try scratch.installHook("pre-receive", "unset GIT_QUARANTINE_PATH; git update-ref \(branch.reference) \(other)")
        let error = #expect(throws: GitError.self) { try push("two", onto: tip) }
        #expect(error?.cause == .nonFastForward, "\(String(describing: error))")
        #expect(try scratch.git(["rev-parse", branch.reference], in: "fleet.git") == other)
    }

    @Test func aRuleOfTheRepositoryHolds() throws {
        try scratch.makeWorkTree()
        let work = try Repository.open("\(scratch.path)/work")
        let remote = Remote(try Location("\(scratch.path)/work"))
        let main = try BranchName("main")
        let error = #expect(throws: GitError.self) {
            try work.withWorkbench(in: scratch.path) { (bench) throws(GitError) in
                let base = try bench.resolve(work.resolve("main").id.description)
                guard
                    let made = try bench.makeCommit(
                        onto: base, changes: [FileChange(path: "a", content: [])], message: "x", author: author)
                else { return }
                try bench.move(main, to: made, expecting: nil)
                try bench.push(main, to: remote)
            }
        }
        #expect(error?.cause == .refused)
        #expect(error?.message.contains("branch is currently checked out") == true, "\(String(describing: error))")
    }

    @Test func aHookThatHangsIsLeft() throws {
        try scratch.makeBare()
        try scratch.installHook("pre-receive", "sleep 600")
        let error = #expect(throws: GitError.self) { try push("one", timeout: .milliseconds(500)) }
        #expect(error == GitError(.timeout, "cannot push \(branch) to \(scratch.path)/fleet.git: no answer in time"))
    }

    @Test func aLocationWithoutARepositoryIsNamed() throws {
        try scratch.makeBare()
        let fleet = try Repository.open("\(scratch.path)/fleet.git")
        let error = #expect(throws: GitError.self) {
            try fleet.push(BranchName("main"), to: Remote(Location("\(scratch.path)/nothing")))
        }
        #expect(error?.cause == .unreachable)
        #expect(
            error?.message.contains("'\(scratch.path)/nothing' does not appear to be a git repository") == true,
            "\(String(describing: error))")
    }

    /// Reading runs nothing and is fine; a push would run the other user's hooks as us.
    @Test(.enabled(if: geteuid() == 0)) func aRepositoryOfAnotherUserIsReadAndNotPushedTo() throws {
        try scratch.makeBare()
        for path in ["", "/objects", "/refs", "/HEAD", "/config"] {
            #expect(chown("\(scratch.path)/fleet.git\(path)", 65534, 65534) == 0)
        }
        #expect(try Repository.open("\(scratch.path)/fleet.git").resolve("main").subject == "Change files")
        let error = #expect(throws: GitError.self) { try push("one") }
        #expect(error?.cause == .refused)
        #expect(error?.message.contains("it belongs to another user") == true, "\(String(describing: error))")
    }

    @Test func fetchesBranches() throws {
        let remote = Remote(try location)
        try scratch.makeBare()
        try push("one")
        try scratch.git(["init", "-q", "--bare", "copy.git"])
        let copy = try Repository.open("\(scratch.path)/copy.git")
        let to = "refs/remotes/origin/reconcile/state/prod"
        let first = try #require(try copy.fetch(branch, from: remote, to: to))
        #expect(try scratch.git(["show", "\(to):state/prod/STATUS.md"], in: "copy.git") == "one")
        try push("two", onto: try Repository.open("\(scratch.path)/fleet.git").tip(of: branch))
        let second = try #require(try copy.fetch(branch, from: remote, to: to))
        #expect(try scratch.git(["show", "\(to):state/prod/STATUS.md"], in: "copy.git") == "two")
        try scratch.git(["fsck", "--strict"], in: "copy.git")
        // Back to the first: only by force.
        try scratch.git(["update-ref", branch.reference, first.description], in: "fleet.git")
        #expect(try copy.fetch(branch, from: remote, to: to) == second)
        #expect(try copy.fetch(branch, from: remote, to: to, isForced: true) == first)
        #expect(try copy.fetch(BranchName("nothing"), from: remote, to: "refs/heads/nothing") == nil)
        #expect(throws: GitError.self) { try copy.fetch(branch, from: remote, to: "+refs/heads/x") }
        #expect(throws: GitError.self) {
            try copy.fetch(branch, from: Remote(Location("\(scratch.path)/nothing")), to: to)
        }
    }
}
