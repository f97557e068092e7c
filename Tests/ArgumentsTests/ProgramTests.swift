import Arguments
import Testing

private let program = Program(
    "reconcile", "makes the world match a repository",
    common: [Option("output", .many("FORMAT"), "how results are printed", choices: ["text", "json"])],
    commands: [
        Command(
            "plan", "show what would change", positionals: [Positional("PLAN", "a saved plan")],
            options: [
                Option("ref", .one("NAME"), "a branch, tag or commit"), Option("yes", .flag, "do not ask"),
                Option("parallelism", .one("N"), "changes at once", default: "16"),
                Option("wait-timeout", .one("DURATION"), "how long to wait"),
            ]),
        Command(
            "sandbox", "the embedded systems", subcommands: [Command("start", "start it"), Command("stop", "end it")]),
    ])

@Suite struct ProgramTests {
    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Parsed {
        guard case .run(let parsed) = try program.parse(arguments, environment: environment) else {
            throw UsageError("help")
        }
        return parsed
    }

    @Test func readsOptionsInBothSpellings() throws {
        let parsed = try run(["plan", "--ref", "main", "--output=json", "--output", "text", "--yes", "saved.json"])
        #expect(parsed.command == ["plan"] && parsed.positionals == ["saved.json"])
        #expect(parsed.value("ref") == "main" && parsed.flag("yes"))
        #expect(parsed.all("output") == ["json", "text"])
    }

    @Test func theFlagWinsOverTheVariableAndThatOverTheDefault() throws {
        let environment = ["RECONCILE_PARALLELISM": "4", "RECONCILE_YES": "true", "RECONCILE_OUTPUT": "json,text"]
        let fromEnvironment = try run(["plan"], environment)
        #expect(fromEnvironment.value("parallelism") == "4" && fromEnvironment.origin("parallelism") == .environment)
        #expect(fromEnvironment.flag("yes") && fromEnvironment.all("output") == ["json", "text"])
        #expect(try run(["plan", "--parallelism", "2"], environment).origin("parallelism") == .flag)
        #expect(try run(["plan"]).origin("parallelism") == .initial)
        #expect(try run(["plan", "--yes=false"], environment).flag("yes") == false)
    }

    @Test(arguments: [
        (["plam"], "there is no command 'plam'; did you mean 'plan'?"),
        (["sandbox", "halt"], "there is no command 'halt' of 'sandbox'"),
        (["plan", "--reff", "x"], "there is no option '--reff'; did you mean '--ref'?"),
        (["plan", "--ref"], "--ref needs a value: --ref NAME"),
        (["plan", "-x"], "there is no option '-x'"),
        (["plan", "a", "b"], "'b' is one word too many"),
        (["plan", "--output", "jsom"], "--output is one of text, json, not 'jsom'; did you mean 'json'?"),
        (["plan", "--yes=maybe"], "--yes takes no value"),
        (["--ref", "x"], "a command has to stand before --ref"),
        (["plna"], "there is no command 'plna'; did you mean 'plan'?"),
        (["sand"], "there is no command 'sand'; did you mean 'sandbox'?"),
        (["x"], "there is no command 'x'"),
        (["plan", "--wait", "5"], "there is no option '--wait'; did you mean '--wait-timeout'?"),
        (["plan", "--ref", "--yes"], "--ref needs a value: --ref NAME"),
        (["sandbox", "stop", "--ref", "x"], "there is no option '--ref'; 'plan' has it"),
        (["plan", "--", "--yes", "b"], "'b' is one word too many"),
    ])
    func saysWhatIsWrong(_ arguments: [String], _ message: String) {
        let error = #expect(throws: UsageError.self) { try run(arguments) }
        #expect(error?.message == message)
    }

    @Test func takesDashesAsValueWhereAttached() throws {
        #expect(try run(["plan", "--ref=--yes"]).value("ref") == "--yes")
        #expect(try run(["plan", "--ref", "-1"]).value("ref") == "-1")
        #expect(try run(["plan", "--", "--yes"]).positionals == ["--yes"])
    }

    @Test func aFileWinsOverDefaultsOnly() throws {
        let file = ["parallelism": ["8"], "ref": ["dev"], "wait-timeout": ["5m"]]
        let parsed = try run(["plan", "--ref", "main"], ["RECONCILE_WAIT_TIMEOUT": "1m"]).filled(from: file)
        #expect(parsed.value("parallelism") == "8" && parsed.origin("parallelism") == .file)
        #expect(parsed.value("ref") == "main" && parsed.origin("ref") == .flag)
        #expect(parsed.value("wait-timeout") == "1m" && parsed.origin("wait-timeout") == .environment)
    }

    @Test func knowsTheUsualSpellingOfVersion() throws {
        let program = Program("p", "s", commands: [Command("version", "say it")])
        guard case .run(let parsed) = try program.parse(["--version"], environment: [:]) else {
            Issue.record("no command")
            return
        }
        #expect(parsed.command == ["version"])
    }

    @Test(arguments: [("90", 90.0), ("90s", 90), ("5m", 300), ("1h", 3600)])
    func readsDurations(_ text: String, _ seconds: Double) throws {
        #expect(try run(["plan", "--wait-timeout", text]).seconds("wait-timeout") == seconds)
    }

    @Test(arguments: ["", "-1", "1d", "m", "0", "99999999999999999999"]) func refusesOtherDurations(_ text: String)
        throws
    {
        let parsed = try run(["plan", "--wait-timeout", text])
        #expect(throws: UsageError.self) { try parsed.seconds("wait-timeout") }
    }

    @Test(arguments: [
        [], ["--help"], ["help"], ["sandbox"], ["plan", "--help"], ["help", "plan"], ["plan", "x", "-h"],
    ])
    func helps(_ arguments: [String]) throws {
        guard case .help(let text) = try program.parse(arguments, environment: [:]) else {
            Issue.record("no help")
            return
        }
        #expect(text.contains("Usage: reconcile"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
}
