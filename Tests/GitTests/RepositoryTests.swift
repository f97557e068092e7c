import Foundation
import TestSupport
import Testing

@testable import Git

@Suite @GitThread struct RepositoryTests {
    let scratch: GitScratch

    init() throws { scratch = try GitScratch() }

    @Test func opensWhatLiesAtThePath() throws {
        try scratch.makeBare(files: ["tenants/a.yaml": "a\n"])
        let root = try Repository.open("\(scratch.path)/work")
        #expect(root.workTree == "\(scratch.path)/work")
        #expect(root.gitFolder == "\(scratch.path)/work/.git")
        #expect(try Repository.open("\(scratch.path)/work/.git").workTree == "\(scratch.path)/work")
        let bare = try Repository.open("\(scratch.path)/fleet.git")
        #expect(bare.isBare)
        #expect(bare.gitFolder == "\(scratch.path)/fleet.git")
        let below = "\(scratch.path)/work/tenants"
        #expect(try Repository.open(below, searchingParents: true).workTree == "\(scratch.path)/work")
        for path in [below, "\(scratch.path)/nothing", scratch.path] {
            let error = #expect(throws: GitError.self) { try Repository.open(path) }
            #expect(error == GitError(.notARepository, "no Git repository at \(path)"))
        }
    }

    @Test func resolvesWhatPeopleWrite() throws {
        try scratch.makeWorkTree()
        try scratch.git(["tag", "light"], in: "work")
        try scratch.git(["tag", "-a", "-m", "a tag", "annotated"], in: "work")
        try scratch.git(["update-ref", "refs/remotes/origin/main", "HEAD"], in: "work")
        try scratch.commit(["b": "b"], message: "Second\n\nbody")
        let id = try scratch.git(["rev-parse", "HEAD"], in: "work")
        let first = try scratch.git(["rev-parse", "HEAD~1"], in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        for name in ["HEAD", "main", "refs/heads/main", id, String(id.prefix(7)), id.uppercased()] {
            #expect(try repository.resolve(name).id.description == id, "\(name)")
        }
        for name in ["light", "annotated", "refs/tags/annotated", "origin/main", first] {
            #expect(try repository.resolve(name).id.description == first, "\(name)")
        }
        let commit = try repository.resolve("main")
        #expect(commit.subject == "Second")
        #expect(commit.message == "Second\n\nbody\n")
        #expect(
            commit.author
                == Signature(name: "Ada", email: "ada@acme.example", time: 1_700_000_000, offset: 60))
        #expect(commit.parents.map(\.description) == [first])
    }

    @Test(arguments: [
        "nothing", "refs/heads/nothing", "abcdef0", "refs/heads/main/x", "0000000000000000000000000000000000000001",
    ])
    func saysWhatIsNotThere(_ name: String) throws {
        try scratch.makeWorkTree()
        let repository = try Repository.open("\(scratch.path)/work")
        let error = #expect(throws: GitError.self) { try repository.resolve(name) }
        #expect(error?.cause == .notFound, "\(String(describing: error))")
    }

