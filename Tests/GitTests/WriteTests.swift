import Foundation
import TestSupport
import Testing

@testable import Git

@Suite @GitThread struct WriteTests {
    let scratch: GitScratch
    let author = Signature(name: "reconcile", email: "reconcile@localhost", time: 1_700_000_000)

    init() throws { scratch = try GitScratch() }

    private func paths(_ commit: String, in name: String) throws -> [String] {
        try scratch.git(["ls-tree", "-r", "--name-only", commit], in: name).split(separator: "\n").map(String.init)
    }

    @Test func beginsAHistoryAndGoesOnWithIt() throws {
        try scratch.makeBare()
        let repository = try Repository.open("\(scratch.path)/fleet.git")
        let branch = try BranchName("reconcile/state/prod")
        #expect(try repository.tip(of: branch) == nil)
        let first = try #require(
            try repository.makeCommit(
                onto: nil,
                changes: [
                    FileChange(path: "state/prod/STATUS.md", content: Array("one\n".utf8)),
                    FileChange(path: "state/prod/3f/acme.yaml", content: Array("two\n".utf8)),
                ], message: "Record\n\n[skip ci]\n", author: author))
        #expect(try repository.tip(of: branch) == nil)
        try repository.move(branch, to: first, expecting: nil)
        #expect(try repository.tip(of: branch) == first)
        let second = try #require(
            try repository.makeCommit(
                onto: first,
                changes: [
                    FileChange(path: "state/prod/STATUS.md", content: Array("three\n".utf8)),
                    FileChange(path: "state/prod/3f/acme.yaml", content: nil),
                    FileChange(path: "state/prod/gone/nothing.yaml", content: nil),
                ], message: "Record", author: author))
        try repository.move(branch, to: second, expecting: first)
        let name = "reconcile/state/prod"
        #expect(try paths(name, in: "fleet.git") == ["state/prod/STATUS.md"])
        #expect(try paths("\(name)~1", in: "fleet.git") == ["state/prod/3f/acme.yaml", "state/prod/STATUS.md"])
        #expect(try scratch.git(["show", "\(name):state/prod/STATUS.md"], in: "fleet.git") == "three")
        let log = try scratch.git(["log", "--format=%an <%ae> %at %cn %s", name], in: "fleet.git")
        #expect(
            log == """
                reconcile <reconcile@localhost> 1700000000 reconcile Record
                reconcile <reconcile@localhost> 1700000000 reconcile Record
                """)
        try scratch.git(["fsck", "--strict"], in: "fleet.git")
    }

    @Test func noChangeIsNoCommit() throws {
        try scratch.makeBare(files: ["a/b": "1"])
        let repository = try Repository.open("\(scratch.path)/fleet.git")
        let head = try repository.resolve("main")
        let same = [
            FileChange(path: "a/b", content: Array("1".utf8)), FileChange(path: "a/c", content: nil),
            FileChange(path: "c/d/e", content: nil),
        ]
        #expect(try repository.makeCommit(onto: head, changes: same, message: "x", author: author) == nil)
        #expect(try repository.makeCommit(onto: head, changes: [], message: "x", author: author) == nil)
        #expect(try repository.makeCommit(onto: nil, changes: [], message: "x", author: author) == nil)
    }

    @Test func theLastFileMayGo() throws {
        try scratch.makeBare(files: ["a/b": "1"])
        let repository = try Repository.open("\(scratch.path)/fleet.git")
        let made = try repository.makeCommit(
            onto: repository.resolve("main"), changes: [FileChange(path: "a/b", content: nil)], message: "x",
            author: author)
        #expect(try paths(#require(made).id.description, in: "fleet.git") == [])
    }

    @Test func aFileMayBecomeAFolderAndBack() throws {
        try scratch.makeBare(files: ["a": "1", "b/c": "2"])
        let repository = try Repository.open("\(scratch.path)/fleet.git")
        let made = try repository.makeCommit(
            onto: repository.resolve("main"),
            changes: [
                FileChange(path: "a/x", content: Array("3".utf8)), FileChange(path: "b", content: Array("4".utf8)),
            ], message: "x", author: author)
        #expect(try paths(#require(made).id.description, in: "fleet.git") == ["a/x", "b"])
        try scratch.git(["fsck", "--strict"], in: "fleet.git")
    }

    @Test(arguments: ["", "/a", "a//b", "a/", "../a", "a/./b", "a/.git/b", "a\nb", "a/\u{202e}"])
    func refusesPaths(_ path: String) throws {
        try scratch.makeBare()
        let repository = try Repository.open("\(scratch.path)/fleet.git")
        let error = #expect(throws: GitError.self) {
            try repository.makeCommit(
                onto: nil, changes: [FileChange(path: path, content: [])], message: "x", author: author)
        }
        #expect(error?.cause == .invalidName)
    }

    @Test func refusesOnePathTwice() throws {
        try scratch.makeBare()
        let repository = try Repository.open("\(scratch.path)/fleet.git")
        for second in ["a/b", "a/b/c"] {
            let changes = [FileChange(path: second, content: []), FileChange(path: "a/b", content: [1])]
            #expect(throws: GitError.self) {
                try repository.makeCommit(onto: nil, changes: changes, message: "x", author: author)
            }
        }
    }

    @Test func onlyOneOfTwoWins() throws {
        try scratch.makeBare()
        let repository = try Repository.open("\(scratch.path)/fleet.git")
        let branch = try BranchName("state")
        func commit(_ text: String, onto parent: Commit?) throws -> Commit {
            try #require(
                try repository.makeCommit(
                    onto: parent, changes: [FileChange(path: "a", content: Array(text.utf8))], message: text,
                    author: author))
        }
        let first = try commit("1", onto: nil)
        try repository.move(branch, to: first, expecting: nil)
        let created = #expect(throws: GitError.self) {
            try repository.move(branch, to: commit("2", onto: nil), expecting: nil)
        }
        #expect(created?.cause == .nonFastForward)
        try repository.move(branch, to: commit("3", onto: first), expecting: first)
        let moved = #expect(throws: GitError.self) {
            try repository.move(branch, to: commit("4", onto: first), expecting: first)
        }
        #expect(moved?.cause == .nonFastForward)
        #expect(try repository.tip(of: branch)?.subject == "3")
    }

    @Test func namesALeftoverLock() throws {
        try scratch.makeBare()
        try scratch.write("", to: "fleet.git/refs/heads/state.lock")
        let repository = try Repository.open("\(scratch.path)/fleet.git")
        let made = try #require(
            try repository.makeCommit(
                onto: nil, changes: [FileChange(path: "a", content: [])], message: "x", author: author))
        let error = #expect(throws: GitError.self) {
            try repository.move(BranchName("state"), to: made, expecting: nil)
        }
        #expect(error?.cause == .failed)
        #expect(error?.message.contains("state.lock") == true, "\(String(describing: error))")
    }
}
