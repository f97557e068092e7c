import Foundation
import TestSupport
import Testing

/// Branches and histories that are not what they were, or never were any.
@Suite struct HistoryTests {
    private static let names = [
        "-x", "--upload-pack=touch pwned", "$(touch pwned)", "`touch pwned`", "a;touch pwned", "+main",
        "main:refs/heads/x", "refs/heads/../../x", "main\u{202e}", ":/regex", "main~1", "main^{tree}", "main..main",
        "@{-1}", "HEAD@{1}", "a b", "a\nb", "refs/heads/main.lock", "",
    ]

    @Test("R5: a name that is more than a name is refused, and nothing is run")
    func namesAreData() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, environment: ["HOME": "/nonexistent"])
        let before = try await fleet.git("for-each-ref")
        for name in Self.names {
            for command in ["validate", "plan"] {
                let run = try await fleet.reconcile(command, "--ref=\(name)")
                #expect(run.status == 3 || run.status == 64, "\(name): \(run.text)\(run.errors)")
                #expect(run.errors.contains("error: ") || run.errors.hasSuffix("--help`.\n"), "\(name): \(run.errors)")
                #expect(!run.errors.unicodeScalars.contains("\u{202e}"), "\(name)")
            }
        }
        #expect(try await fleet.git("for-each-ref") == before)
        #expect(!FileManager.default.fileExists(atPath: fleet.root.appending(path: "pwned").path))
    }

    @Test("R5: names that look like commands and are names are branches like any other")
    func oddNamesAreNames() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        for name in ["$(id)", "`id`", "a;id", "größe"] {
            try await fleet.git("branch", name)
            let run = try await fleet.succeed("validate", "--ref", name)
            #expect(run.text.hasPrefix("Valid: "), "\(name): \(run.text)")
        }
    }

    @Test("R12: without the commit that was applied last, what has no file any more stays")
    func theAppliedCommitIsGone() async throws {
        let (sandbox, header) = (try SandboxServer(), "email,role,given_name,family_name\n")
        var files = SmallFleet.files
        // Somebody who is in both tenants.
        files["users/globex.csv", default: ""] += "owner@acme.example,operator,Alan,Turing\n"
        let (fleet, world) = (try await FleetRepository(files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        try fleet.remove("tenants/globex.yaml")
        try fleet.remove("users/globex.csv")
        try await fleet.git("checkout", "--quiet", "--orphan", "rewritten")
        try await fleet.commit("Begin anew")
        try await fleet.git("branch", "--move", "--force", "main")
        try await fleet.git("reflog", "expire", "--expire=now", "--all")
        try await fleet.git("gc", "--quiet", "--prune=now")
        let before = try world.writes().count
        for command in [["plan"], ["apply", "--yes"]] {
            let run = try await Products.reconcile(command, in: fleet.root, environment: fleet.environment)
            #expect(run.status == 4, "\(run.text)\(run.errors)")
            #expect(run.text.contains("! tenant globex   "), "\(run.text)")
            #expect(run.text.contains("of its objects, groups and people stay"), "\(run.text)")
            #expect(!run.text.contains("-globex/operator"), "\(run.text)")
        }
        #expect(try world.writes().count == before)
        // The same in a clone without history.
        let clone = try TemporaryFolder()
        defer { clone.remove() }
        let url = "file://\(fleet.root.path)"
        try await fleet.git("clone", "--quiet", "--depth", "1", url, clone.file("shallow"))
        let shallow = try await Products.reconcile(
            ["plan"], in: clone.url.appending(path: "shallow"), environment: fleet.environment)
        #expect(shallow.status == 4, "\(shallow.text)\(shallow.errors)")
        #expect(shallow.text.contains("! tenant globex   "), "\(shallow.text)")
        // People whose tenant has a file leave by their rows, as ever.
        try fleet.write(header + "owner@acme.example,owner,Alan,Turing\n", to: "users/acme.csv")
        #expect(try await fleet.reconcile("plan").text.contains("x user ada@acme.example"))
    }

    @Test("R12: a repository without a commit, and a branch that is gone, are said to be so")
    func nothingThere() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        try await fleet.succeed("apply", "--yes")
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await fleet.git("init", "--quiet", "--bare", folder.file("empty.git"))
        let empty = try await fleet.reconcile("plan", "--repo", "file://\(folder.file("empty.git"))")
        #expect(empty.status == 3, "\(empty.text)")
        #expect(empty.errors.contains("has no commit yet"), "\(empty.errors)")
        let gone = try await fleet.reconcile("plan", "--ref", "gone")
        #expect(gone.status == 3, "\(gone.text)")
        #expect(gone.errors.contains("'gone'"), "\(gone.errors)")
        try await fleet.git("clone", "--quiet", "--bare", ".", folder.file("headless.git"))
        try await fleet.git("-C", folder.file("headless.git"), "symbolic-ref", "HEAD", "refs/heads/gone")
        let headless = try await fleet.reconcile("plan", "--repo", "file://\(folder.file("headless.git"))")
        #expect(headless.status == 3, "\(headless.text)")
    }

    @Test("R11: a file that is far too large is refused before it is unpacked, and many branches cost little")
    func largeRepositories() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        let zeros = fleet.root.appending(path: "users/globex.csv")
        try Data().write(to: zeros)
        try FileHandle(forWritingTo: zeros).truncate(atOffset: 128 << 20)
        try await fleet.commit("Many zeros")
        let tip = try await fleet.git("rev-parse", "HEAD")
        let packed = (0..<100_000).map { "\(tip) refs/heads/many/\($0)\n" }.sorted().joined()
        try ("# pack-refs with: peeled fully-peeled sorted \n" + packed)
            .write(to: fleet.root.appending(path: ".git/packed-refs"), atomically: true, encoding: .utf8)
        // The peak of the child's memory, in KiB, as the system counts it.
        let measure =
            "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
            + "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        let run = try await Command.run(
            "python3", ["-c", measure, Products.url("reconcile").path, "validate", "--ref", "main"], in: fleet.root,
            environment: fleet.environment)
        let numbers = run.text.split(whereSeparator: \.isWhitespace).suffix(2).compactMap { Int($0) }
        #expect(numbers.first == 3, "\(run.text)\(run.errors)")
        #expect(
            run.errors.contains("users/globex.csv:1:1: error: cannot read the file: it has more than "), "\(run.errors)"
        )
        #expect(numbers.last.map { $0 < 128 << 10 } == true, "\(run.text)")
    }
}
