import Arguments
import Formats
import Reconciliation

/// `reconcile export`: a fleet for what is there already.
enum Export {
    static let command = Command(
        "export", "write files for what the live systems hold already",
        details:
            "Reads an environment of this fleet, and writes another fleet into a folder of its own: namespaces as tenants, their objects as blueprints, without what servers, controllers and defaults have put there, and the people of groups as users files. What `validate` would refuse is left out and named. Values of Secrets are never read. Changes nothing in the systems; `plan` then shows what `adopt` takes over.",
        options: Options.reading + [
            Options.only, Options.timeout, Options.unverified,
            Option("to", .one("FOLDER"), "a folder that is empty, or not there yet"),
            Option("namespace", .many("NAME"), "this namespace; by default all with the environment's prefix"),
            Option("realm-groups", .many("NAME"), "this top-level group; by default those called as the tenants' are"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        guard let target = invocation.parsed.value("to") else {
            throw UsageError("where do the files go? add --to FOLDER", command: ["export"])
        }
        let request = ExportRequest(
            target: target, namespaces: invocation.parsed.all("namespace"),
            groups: invocation.parsed.all("realm-groups"))
        let exported = try await invocation.run().export(request)
        invocation.terminal.result(text(of: exported, target))
        return .done
    }

    private static func text(of exported: Exported, _ target: String) -> String {
        let counts =
            "\(Words.counted(exported.tenants, "tenant")) and \(Words.counted(exported.people, "membership"))"
        var lines = ["Wrote a fleet of \(counts) into \(exported.written.root):"]
        lines += exported.written.paths.map { "  + \($0)" }
        if !exported.notes.isEmpty { lines += ["", "Left out:"] + exported.notes.map { "  \($0)" } }
        let repo = "--repo \(target)"
        lines += [
            "", "Next, after a look at the files:", "  reconcile validate \(repo)", "  reconcile plan \(repo)",
            "  reconcile adopt \(repo) ADDRESS …    what the plan shows as not ours",
        ]
        return lines.map(TerminalText.escaped).joined(separator: "\n") + "\n"
    }
}
