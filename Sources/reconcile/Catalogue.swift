import Arguments

/// All commands, in the order of the help.
enum Catalogue {
    /// A command that can be run.
    struct Entry: Sendable {
        let path: [String]
        let run: @Sendable (Invocation) async throws -> ExitCode
    }

    static let entries: [Entry] = [
        Entry(path: ["validate"], run: Validate.run),
        Entry(path: ["render"], run: Render.run),
        Entry(path: ["plan"], run: PlanCommand.run),
        Entry(path: ["apply"], run: Apply.run),
        Entry(path: ["approve"], run: Approve.run),
        Entry(path: ["status"], run: Status.run),
        Entry(path: ["drift"], run: Drift.run),
        Entry(path: ["history"], run: HistoryCommand.run),
        Entry(path: ["who-has-access"], run: WhoHasAccess.run),
        Entry(path: ["rollback"], run: RollbackCommand.run),
        Entry(path: ["pause"], run: Pause.run),
        Entry(path: ["resume"], run: Resume.run),
        Entry(path: ["unlock"], run: Unlock.run),
        Entry(path: ["sandbox", "start"], run: Sandbox.start),
        Entry(path: ["sandbox", "stop"], run: Sandbox.pass),
        Entry(path: ["sandbox", "dump"], run: Sandbox.pass),
        Entry(path: ["sandbox", "kubeconfig"], run: Sandbox.pass),
        Entry(path: ["version"], run: Version.run),
    ]

    static let program = Program(
        "reconcile", "makes a cluster and an identity provider match a Git repository of tenants and users",
        common: [Options.noColor],
        commands: [
            Validate.command, Render.command, PlanCommand.command, Apply.command, Approve.command, Status.command,
            Drift.command, HistoryCommand.command, WhoHasAccess.command, RollbackCommand.command, Pause.command,
            Resume.command, Unlock.command,
            Sandbox.command,
            Version.command,
        ])
}

/// Options that several commands share.
enum Options {
    static let noColor = Option("no-color", .flag, "no colours, as with NO_COLOR")
    static let repo = Option(
        "repo", .one("PATH"), "the repository, a path or file:// URL; by default the one around the current folder")
    static let ref = Option("ref", .one("NAME"), "the branch, tag or commit to read")
    static let environment = Option("environment", .many("NAME"), "only this environment")
    static let tenant = Option("tenant", .many("NAME"), "only this tenant")
    static let only = Option("only", .one("SYSTEM"), "only one of the two systems", choices: ["cluster", "identity"])
    static let output = output([.text, .json])
    /// With the forms that editors and CI systems read findings in.
    static let findings = output(Output.Format.allCases)

    private static func output(_ formats: [Output.Format]) -> Option {
        Option(
            "output", .many("FORMAT[=PATH]"), "the form of the result, and the file for it", default: "text",
            choices: formats.map(\.rawValue), takesPath: true)
    }
    static let approve = Option("approve", .many("DIGEST"), "let these refused removals pass, this once")
    static let parallelism = Option("parallelism", .one("N"), "changes under way at once", default: "16")
    static let timeout = Option(
        "timeout", .one("DURATION"), "for each request, and as long again for repeating it", default: "60s")

    /// What every command that reads a repository takes.
    static let reading = [repo, ref, environment]
}
