import Foundation
import TestSupport
import Testing

@testable import Git

@Suite @GitThread struct ListingTests {
    let scratch: GitScratch

    init() throws { scratch = try GitScratch() }

    @Test func listsPlainFilesInByteOrder() throws {
        try scratch.makeWorkTree(files: ["a.b": "1", "a/b": "2", "a-b": "3", "größe": "4", "z/y/x": "5"])
        try scratch.write("6", to: "work/run.sh", executable: true)
        try scratch.commit([:])
        let repository = try Repository.open("\(scratch.path)/work")
        let listing = try repository.files(of: repository.resolve("HEAD"))
        #expect(listing.files.map(\.path) == ["a-b", "a.b", "a/b", "größe", "run.sh", "z/y/x"])
        #expect(listing.files.filter(\.isExecutable).map(\.path) == ["run.sh"])
        #expect(listing.problems.isEmpty)
        let work = try WorkTree(root: "\(scratch.path)/work").files()
        #expect(work.files.map(\.path) == listing.files.map(\.path))
        #expect(work.files.map(\.isExecutable) == listing.files.map(\.isExecutable))
        #expect(work.problems.isEmpty)
        for file in listing.files {
            let blob = try #require(file.blob)
            let bytes = try repository.read(blob, limit: 10)
            #expect(try WorkTree(root: "\(scratch.path)/work").read(file.path, limit: 10) == bytes)
        }
    }

    @Test func looksOnlyBelowTheRoots() throws {
        try scratch.makeWorkTree(files: [
            "reconcile.yaml": "", "tenants/a": "", "tenants/x/b": "", "tenants-old/c": "", "users/acme.csv": "",
            "users/other.csv": "", "README.md": "",
        ])
        let repository = try Repository.open("\(scratch.path)/work")
        let roots = ["reconcile.yaml", "tenants", "users/acme.csv", "nothing"]
        let expected = ["reconcile.yaml", "tenants/a", "tenants/x/b", "users/acme.csv"]
        let commit = try repository.resolve("HEAD")
        #expect(try repository.files(of: commit, under: roots).files.map(\.path) == expected)
        #expect(try WorkTree(root: "\(scratch.path)/work").files(under: roots).files.map(\.path) == expected)
        #expect(try repository.files(of: commit, under: []).files.isEmpty)
    }

    /// Kinds of problems by path, in a commit and in a work tree.
    private func kinds(_ listing: Listing) -> [String: PathProblem.Kind] {
        Dictionary(uniqueKeysWithValues: listing.problems.map { ($0.path, $0.kind) })
    }