    @Test func aBranchNamedAsAnIdDoesNotWin() throws {
        try scratch.makeWorkTree()
        let first = try scratch.git(["rev-parse", "HEAD"], in: "work")
        try scratch.commit(["b": "b"])
        try scratch.git(["update-ref", "refs/heads/\(first)", "HEAD"], in: "work")
        try scratch.git(["update-ref", "refs/heads/\(first.prefix(8))", "HEAD"], in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        #expect(try repository.resolve(first).id.description == first)
        let error = #expect(throws: GitError.self) { try repository.resolve(String(first.prefix(8))) }
        #expect(error?.message.contains("is ambiguous") == true)
    }

    @Test func aBlobIsNoCommit() throws {
        try scratch.makeWorkTree()
        let blob = try scratch.git(["rev-parse", "HEAD:reconcile.yaml"], in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        #expect(throws: GitError.self) { try repository.resolve(blob) }
    }

    @Test func anEmptyRepositoryHasNoCommit() throws {
        try scratch.git(["init", "-q", "-b", "main", "empty"])
        let repository = try Repository.open("\(scratch.path)/empty")
        let error = #expect(throws: GitError.self) { try repository.resolve("HEAD") }
        #expect(error == GitError(.notFound, "\(scratch.path)/empty/.git has no commit yet"))
        #expect(try repository.headBranch?.name == "main")
        #expect(try repository.tip(of: BranchName("main")) == nil)
    }

    @Test func knowsItsOriginAndItsHead() throws {
        try scratch.makeWorkTree()
        var repository = try Repository.open("\(scratch.path)/work")
        #expect(try repository.originURL() == nil)
        #expect(try repository.headBranch?.name == "main")
        try scratch.git(["remote", "add", "origin", "https://git.example/fleet"], in: "work")
        try scratch.git(["config", "remote.origin.pushurl", "https://push.example/fleet"], in: "work")
        // A rewrite in the repository's own configuration has no say either: the URL is what was written.
        try scratch.git(["config", "url.https://evil.example/.insteadOf", "https://git.example/"], in: "work")
        try scratch.git(["checkout", "-q", "--detach"], in: "work")
        repository = try Repository.open("\(scratch.path)/work")
        #expect(try repository.originURL() == "https://git.example/fleet")
        #expect(try repository.originURL(toPush: true) == "https://push.example/fleet")
        #expect(try repository.headBranch == nil)
    }

    @Test func followsHistory() throws {
        try scratch.makeWorkTree()
        try scratch.git(["branch", "side"], in: "work")
        try scratch.commit(["b": "b"])
        let repository = try Repository.open("\(scratch.path)/work")
        let (main, side) = (try repository.resolve("main"), try repository.resolve("side"))
        #expect(try repository.isAncestor(side, of: main))
        #expect(try !repository.isAncestor(main, of: side))
        #expect(try repository.isAncestor(main, of: main))
        try scratch.git(["checkout", "-q", "--orphan", "other"], in: "work")
        try scratch.commit(["c": "c"])
        #expect(try !repository.isAncestor(side, of: repository.resolve("other")))
    }

    @Test func aShallowHistoryKnowsNoAnswer() throws {
        try scratch.makeWorkTree()
        try scratch.commit(["b": "b"])
        try scratch.commit(["c": "c"])
        let first = try scratch.git(["rev-parse", "HEAD~2"], in: "work")
        try scratch.git(["clone", "-q", "--depth", "1", "file://\(scratch.path)/work", "shallow"])
        let repository = try Repository.open("\(scratch.path)/shallow")
        #expect(repository.isShallow)
        let error = #expect(throws: GitError.self) { try repository.resolve(first) }
        #expect(error?.cause == .notFound)
        // A commit that exists, but whose way to the head is not there.
        try scratch.git(["fetch", "-q", "--depth", "1", "origin", first], in: "shallow")
        let ancestry = #expect(throws: GitError.self) {
            try repository.isAncestor(repository.resolve(first), of: repository.resolve("HEAD"))
        }
        #expect(ancestry?.cause == .notFound)
    }

    @Test func comparesCommits() throws {
        try scratch.makeWorkTree(files: ["a": "a", "b/c": "c", "d": "d"])
        try scratch.git(["rm", "-q", "d"], in: "work")
        try scratch.commit(["b/c": "C", "e/f": "f"])
        let repository = try Repository.open("\(scratch.path)/work")
        let newer = try repository.resolve("HEAD")
        let older = try repository.commit(newer.parents[0])
        #expect(
            try repository.changes(from: older, to: newer) == [
                PathChange(path: "b/c", kind: .changed), PathChange(path: "d", kind: .removed),
                PathChange(path: "e/f", kind: .added),
            ])
        #expect(try repository.changes(from: nil, to: older).map(\.path) == ["a", "b/c", "d"])
        #expect(try repository.changes(from: newer, to: newer) == [])
    }

    @Test func reportsUncommittedChangesBelowRoots() throws {
        try scratch.makeWorkTree(files: ["tenants/a.yaml": "a", "tenants/b.yaml": "b", "users/a.csv": "x", "[x]": "y"])
        let repository = try Repository.open("\(scratch.path)/work")
        #expect(try repository.uncommittedChanges(under: ["tenants", "users", "[x]"]) == [])
        try scratch.write("A", to: "work/tenants/a.yaml")
        try FileManager.default.removeItem(atPath: "\(scratch.path)/work/tenants/b.yaml")
        try scratch.write("c", to: "work/tenants/deep/c.yaml")
        try scratch.write("staged", to: "work/tenants/d.yaml")
        try scratch.git(["add", "tenants/d.yaml"], in: "work")
        try scratch.write("Y", to: "work/[x]")
        #expect(
            try repository.uncommittedChanges(under: ["tenants"]) == [
                PathChange(path: "tenants/a.yaml", kind: .changed), PathChange(path: "tenants/b.yaml", kind: .removed),
                PathChange(path: "tenants/d.yaml", kind: .added), PathChange(path: "tenants/deep/c.yaml", kind: .added),
            ])
        #expect(try repository.uncommittedChanges(under: ["users"]) == [])
        #expect(try repository.uncommittedChanges(under: ["[x]"]).map(\.path) == ["[x]"])
        #expect(try repository.uncommittedChanges(under: []) == [])
    }
}

@Suite struct GitThreadTests {
    @Test func everythingRunsOnOneThread() async {
        let threads = await withTaskGroup(of: UInt.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await GitThread.run {
                        let thread = UInt(pthread_self())
                        await Task.yield()
                        return thread == UInt(pthread_self()) ? thread : 0
                    }
                }
            }
            return await group.reduce(into: Set<UInt>()) { $0.insert($1) }
        }
        #expect(threads.count == 1)
        #expect(!threads.contains(0))
    }
}
