import Arguments

/// All commands, in the order of the help.
enum Catalogue {
    /// A command, or a group of them, with what runs it.
    struct Entry: Sendable {
        let command: Command
        let run: @Sendable (Invocation) async throws -> ExitCode

        init(_ command: Command, _ run: @escaping @Sendable (Invocation) async throws -> ExitCode) {
            self.command = command
            self.run = run
        }
    }

    static let entries: [Entry] = [
        // Writing the files
        Entry(Init.command, Init.run),
        Entry(New.command, New.run),
        Entry(Export.command, Export.run),
        Entry(Validate.command, Validate.run),
        Entry(Render.command, Render.run),
        Entry(LintCommand.command, LintCommand.run),
        Entry(Format.command, Format.run),
        Entry(SchemaCommand.command, SchemaCommand.run),
        Entry(Explain.command, Explain.run),
        // Making it so
        Entry(PlanCommand.command, PlanCommand.run),
        Entry(CommentCommand.command, CommentCommand.run),
        Entry(Apply.command, Apply.run),
        Entry(Approve.command, Approve.run),
        Entry(RollbackCommand.command, RollbackCommand.run),
        Entry(Adopt.command, Adopt.run),
        Entry(Forget.command, Forget.run),
        Entry(RunCommand.command, RunCommand.run),
        // Looking at it
        Entry(Status.command, Status.run),
        Entry(Check.command, Check.run),
        Entry(Drift.command, Drift.run),
        Entry(HistoryCommand.command, HistoryCommand.run),
        Entry(WhoHasAccess.command, WhoHasAccess.run),
        // At three in the morning
        Entry(Pause.command, Pause.run),
        Entry(Resume.command, Resume.run),
        Entry(Unlock.command, Unlock.run),
        Entry(Doctor.command, Doctor.run),
        // The program itself
        Entry(Sandbox.command, Sandbox.run),
        Entry(Completion.command, Completion.run),
        Entry(Version.command, Version.run),
    ]

    static let program = Program(
        "reconcile", "makes a cluster and an identity provider match a Git repository of tenants and users",
        common: [Options.noColor], commands: entries.map(\.command))
}

/// Options that several commands share.
enum Options {
    static let noColor = Option("no-color", .flag, "no colours, as with NO_COLOR")
    static let repo = Option(
        "repo", .one("PATH"),
        "the repository, a path or an https, ssh or file URL; by default the one around the current folder")
    static let ref = Option("ref", .one("NAME"), "the branch, tag or commit to read")
    static let base = Option(
        "base", .one("REF"),
        "what a pull request goes into: endpoints, limits, roles and policy are that one's, and differences are shown")
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
    static let adopt = Option("adopt", .many("ADDRESS"), "take over what is there and not ours, as `reconcile adopt`")
    static let parallelism = Option("parallelism", .one("N"), "changes under way at once", default: "16")
    static let timeout = Option(
        "timeout", .one("DURATION"), "for each request, and as long again for repeating it", default: "60s")
    static let unverified = Option(
        "insecure-skip-tls-verify", .flag,
        "let a kubeconfig that says so skip the proof of who its server is; the status records it")

    /// What every command that reads a repository takes.
    static let reading = [repo, ref, environment]
}