    @Test func namesLinksAndOtherOddFilesOfAWorkTree() throws {
        try scratch.makeWorkTree(files: ["tenants/a.yaml": "a", "other/b.yaml": "b"])
        let tenants = "\(scratch.path)/work/tenants"
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: "\(tenants)/link.yaml", withDestinationPath: "/etc/passwd")
        try manager.createSymbolicLink(atPath: "\(tenants)/self", withDestinationPath: "self")
        try manager.createSymbolicLink(atPath: "\(tenants)/folder", withDestinationPath: "../other")
        #expect(mkfifo("\(tenants)/pipe", 0o600) == 0)
        try scratch.write("x", to: "work/tenants/a\nb")
        try scratch.write("x", to: "work/tenants/a\u{202e}b")
        try scratch.write("x", to: "work/tenants/A.yaml")
        try scratch.write("x", to: "work/tenants/git~1")
        try scratch.git(["init", "-q", "tenants/inner"], in: "work")
        let tree = WorkTree(root: "\(scratch.path)/work")
        let listing = try tree.files(under: ["tenants"])
        #expect(listing.files.map(\.path) == ["tenants/A.yaml"])
        #expect(
            kinds(listing) == [
                "tenants/link.yaml": .symlink, "tenants/self": .symlink, "tenants/folder": .symlink,
                "tenants/pipe": .notAFile, "tenants/a\nb": .deceptiveName, "tenants/a\u{202e}b": .deceptiveName,
                "tenants/a.yaml": .collision(with: "A.yaml"), "tenants/git~1": .forbiddenName,
                "tenants/inner": .submodule,
            ])
        for path in [
            "tenants/link.yaml", "tenants/folder/b.yaml", "tenants/pipe", "tenants", "tenants/../a", "", "/etc/passwd",
        ] {
            #expect(throws: GitError.self, "\(path)") { try tree.read(path, limit: 1000) }
            var reader = tree.reader()
            #expect(try reader.read("tenants/a.yaml", limit: 1) == [0x61])
            #expect(throws: GitError.self, "\(path), behind a neighbour") { try reader.read(path, limit: 1000) }
            #expect(try reader.read("tenants/a.yaml", limit: 1) == [0x61])
        }
        #expect(try tree.read("tenants/a.yaml", limit: 1) == [0x61])
    }

    @Test func namesLinksAndSubmodulesOfACommit() throws {
        try scratch.makeWorkTree(files: ["tenants/a.yaml": "a"])
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/work/tenants/link.yaml", withDestinationPath: "/etc/passwd")
        try scratch.git(["add", "-A"], in: "work")
        let head = try scratch.git(["rev-parse", "HEAD"], in: "work")
        try scratch.git(["update-index", "--add", "--cacheinfo", "160000,\(head),tenants/module"], in: "work")
        try scratch.git(["commit", "-qm", "Add a link and a submodule"], in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        let listing = try repository.files(of: repository.resolve("HEAD"))
        #expect(listing.files.map(\.path) == ["tenants/a.yaml"])
        #expect(kinds(listing) == ["tenants/link.yaml": .symlink, "tenants/module": .submodule])
    }

    struct Crafted: Sendable, CustomTestStringConvertible {
        let id: String
        let entries: [(mode: String, name: [UInt8])]
        let expected: [String: PathProblem.Kind]
        var testDescription: String { id }

        init(_ id: String, _ entries: [(String, String)], _ expected: [String: PathProblem.Kind]) {
            self.id = id
            self.entries = entries.map { ($0.0, Array($0.1.utf8)) }
            self.expected = expected
        }
    }

    nonisolated static let crafted = [
        Crafted("parent", [("100644", "..")], ["..": .forbiddenName]),
        Crafted("git folder", [("40000", ".git")], [".git": .forbiddenName]),
        Crafted("GIT", [("100644", ".GIT")], [".GIT": .forbiddenName]),
        Crafted("short name", [("100644", "git~1")], ["git~1": .forbiddenName]),
        Crafted("joiner", [("100644", ".g\u{200c}it")], [".g\u{200c}it": .forbiddenName]),
        Crafted("slash", [("100644", "a/b")], ["a/b": .forbiddenName]),
        Crafted("empty", [("100644", "")], ["": .forbiddenName]),
        Crafted("duplicate", [("100644", "a"), ("100644", "a")], ["a": .duplicate]),
        Crafted("unsorted", [("100644", "b"), ("100644", "a")], ["a": .unsorted]),
        Crafted(
            "mode", [("100600", "a"), ("104755", "b")], ["a": .unknownMode("100600"), "b": .unknownMode("104755")]),
        Crafted("case", [("100644", "A"), ("100644", "a")], ["a": .collision(with: "A")]),
        Crafted(
            "composition", [("100644", "e\u{301}"), ("100644", "\u{e9}")], ["\u{e9}": .collision(with: "e\u{301}")]),
        Crafted("escape", [("100644", "a\u{1b}[31m")], ["a\u{1b}[31m": .deceptiveName]),
    ]

    @Test(arguments: crafted) func reportsCraftedTrees(_ test: Crafted) throws {
        try scratch.makeWorkTree()
        let blob = try scratch.blob("x", in: "work")
        let tree = try scratch.git(["rev-parse", "HEAD^{tree}"], in: "work")
        let commit = try scratch.makeCommit(
            ofRawTree: test.entries.map { ($0.mode, $0.name, $0.mode == "40000" ? tree : blob) }, in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        #expect(try kinds(repository.files(of: repository.resolve(commit))) == test.expected)
    }

    @Test func reportsNamesThatAreNotUTF8() throws {
        try scratch.makeWorkTree()
        let blob = try scratch.blob("x", in: "work")
        let commit = try scratch.makeCommit(ofRawTree: [("100644", [0x61, 0xff], blob)], in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        #expect(try repository.files(of: repository.resolve(commit)).problems.map(\.kind) == [.notUTF8])
    }

    @Test func refusesDamagedTrees() throws {
        try scratch.makeWorkTree()
        let tree = try scratch.git(
            ["hash-object", "--literally", "-t", "tree", "-w", "--stdin"], in: "work", input: Array("100644 a".utf8))
        let commit = try scratch.git(["commit-tree", "-m", "x", tree], in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        let error = #expect(throws: GitError.self) { try repository.files(of: repository.resolve(commit)) }
        #expect(error?.message == "the tree of '' is damaged")
    }

    /// Ten levels of ten entries that are all the same tree: a few hundred bytes, ten thousand million files.
    @Test func stopsAtATreeBomb() throws {
        try scratch.makeWorkTree()
        var id = try scratch.blob("x", in: "work")
        var mode = "100644"
        for _ in 0..<10 {
            let listing = (0..<10).map { "\(mode) \(mode == "040000" ? "tree" : "blob") \(id)\t\($0)" }
            id = try scratch.git(["mktree"], in: "work", input: Array((listing.joined(separator: "\n") + "\n").utf8))
            mode = "040000"
        }
        let commit = try scratch.git(["commit-tree", "-m", "bomb", id], in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        var limits = ReadLimits()
        limits.maxEntries = 10_000
        let error = #expect(throws: GitError.self) {
            try repository.files(of: repository.resolve(commit), limits: limits)
        }
        #expect(error?.cause == .tooLarge)
    }

    @Test func stopsAtDepth() throws {
        try scratch.makeWorkTree()
        var id = try scratch.blob("x", in: "work")
        for level in 0..<70 {
            let entry = level == 0 ? "100644 blob \(id)\ta\n" : "040000 tree \(id)\ta\n"
            id = try scratch.git(["mktree"], in: "work", input: Array(entry.utf8))
        }
        let commit = try scratch.git(["commit-tree", "-m", "deep", id], in: "work")
        let repository = try Repository.open("\(scratch.path)/work")
        let listing = try repository.files(of: repository.resolve(commit))
        #expect(listing.files.isEmpty)
        #expect(listing.problems.map(\.kind) == [.tooDeep])
    }
}

@Suite @GitThread struct ReadTests {
    let scratch: GitScratch

    init() throws { scratch = try GitScratch() }

    @Test func looksAtTheSizeFirst() throws {
        try scratch.makeWorkTree(files: ["a": String(repeating: "x", count: 1000)])
        let repository = try Repository.open("\(scratch.path)/work")
        let blob = try #require(try repository.files(of: repository.resolve("HEAD")).files[0].blob)
        #expect(try repository.read(blob, limit: 1000).count == 1000)
        let error = #expect(throws: GitError.self) { try repository.read(blob, limit: 999) }
        #expect(error == GitError(.tooLarge, "the object \(blob) has 1000 bytes; at most 999 are read"))
        let inTree = #expect(throws: GitError.self) {
            try WorkTree(root: "\(scratch.path)/work").read("a", limit: 999)
        }
        #expect(inTree?.cause == .tooLarge)
    }

    @Test func bytesAreRaw() throws {
        try scratch.makeWorkTree(files: [".gitattributes": "*.csv text eol=crlf ident working-tree-encoding=UTF-16\n"])
        let blob = try scratch.git(
            ["hash-object", "-w", "--stdin", "--no-filters"], in: "work", input: Array("$Id$\r\n\u{e9}\n".utf8))
        let repository = try Repository.open("\(scratch.path)/work")
        let id = try #require(GitID(blob))
        #expect(try repository.read(id, limit: 100) == Array("$Id$\r\n\u{e9}\n".utf8))
    }

    @Test func readsManyFromAPack() throws {
        try scratch.git(["init", "-q", "--bare", "big.git"])
        var stream = "commit refs/heads/main\ncommitter A <a@b.c> 1700000000 +0000\ndata 1\nx\n"
        for index in 0..<2000 {
            let text = "tenant \(index)\n" + String(repeating: "line of \(index % 7)\n", count: 30)
            stream += "M 100644 inline tenants/\(index).yaml\ndata \(text.utf8.count)\n\(text)\n"
        }
        try scratch.git(["fast-import", "--quiet"], in: "big.git", input: Array(stream.utf8))
        try scratch.git(["gc", "-q"], in: "big.git")
        let repository = try Repository.open("\(scratch.path)/big.git")
        let files = try repository.files(of: repository.resolve("main")).files
        let contents = try repository.read(files.compactMap(\.blob), limit: 1 << 20)
        #expect(contents.count == 2000)
        for (file, bytes) in zip(files, contents) {
            let number = file.path.dropFirst("tenants/".count).dropLast(".yaml".count)
            #expect(bytes.starts(with: Array("tenant \(number)\n".utf8)))
        }
    }
}
