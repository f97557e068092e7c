import Arguments
import Formats
import KubernetesModel
import Reconciliation
import Tenancy

/// `reconcile who-has-access`: who was granted what, now or at an earlier day.
enum WhoHasAccess {
    static let command = Command(
        "who-has-access", "show who was granted which role, now or at an earlier day",
        details:
            "Reads the state branch, which knows the groups that were granted, and the files that were applied then, which know the names. Nothing is asked of the live systems. A day means its end, in UTC.",
        options: Options.reading + [
            Options.tenant, Options.output, Option("at", .one("DATE"), "a day, or a moment like 2026-11-21T12:00:00Z"),
            Option("user", .one("ADDRESS"), "only this person: an address, an id, or the provider's own id"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let (at, user) = (invocation.parsed.value("at"), invocation.parsed.value("user"))
        let moment = try at.map { text throws(UsageError) in try Self.moment(text) }
        let outputs = try invocation.outputs()
        let reports = try await invocation.run().access(at: moment, user: user)
        try outputs.write(invocation.terminal) { output in
            output.format == .json
                ? JSON.array(reports.map { json($0) }).prettyText
                : reports.map { text($0, at) }.joined(separator: "\n")
        }
        return .done
    }

    private static func moment(_ text: String) throws(UsageError) -> Int64 {
        if let day = CalendarDate(text) { return Int64(day.daysSince1970 + 1) * 86_400 - 1 }
        if let moment = Timestamp(text) { return moment.seconds }
        throw UsageError(
            "--at takes a day or a moment, 2026-11-21 or 2026-11-21T12:00:00Z, not '\(text)'",
            command: ["who-has-access"])
    }

    private static func text(_ report: AccessReport, _ at: String?) -> String {
        let day = at.map { " at \($0)" } ?? ""
        guard let source = report.source else { return "\(report.environment)\(day): nothing had been applied\n" }
        let heading = "\(report.environment)\(day), as applied from \(source.prefix(7))"
        guard !report.entries.isEmpty else { return "\(heading): nobody\n" }
        let width = report.entries.map { "\($0.tenant)/\($0.role)".count }.max() ?? 0
        let names = report.entries.map { $0.email?.count ?? 0 }.max() ?? 0
        let lines = report.entries.map { entry in
            let role = "\(entry.tenant)/\(entry.role)"
            let padding = String(repeating: " ", count: width - role.count)
            let name = entry.email ?? "account \(entry.subject), which those files do not have"
            let gap = String(repeating: " ", count: max(0, names - name.count))
            let row = entry.source.map { "\(gap)  \($0.fileAndLine)" } ?? ""
            return TerminalText.escaped("  \(role)\(padding)  \(name)\(row)")
        }
        return ([heading] + lines).joined(separator: "\n") + "\n"
    }

    private static func json(_ report: AccessReport) -> JSON {
        [
            "environment": .string(report.environment), "source": report.source.map { .string($0) } ?? .null,
            "access": .array(
                report.entries.map { entry in
                    [
                        "tenant": .string(entry.tenant), "role": .string(entry.role),
                        "email": entry.email.map { .string($0) } ?? .null, "subject": .string(entry.subject),
                        "file": entry.source.map { .string($0.file) } ?? .null,
                        "line": entry.source.map { .int(Int64($0.line)) } ?? .null,
                    ]
                }),
        ]
    }
}
