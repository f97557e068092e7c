import Formats
import Foundation
import TestSupport
import Testing

@testable import Git
@testable import Reconciliation

/// What a hostile or careless repository may hold, read both ways.
@Suite struct RepositoryHazardTests {
    let fleet: FleetScratch

    init() throws { fleet = try FleetScratch() }

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(fleet.root)/\(path)", withDestinationPath: target)
    }

    /// Both ways have to say these lines and nothing else.
    private func expectBoth(_ lines: [String], _ comment: Comment? = nil) async throws {
        try fleet.commit()
        for way in FleetScratch.Way.allCases {
            #expect(try await fleet.diagnostics(way).map(\.line) == lines, comment)
        }
    }

    // MARK: Links

    @Test("R1: a link is refused, whatever it points to")
    func linksAreRefused() async throws {
        try fleet.git.write("canary: 1\n", to: "outside/other/x.yaml")
        for (name, target) in [
            ("b.yaml", "/etc/passwd"), ("c.yaml", "\(fleet.git.path)/outside/other/x.yaml"), ("d.yaml", "acme.yaml"),
            ("e.yaml", "e.yaml"), ("f", "../../outside/other"), ("g.yaml", "nowhere"),
        ] {
            try link("tenants/\(name)", to: target)
        }
        try await expectBoth(
            ["b.yaml", "c.yaml", "d.yaml", "e.yaml", "f", "g.yaml"].map {
                "tenants/\($0):1:1: error: symbolic links are not allowed here; commit the file itself [RCN1003]"
            })
        for way in FleetScratch.Way.allCases {
            let printed = try await fleet.printed(way)
            #expect(!printed.contains("canary") && !printed.contains("root:"), "\(printed)")
        }
    }

    @Test("R1: a folder of the fleet that is a link is refused")
    func linkedFoldersAreRefused() async throws {
        try fleet.git.write("email,role\ncanary@acme.example,viewer\n", to: "outside/acme.csv")
        try FileManager.default.removeItem(atPath: "\(fleet.root)/users")
        try link("users", to: "../outside")
        try await expectBoth(["users:1:1: error: symbolic links are not allowed here; commit the file itself [RCN1003]"]
        )
    }

    @Test("R1: the target of a link is never opened")
    func targetsAreNotOpened() async throws {
        try fleet.git.write("email,role\n", to: "outside/secret.csv")
        try fleet.git.write("x", to: "outside/folder/x")
        try link("users/b.csv", to: "\(fleet.git.path)/outside/secret.csv")
        try link("tenants/more", to: "\(fleet.git.path)/outside/folder")
        try fleet.commit()
        let watch = try OpenWatch(["secret.csv", "folder"].map { "\(fleet.git.path)/outside/\($0)" })
        for way in FleetScratch.Way.allCases { #expect(try await fleet.diagnostics(way).count == 2) }
        #expect(!watch.hasSeenOpens)
        _ = try String(contentsOfFile: "\(fleet.git.path)/outside/secret.csv", encoding: .utf8)
        #expect(watch.hasSeenOpens, "the watch itself works")
    }

    // MARK: Odd files and names

    @Test("R2: pipes, files for folders, folders for files, and long paths are named, and nothing hangs")
    func oddFiles() async throws {
        #expect(mkfifo("\(fleet.root)/tenants/pipe.yaml", 0o600) == 0)
        let deep = (0..<20).map { _ in String(repeating: "d", count: 199) }.joined(separator: "/")
        try makeDeep("tenants/\(deep)", "x.yaml")
        try fleet.git.write("x", to: "work/tenants/folder.yaml/README.txt")
        try fleet.git.write("x", to: "work/approvals")
        let lines = try await fleet.diagnostics(.workTree).map(\.line)
        #expect(
            lines.map { $0.count > 200 ? "…" + $0.suffix(60) : $0 } == [
                "approvals:1:1: error: nothing reads this file: approvals/ holds files approvals/<name>.yaml [RCN1002]",
                "…aml:1:1: error: the path has more than 1,024 bytes [RCN1009]",
                "tenants/folder.yaml/README.txt:1:1: error: nothing reads this file: tenants/ holds files <name>.yaml [RCN1002]",
                "tenants/pipe.yaml:1:1: error: neither a file nor a folder [RCN1009]",
            ])
    }

    /// Longer than what one call of the system takes for a path.
    private func makeDeep(_ folder: String, _ name: String) throws {
        var descriptor = open(fleet.root, O_RDONLY | O_DIRECTORY)
        for part in folder.split(separator: "/") {
            _ = mkdirat(descriptor, String(part), 0o700)
            let next = openat(descriptor, String(part), O_RDONLY | O_DIRECTORY)
            close(descriptor)
            descriptor = next
        }
        let file = openat(descriptor, name, O_CREAT | O_WRONLY, 0o600)
        #expect(file >= 0)
        close(file)
        close(descriptor)
    }

    @Test("R2: names that control a terminal are printed escaped")
    func oddNames() async throws {
        for name in ["a\nb.yaml", "a\u{1b}[31mb.yaml", "a\u{202e}b.yaml", "größe.yaml"] {
            try fleet.git.write(FleetScratch.tenant("a"), to: "work/tenants/\(name)")
        }
        try fleet.commit()
        for way in FleetScratch.Way.allCases {
            let printed = try await fleet.printed(way)
            #expect(
                printed.split(separator: "\n").filter { $0.hasSuffix("[RCN1009]") } == [
                    #"tenants/a\nb.yaml:1:1: error: the name holds characters that cannot be seen [RCN1009]"#,
                    #"tenants/a\x1b[31mb.yaml:1:1: error: the name holds characters that cannot be seen [RCN1009]"#,
                    #"tenants/a\u{202e}b.yaml:1:1: error: the name holds characters that cannot be seen [RCN1009]"#,
                    "tenants/größe.yaml:1:1: error: U+00F6 is not allowed in a path; rename it with letters a-z, digits, '-', '_' and '.' [RCN1009]",
                ])
            #expect(printed.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202e}" })
        }
    }

    // MARK: Submodules

    @Test("R4: a submodule is refused, fetched or not, and nothing of it is touched")
    func submodules() async throws {
        let head = try fleet.git.git(["rev-parse", "HEAD"], in: "work")
        try fleet.git.write(
            "[submodule \"../../hooks\"]\n\tpath = ../x\n\turl = -u./p\n[submodule \"b\"]\n\tpath = tenants/b\r\n\turl = ext::sh -c 'touch \(fleet.git.path)/ran'\n",
            to: "work/.gitmodules")
        for name in ["b", "c"] {
            try fleet.git.git(["update-index", "--add", "--cacheinfo", "160000,\(head),tenants/\(name)"], in: "work")
            try FileManager.default.createDirectory(
                atPath: "\(fleet.root)/tenants/\(name)", withIntermediateDirectories: true)
        }
        try fleet.git.git(["commit", "-qm", "Add submodules"], in: "work")
        try fleet.git.write("[core]\n", to: "work/tenants/c/.git/config")
        try fleet.git.write(FleetScratch.tenant("x"), to: "work/tenants/c/x.yaml")
        let before = try FileManager.default.subpathsOfDirectory(atPath: fleet.git.path).sorted()
        for way in FleetScratch.Way.allCases {
            #expect(
                try await fleet.diagnostics(way).map(\.line) == [
                    "tenants/b:1:1: error: submodules are not supported; commit the files themselves [RCN1004]",
                    "tenants/c:1:1: error: submodules are not supported; commit the files themselves [RCN1004]",
                ])
        }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: fleet.git.path).sorted() == before)
    }

    // MARK: Crafted trees

    struct Crafted: Sendable, CustomTestStringConvertible {
        let name: String
        let second: String?
        let mode: String
        let finding: String
        var testDescription: String { finding }

        init(_ name: String, and second: String? = nil, mode: String = "100644", _ finding: String) {
            (self.name, self.second, self.mode, self.finding) = (name, second, mode, finding)
        }
    }

    static let crafted = [
        Crafted("..", "..:1:1: error: this name is not allowed in a repository [RCN1009]"),
        Crafted(".git", ".git:1:1: error: this name is not allowed in a repository [RCN1009]"),
        Crafted(".GIT", mode: "40000", ".GIT:1:1: error: this name is not allowed in a repository [RCN1009]"),
        Crafted("git~1", "git~1:1:1: error: this name is not allowed in a repository [RCN1009]"),
        Crafted(
            ".g\u{200c}it", ".g\u{200c}it:1:1: error: this name is not allowed in a repository [RCN1009]"),
        Crafted("a/b", "a/b:1:1: error: this name is not allowed in a repository [RCN1009]"),
        Crafted(
            "tenants/a.yaml", "tenants/a.yaml:1:1: error: this name is not allowed in a repository [RCN1009]"),
        Crafted("", ":1:1: error: this name is not allowed in a repository [RCN1009]"),
        Crafted("z", and: "z", "z:1:1: error: the name occurs twice in its folder [RCN1009]"),
        Crafted(
            "zz", and: "a",
            "a:1:1: error: the folder's entries are not in Git's order: the tree was not made by Git [RCN1009]"),
        Crafted(
            "reconcile.yml", mode: "100600",
            "reconcile.yml:1:1: error: mode 100600 is not one that Git writes [RCN1009]"),
        Crafted(
            "reconcile.yml", mode: "120000",
            "reconcile.yml:1:1: error: symbolic links are not allowed here; commit the file itself [RCN1003]"),
    ]

    @Test("R6: crafted tree objects are refused, at the root and in a folder", arguments: crafted)
    func craftedTrees(_ test: Crafted) async throws {
        let blob = try fleet.git.blob("x", in: "work")
        let tree = try fleet.git.git(["rev-parse", "HEAD:tenants"], in: "work")
        let own = try fleet.git.git(["ls-tree", "HEAD"], in: "work").split(separator: "\n").map { line in
            let parts = line.split { $0 == " " || $0 == "\t" }.map(String.init)
            return (mode: parts[0] == "040000" ? "40000" : parts[0], name: Array(parts[3].utf8), id: parts[2])
        }
        let added = [test.name, test.second].compactMap { $0 }.map {
            (mode: test.mode, name: Array($0.utf8), id: test.mode == "40000" ? tree : blob)
        }
        // At the root, in its right place unless the order is the point.
        let entries =
            own.filter { entry in
                test.name.isEmpty || !added.contains { entry.name.lexicographicallyPrecedes($0.name) == false }
            } + added
            + own.filter { entry in
                !test.name.isEmpty && added.contains { entry.name.lexicographicallyPrecedes($0.name) == false }
            }
        let sorted = test.second == "a" ? entries : entries.sorted { Self.precedes($0, $1) }
        let commit = try fleet.git.makeCommit(ofRawTree: sorted, in: "work")
        let lines = try await fleet.diagnostics(.commit, ref: commit).map(\.line)
        #expect(lines == [test.finding])
    }

    private static func precedes(
        _ left: (mode: String, name: [UInt8], id: String), _ right: (mode: String, name: [UInt8], id: String)
    ) -> Bool {
        func key(_ entry: (mode: String, name: [UInt8], id: String)) -> [UInt8] {
            entry.mode == "40000" ? entry.name + [0x2f] : entry.name
        }
        return key(left).lexicographicallyPrecedes(key(right))
    }

    @Test("R6: a damaged tree is refused as input")
    func damagedTrees() async throws {
        let tree = try fleet.git.git(
            ["hash-object", "--literally", "-t", "tree", "-w", "--stdin"], in: "work", input: Array("100644 a".utf8))
        let commit = try fleet.git.git(["commit-tree", "-m", "x", tree], in: "work")
        await #expect(throws: Problem(.invalid, "the tree of '' is damaged")) {
            try await fleet.diagnostics(.commit, ref: commit)
        }
    }

    // MARK: Collisions

    @Test("R7: paths that some file systems take for one are refused, and both are named")
    func collisions() async throws {
        try fleet.git.write(FleetScratch.tenant("acme"), to: "work/tenants/Acme.yaml")
        try fleet.git.write(FleetScratch.tenant("b"), to: "work/tenants/eu/b.yaml")
        try fleet.git.write(FleetScratch.tenant("c"), to: "work/tenants/EU/c.yaml")
        try fleet.git.write("x", to: "work/blueprints/app/1.0.0/files/\u{e9}.txt")
        try fleet.git.write("x", to: "work/blueprints/app/1.0.0/files/e\u{301}.txt")
        try fleet.commit()
        for way in FleetScratch.Way.allCases {
            let found = try await fleet.diagnostics(way).filter { $0.code == "RCN1005" }
            #expect(
                found.map(\.line) == [
                    "blueprints/app/1.0.0/files/\u{e9}.txt:1:1: error: differs from 'blueprints/app/1.0.0/files/e\u{301}.txt' only in case or Unicode form; rename or remove one [RCN1005]",
                    "tenants/acme.yaml:1:1: error: differs from 'tenants/Acme.yaml' only in case or Unicode form; rename or remove one [RCN1005]",
                    "tenants/eu:1:1: error: differs from 'tenants/EU' only in case or Unicode form; rename or remove one [RCN1005]",
                ])
            #expect(found.flatMap(\.notes).compactMap(\.place?.file).count == 3)
        }
    }

    // MARK: Filters

    @Test("R8: bytes are read as they are: no filter runs, nothing is converted")
    func filters() async throws {
        try fleet.git.write(
            "*.csv filter=evil ident eol=crlf\n*.yaml working-tree-encoding=UTF-16 filter=lfs\n",
            to: "work/users/.gitattributes")
        try fleet.git.write("[lfs]\n\turl = http://127.0.0.1:9/\n", to: "work/.lfsconfig")
        let csv = "email,role,given_name\nada@acme.example,viewer,$Id$\n"
        try fleet.git.write(csv, to: "work/users/acme.csv")
        try fleet.commit()
        for filter in ["clean", "smudge"] {
            try fleet.git.git(["config", "filter.evil.\(filter)", "touch \(fleet.git.path)/ran"], in: "work")
        }
        for way in FleetScratch.Way.allCases {
            let checkout = try await fleet.checkout(way)
            #expect(try checkout.tree.read("users/acme.csv") == Array(csv.utf8))
            #expect(try await fleet.diagnostics(way) == [])
        }
        #expect(!FileManager.default.fileExists(atPath: "\(fleet.git.path)/ran"))
    }

    @Test("R8: a Git LFS pointer is recognised in the place of every kind of file")
    func pointers() async throws {
        let paths = [
            "blueprints/app/1.0.0/manifests/settings.yaml", "blueprints/app/1.0.0/values.json", "roles/viewer.yaml",
            "tenants/acme.yaml", "users/acme.csv",
        ]
        for path in paths { try fleet.git.write(FleetScratch.pointer, to: "work/\(path)") }
        let blueprint = FleetScratch.small["blueprints/app/1.0.0/blueprint.yaml"] ?? ""
        try fleet.git.write(
            blueprint.replacing("version: 1.0.0,", with: "version: 1.0.0, valuesSchema: values.json,"),
            to: "work/blueprints/app/1.0.0/blueprint.yaml")
        try fleet.commit()
        for way in FleetScratch.Way.allCases {
            let found = try await fleet.diagnostics(way).filter { $0.severity == .error }
            #expect(found.compactMap(\.place?.file) == paths, "\(found.map(\.line))")
            #expect(found.allSatisfy { $0.message.contains("this is a Git LFS pointer") }, "\(found.map(\.line))")
        }
    }

    @Test func aFileThatIsTooLargeIsNamedAndTheOthersAreRead() async throws {
        try fleet.git.write(String(repeating: "#", count: 5000), to: "work/users/acme.csv")
        try fleet.git.write("x: 1\n", to: "work/tenants/b.yaml")
        try fleet.commit()
        for way in FleetScratch.Way.allCases {
            let lines = try await fleet.diagnostics(way, limit: 4000).map(\.line)
            #expect(
                lines.last == "users/acme.csv:1:1: error: cannot read the file: it has more than 4000 bytes [RCN1006]")
            #expect(lines.count > 1)
        }
    }
}

/// Sees whether files are opened, by inotify.
private final class OpenWatch {
    private let descriptor: Int32

    init(_ paths: [String]) throws {
        descriptor = inotify_init1(Int32(IN_NONBLOCK))
        for path in paths { #expect(inotify_add_watch(descriptor, path, UInt32(IN_OPEN | IN_ACCESS)) >= 0) }
    }

    deinit { close(descriptor) }

    var hasSeenOpens: Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        return read(descriptor, &buffer, buffer.count) > 0
    }
}
