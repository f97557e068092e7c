import Foundation
import HTTP
import TestSupport
import Testing

@testable import Git

/// That the servers which the tests below need are there where they have to be.
@Suite struct GitServerTests {
    @Test func isThereInCI() {
        #expect(ProcessInfo.processInfo.environment["RECONCILE_CI"] == nil || GitServer.isThere)
        if !GitServer.isThere { print("No fcgiwrap or no sshd on this machine: nothing is tried against Git servers.") }
    }
}

/// Against nginx with `git http-backend`, and against sshd.
@Suite(.serialized, .enabled(if: GitServer.isThere)) @GitThread struct ServedTests {
    /// One server for all: each test has a repository of its own.
    private nonisolated static let server = Result { () throws -> (GitScratch, GitServer) in
        let scratch = try GitScratch()
        return (scratch, try GitServer(scratch.path))
    }

    private let scratch: GitScratch
    private let server: GitServer
    private let name: String
    private let author = Signature(name: "reconcile", email: "reconcile@localhost", time: 1_700_000_000)

    init() throws {
        (scratch, server) = try Self.server.get()
        name = "fleet-\(UUID().uuidString.prefix(8)).git"
        try scratch.git(["init", "-q", "--bare", "-b", "main", name])
        try scratch.git(["config", "http.receivepack", "true"], in: name)
        try commit("one")
    }

    private func access(_ change: (inout GitAccess) -> Void = { _ in }) throws -> GitAccess {
        let authority = try Data(contentsOf: URL(filePath: server.path("authority.pem")))
        var access = GitAccess(http: HTTPConfiguration(trust: .authorities(Array(authority))), timeout: .seconds(20))
        access.reading.token = GitServer.token
        access.reading.username = "alice"
        access.reading.key = .path(server.path("client"))
        access.knownHosts = .path(server.path("known"))
        change(&access)
        return access
    }

    private func remote(_ way: String = "private", _ change: (inout GitAccess) -> Void = { _ in }) throws -> Remote {
        let url = way == "ssh" ? server.secureShellURL(name) : server.url(name, way)
        return Remote(try Location(url), try access(change))
    }

    /// A commit on `main` of the served repository, made there.
    private func commit(_ text: String) throws {
        let tree = try scratch.git(["hash-object", "-w", "--stdin"], in: name, input: Array(text.utf8))
        let listing = try scratch.git(["mktree"], in: name, input: Array("100644 blob \(tree)\tfile\n".utf8))
        let parent = try? scratch.git(["rev-parse", "--verify", "-q", "main"], in: name)
        let made = try scratch.git(
            ["commit-tree", "-m", text] + (parent.map { ["-p", $0] } ?? []) + [listing], in: name)
        try scratch.git(["update-ref", "refs/heads/main", made], in: name)
    }

    private func copy(_ remote: Remote) throws -> Repository {
        try CachedCopy(of: remote, in: "\(scratch.path)/cache").update()
    }

    private func content(_ repository: Repository) throws -> String {
        try scratch.git(["show", "main:file"], in: String(repository.gitFolder.dropFirst(scratch.path.count + 1)))
    }

    @Test(arguments: ["private", "bearer", "open", "ssh"]) func isReadAndReadAgain(_ way: String) throws {
        let remote = try remote(way)
        #expect(try content(copy(remote)) == "one")
        try commit("two")
        let second = try copy(remote)
        #expect(try content(second) == "two")
        #expect(try second.headBranch?.name == "main")
        // A branch that is gone over there goes here, too.
        try scratch.git(["branch", "side", "main"], in: name)
        #expect(try copy(remote).tip(of: BranchName("side")) != nil)
        try scratch.git(["branch", "-D", "side"], in: name)
        #expect(try copy(remote).tip(of: BranchName("side")) == nil)
    }

    @Test func aCopyThatIsUpToDateCostsOneRequest() throws {
        let remote = try remote()
        _ = try copy(remote)
        let before = try server.requests().count
        _ = try copy(remote)
        #expect(try server.requests().count == before + 1)
    }

    @Test(arguments: ["private", "bearer", "ssh"]) func isPushedTo(_ way: String) throws {
        let remote = try remote(way)
        let branch = try BranchName("reconcile/state/prod")
        for text in ["first", "second"] {
            let copy = try copy(remote)
            let tip = try copy.tip(of: branch)
            try copy.withWorkbench(in: scratch.path) { (bench) throws(GitError) in
                let changes = [FileChange(path: "STATUS.md", content: Array(text.utf8))]
                guard let made = try bench.makeCommit(onto: tip, changes: changes, message: text, author: author)
                else { throw GitError(.failed, "no change") }
                try bench.move(branch, to: made, expecting: nil)
                try bench.push(branch, to: remote)
            }
            #expect(try scratch.git(["show", "\(branch):STATUS.md"], in: name) == text)
        }
        try scratch.git(["fsck", "--strict"], in: name)
    }

    private func push(_ remote: Remote) throws -> GitError? {
        let copy = try copy(try self.remote())
        let branch = try BranchName("main")
        return #expect(throws: GitError.self) {
            try copy.withWorkbench(in: scratch.path) { (bench) throws(GitError) in
                let tip = try bench.resolve(copy.resolve("main").id.description)
                let changes = [FileChange(path: "other", content: Array("x".utf8))]
                guard let made = try bench.makeCommit(onto: tip, changes: changes, message: "x", author: author)
                else { return }
                try bench.move(branch, to: made, expecting: nil)
                try bench.push(branch, to: remote)
            }
        }
    }

    @Test func aHookThatRefusesIsQuoted() throws {
        let hook = "\(scratch.path)/\(name)/hooks/pre-receive"
        try "#!/bin/sh\necho 'main is protected' >&2; exit 1\n".write(toFile: hook, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
        for way in ["private", "ssh"] {
            let error = try push(remote(way))
            #expect(error?.cause == .refused)
            #expect(error?.message.hasSuffix("the server's hook refused the update: main is protected") == true)
        }
    }

    @Test func aReaderMayNotPush() throws {
        let error = try push(remote("open") { $0.reading = Login() })
        #expect(
            error?.message.hasSuffix(
                "the repository may not be pushed to: https://127.0.0.1:\(server.webPort) answered 403") == true,
            "\(String(describing: error))")
    }

    @Test func aPushThatIsTooLargeIsNamed() throws {
        let error = try push(remote("small"))
        #expect(
            error?.message.hasSuffix("does not take a push of this size (413)") == true, "\(String(describing: error))")
    }

    @Test func aBranchThatMovedMeanwhileIsARace() throws {
        let copy = try copy(try remote())
        let base = try copy.resolve("main")
        try commit("faster")
        for way in ["private", "ssh"] {
            let target = try remote(way)
            let branch = try BranchName("main")
            let error = #expect(throws: GitError.self) {
                try copy.withWorkbench(in: scratch.path) { (bench) throws(GitError) in
                    let changes = [FileChange(path: "other", content: Array("x".utf8))]
                    guard let made = try bench.makeCommit(onto: base, changes: changes, message: "x", author: author)
                    else { return }
                    try bench.move(branch, to: made, expecting: nil)
                    try bench.push(branch, to: target)
                }
            }
            #expect(error?.cause == .nonFastForward, "\(String(describing: error))")
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        let way: String
        let words: String
        var change: @Sendable (inout GitAccess, GitServer) -> Void = { _, _ in }
        var testDescription: String { name }
    }

    @Test(
        "N2: a Git server that does not let us in, or is not the one it should be, is named",
        arguments: [
            Refusal(name: "no token", way: "private", words: "wants a login: set RECONCILE_GIT_TOKEN") { access, _ in
                access.reading = Login()
            },
            Refusal(name: "wrong token", way: "private", words: "does not accept the token (RECONCILE_GIT_TOKEN)") {
                access, _ in
                access.reading.token = "hunter2"
            },
            Refusal(
                name: "moved", way: "moved",
                words: "sends us elsewhere (https://other.example/fleet.git), which is not followed"),
            Refusal(name: "a page", way: "page", words: "answers, and not as a Git server does"),
            Refusal(
                name: "nothing there", way: "nothing", words: "has no such repository, or none that this token may see"),
            Refusal(name: "unknown authority", way: "private", words: "certificate") { access, _ in
                access.http.trust = .system
            },
            Refusal(name: "unknown key", way: "ssh", words: "accepts none of our keys") { access, server in
                access.reading.key = .path(server.path("stranger"))
            },
            Refusal(name: "unknown host", way: "ssh", words: "the key of 127.0.0.1 is not known") { access, _ in
                access.knownHosts = .content(Array("other.example ssh-ed25519 AAAA".utf8))
            },
            Refusal(name: "changed host", way: "ssh", words: "the key of 127.0.0.1 is not the one that is known") {
                access, server in
                access.knownHosts = .path(server.path("changed"))
            },
        ])
    func refusalsAreNamed(_ refusal: Refusal) throws {
        let remote = try remote(refusal.way) { refusal.change(&$0, server) }
        let error = #expect(throws: GitError.self) { try copy(remote) }
        #expect(error?.cause == .unreachable)
        #expect(error?.message.contains(refusal.words) == true, "\(String(describing: error))")
        #expect(error?.message.contains("opensesame") == false)
    }

    @Test("N1: a redirect is not followed, and nobody else sees the login") func redirects() throws {
        let before = try server.requests().count
        #expect(throws: GitError.self) { try copy(remote("moved")) }
        let sent = try server.requests().dropFirst(before)
        #expect(sent.count == 1 && sent.first?.hasPrefix("GET /moved/") == true)
    }

    /// As CI hands them over: texts in variables, an RSA key among them.
    @Test(arguments: ["client", "client-rsa"]) func keysAndHostsMayBeTexts(_ key: String) throws {
        let text = try Data(contentsOf: URL(filePath: server.path(key)))
        let hosts = try Data(contentsOf: URL(filePath: server.path("known")))
        let remote = try remote("ssh") { access in
            access.reading.key = .content(Array(text))
            access.knownHosts = .content(Array(hosts))
        }
        #expect(try content(copy(remote)) == "one")
    }

    @Test func theLoginOfAnOriginIsUsedAndNeverShown() throws {
        let url = "https://alice:opensesame@127.0.0.1:\(server.webPort)/private/\(name)"
        #expect(throws: GitError.self) { try Location(url) }
        let location = try Location(url, allowsLogin: true)
        #expect("\(location)" == server.url(name))
        #expect(!"\(Mirror(reflecting: location).children.map { "\($0)" })".contains("opensesame"))
        let remote = Remote(location, try access { $0.reading = Login() })
        #expect(try content(copy(remote)) == "one")
    }

    @Test("A18: what a killed run left of a copy does no harm") func leftovers() throws {
        let remote = try remote()
        let folder = try copy(remote).gitFolder
        let manager = FileManager.default
        for file in ["HEAD.lock", "refs/heads/main.lock", "packed-refs.lock", "objects/pack/pack_git2_abc"] {
            #expect(manager.createFile(atPath: "\(folder)/\(file)", contents: Data("x".utf8)))
        }
        try manager.createDirectory(atPath: "\(folder).partial/objects", withIntermediateDirectories: true)
        try commit("two")
        #expect(try content(copy(remote)) == "two")
        #expect(!manager.fileExists(atPath: "\(folder)/objects/pack/pack_git2_abc"))
        // Half a clone, and one of another repository.
        try manager.removeItem(atPath: "\(folder)/objects")
        #expect(try content(copy(remote)) == "two")
        try "https://other.example/fleet.git\n".write(toFile: "\(folder)/origin-url", atomically: true, encoding: .utf8)
        try "ref: refs/heads/elsewhere\n".write(toFile: "\(folder)/HEAD", atomically: true, encoding: .utf8)
        #expect(try copy(remote).headBranch?.name == "main")
        // A pack in pieces.
        for pack in try manager.contentsOfDirectory(atPath: "\(folder)/objects/pack") where pack.hasSuffix(".pack") {
            let path = "\(folder)/objects/pack/\(pack)"
            try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            try Data("PACK".utf8).write(to: URL(filePath: path))
        }
        try commit("three")
        #expect(try content(copy(remote)) == "three")
    }

    @Test func anEmptyRepositoryIsACopyWithoutCommits() throws {
        try scratch.git(["init", "-q", "--bare", "-b", "main", "empty-\(name)"])
        let remote = Remote(try Location(server.url("empty-\(name)")), try access())
        #expect(try copy(remote).tip(of: BranchName("main")) == nil)
    }
}
