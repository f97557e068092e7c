import Arguments
import Formats
import KubernetesModel
import Reconciliation

/// `reconcile history`: what was applied when, from the state branch.
enum HistoryCommand {
    static let command = Command(
        "history", "show what was applied, and when",
        details: "Reads the state branch: each of its commits is an apply that changed something.",
        options: Options.reading + [
            Options.output, Option("limit", .one("N"), "how many of each environment", default: "20"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let limit = try invocation.parsed.count("limit") ?? 20
        let outputs = try invocation.outputs()
        let histories = try await invocation.run().history(limit: limit)
        try outputs.write(invocation.terminal) { output in
            output.format == .json
                ? JSON.array(histories.map { json($0.environment, $0.entries) }).prettyText
                : histories.map { text($0.environment, $0.entries) }.joined(separator: "\n")
        }
        return .done
    }

    private static func text(_ environment: String, _ entries: [HistoryEntry]) -> String {
        guard !entries.isEmpty else { return "\(environment): nothing has been applied yet\n" }
        let lines = entries.map { entry in
            let source = entry.source.map { String($0.prefix(7)) } ?? "-      "
            let shown = entry.tenants.prefix(5).joined(separator: ", ")
            let more = entry.tenants.count > 5 ? " and \(entry.tenants.count - 5) more" : ""
            return
                "  \(Timestamp(seconds: entry.time).text)  \(source)  recorded as \(entry.commit.prefix(7))  \(shown)\(more)"
        }
        return ([environment] + lines.map(TerminalText.escaped)).joined(separator: "\n") + "\n"
    }

    private static func json(_ environment: String, _ entries: [HistoryEntry]) -> JSON {
        ["environment": .string(environment), "records": .array(entries.map { json($0) })]
    }

    private static func json(_ entry: HistoryEntry) -> JSON {
        [
            "commit": .string(entry.commit), "time": .string(Timestamp(seconds: entry.time).text),
            "source": entry.source.map { .string($0) } ?? .null, "tenants": .array(entry.tenants.map { .string($0) }),
        ]
    }
}
