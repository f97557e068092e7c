import Formats
import Foundation
import TestSupport
import Testing

/// Where results go, and in which form.
@Suite struct OutputTests {
    private func wrong() async throws -> FleetRepository {
        var files = SmallFleet.files
        files["tenants/acme.yaml"] = files["tenants/acme.yaml"]?.replacing("tier: basic", with: "tier: bsic")
        return try await FleetRepository(files)
    }

    @Test func severalFormsAtOnce() async throws {
        let fleet = try await wrong()
        let run = try await fleet.reconcile(
            "validate", "--output", "text", "--output", "github", "--output", "sarif=out.sarif", "--output",
            "json=out.json", "--output", "gitlab=out-gitlab.json", "--output", "text=out.txt")
        #expect(run.status == 3)
        #expect(
            run.errors.hasPrefix("tenants/acme.yaml:6:9: error: unknown tier 'bsic'; did you mean 'basic'? [RCN1012]\n")
        )
        #expect(run.errors.contains("  6 |   tier: bsic\n    |         ^^^^\n"))
        #expect(
            run.text.hasPrefix("::error file=tenants/acme.yaml,line=6,col=9,endColumn=12,title=RCN1012::unknown tier"))
        #expect(try JSON.parse(Array(fleet.read("out.sarif").utf8))["version"] == "2.1.0")
        #expect(try JSON.parse(Array(fleet.read("out.json").utf8))["valid"] == false)
        #expect(try JSON.parse(Array(fleet.read("out-gitlab.json").utf8)).array?.count == 1)
        #expect(try fleet.read("out.txt") == run.errors)
        let mode = try FileManager.default.attributesOfItem(atPath: fleet.root.appending(path: "out.json").path)
        #expect(mode[.posixPermissions] as? Int == 0o600)
    }

    @Test func aStepHasItsSummary() async throws {
        let fleet = try await wrong()
        try fleet.write("before\n", to: "summary.md")
        let variables = [
            "GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7",
        ]
        for command in ["validate", "plan"] {
            let run = try await fleet.reconcile(command, "--output", "github=summary.md", with: variables)
            #expect(run.status == 3)
            #expect(run.text.hasPrefix("::error file=tenants/acme.yaml,line=6,"))
        }
        let summary = try fleet.read("summary.md")
        #expect(
            summary.hasPrefix("before\n### reconcile validate: 1 error, 0 warnings\n\n```text\ntenants/acme.yaml:6:9: ")
        )
        #expect(summary.contains("```\n### reconcile plan: the files have mistakes: 1 error, 0 warnings\n"))
        let both = try await fleet.reconcile("validate", "--output", "json", "--output", "github=summary.md")
        #expect(both.status == 64 && both.errors.contains("write --output json=PATH"))
    }

    @Test func aDocumentStandsAlone() async throws {
        let fleet = try await wrong()
        let run = try await fleet.reconcile("validate", "--output", "json", "--output", "sarif")
        #expect(run.status == 64 && run.errors.contains("write --output json=PATH"))
        let json = try await fleet.reconcile("validate", "--output", "json")
        #expect(json.errors.isEmpty && json.status == 3)
        #expect(try JSON.parse(json.output)["errors"] == 1)
        let other = try await fleet.reconcile("validate", "--output", "yaml")
        #expect(other.status == 64)
        let nowhere = try await fleet.reconcile("validate", "--output", "json=no/where.json")
        #expect(nowhere.status == 7 && nowhere.errors.contains("cannot write no/where.json: No such file or directory"))
        let variable = try await fleet.reconcile("validate", with: ["RECONCILE_OUTPUT": "text,json=v.json"])
        #expect(variable.status == 3 && variable.errors.contains("RCN1012"))
        #expect(try JSON.parse(Array(fleet.read("v.json").utf8))["valid"] == false)
    }

    @Test(arguments: ["plan", "render"]) func otherCommandsReportTheSame(_ command: String) async throws {
        let fleet = try await wrong()
        let run = try await fleet.reconcile(command, "--output", "github", "--output", "json=out.json")
        #expect(run.status == 3)
        #expect(run.text.hasPrefix("::error file=tenants/acme.yaml,line=6,"))
        #expect(try JSON.parse(Array(fleet.read("out.json").utf8))["diagnostics"]?.array?.count == 1)
    }

    /// On a terminal of its own, which `script` gives it.
    @Test("S4: colours are for terminals, and for nobody who says no")
    func coloursAreForTerminals() async throws {
        let fleet = try await wrong()
        func ran(_ options: String, _ variables: [String: String]) async throws -> String {
            let command = "\(Products.url("reconcile").path) validate \(options)"
            let inherited = Products.inherited.merging(["TERM": "xterm"]) { _, new in new }
            return try await Command.run(
                "script", ["--quiet", "--return", "--command", command, "/dev/null"], in: fleet.root,
                environment: inherited.merging(variables) { _, new in new }
            ).text
        }
        #expect(try await ran("", [:]).contains("\u{1b}[1;31merror:\u{1b}[0m"))
        #expect(try await !ran("", ["NO_COLOR": "1"]).contains("\u{1b}"))
        #expect(try await !ran("", ["TERM": "dumb"]).contains("\u{1b}"))
        #expect(try await !ran("--no-color", [:]).contains("\u{1b}"))
        #expect(try await !fleet.reconcile("validate").errors.contains("\u{1b}"))
    }

    /// A file full of what terminals and CI systems obey, in values, names of keys and of files.
    @Test(
        "S4, S7: whatever a file holds, no command lets it through", arguments: ["validate", "lint", "render", "plan"])
    func nothingHostileComesThrough(_ command: String) async throws {
        let sandbox = command == "plan" ? try SandboxServer() : nil
        var files = SmallFleet.files
        let hostile = #""::add-mask::x\n::error::y\e]0;pwned\a\x9b31m\u202e##vso[task.complete]""#
        files["tenants/acme.yaml"] = SmallFleet.tenant("acme", hostile)
        files["tenants/::error::x.yaml"] = "a: \u{1b}[2J\n"
        files["tenants/initech.yaml"] = SmallFleet.tenant("initech", "I") + "\n  \(hostile): 1\n"
        if command == "render" || command == "plan" {
            files["tenants/::error::x.yaml"] = nil
            files["tenants/initech.yaml"] = nil
        }
        let fleet = try await FleetRepository(files, sandbox: sandbox)
        for format in ["text", "json", "markdown", "junit", "github", "sarif", "gitlab"] {
            let run = try await fleet.reconcile(command, "--output", format)
            for line in (run.text + run.errors).split(separator: "\n") {
                let strays = line.unicodeScalars.filter { scalar in
                    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                        || scalar.properties.generalCategory == .format
                }
                #expect(strays.isEmpty, "\(format): \(line.debugDescription)")
                let isOurs =
                    format == "github" && (line.hasPrefix("::error file=") || line.hasPrefix("::warning file="))
                #expect(isOurs || !line.drop { $0 == " " }.hasPrefix("::"), "\(format): \(line)")
                #expect(!line.contains("##vso["), "\(format): \(line)")
            }
            #expect(!(run.text + run.errors).isEmpty || format == "github")
        }
    }

    /// `reconcile` with those words in a shell, as `$R`.
    private func shell(_ line: String, in fleet: FleetRepository) async throws -> Command {
        try await Command.run(
            "/bin/bash", ["-c", line], in: fleet.root,
            environment: Products.inherited.merging(fleet.environment) { _, given in given }
                .merging(["R": Products.url("reconcile").path]) { _, given in given })
    }

    @Test func outputThatCannotBeWrittenIsNoSuccess() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        let full = try await shell("$R render > /dev/full", in: fleet)
        #expect(full.status == 1)
        #expect(full.errors == "error: cannot write all of the output: No space left on device\n")
    }

    @Test func aReaderThatGoesAwayEndsNoApply() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        let run = try await shell("$R apply --yes | true; echo ${PIPESTATUS[0]}", in: fleet)
        #expect(run.text == "0\n", "\(run.errors)")
        #expect(try await fleet.stateCommits() == 1)
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }

    /// As a process that shares the pipe may have left it.
    @Test func aPipeThatDoesNotWaitLosesNothing() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        let unblock = "import fcntl, os; fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_NONBLOCK)"
        let run = try await shell(
            "for i in {1..20}; do (python3 -c '\(unblock)'; $R schema Fleet); done | (sleep 2; cat)",
            in: fleet)
        #expect(run.status == 0, "\(run.errors)")
        let once = try await fleet.succeed("schema", "Fleet").text
        // More than a pipe holds.
        #expect(once.utf8.count * 20 > 2 << 16)
        #expect(run.text.utf8.count == 20 * once.utf8.count)
    }
}
