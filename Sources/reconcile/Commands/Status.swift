import Arguments
import Formats
import Reconciliation

/// `reconcile status`: what the last run left, read from the state branch; or how things stand now.
enum Status {
    static let command = Command(
        "status", "show what the last run left, or how things stand now",
        details:
            "Prints the page that the last run committed to the state branch. With --live it looks at the live systems instead, and ends with 5 where something is not ready.",
        options: Options.reading + [
            Options.tenant, Options.output, Options.timeout, Options.unverified,
            Option("live", .flag, "look at the live systems"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        guard invocation.parsed.flag("live") else {
            let pages = try await invocation.run().status()
            try outputs.write(invocation.terminal) { output in
                output.format == .json
                    ? JSON.array(pages.map { $0.json }).prettyText : pages.map { $0.text }.joined(separator: "\n")
            }
            return .done
        }
        let found = try await invocation.run().liveStatus()
        try outputs.write(invocation.terminal) { output in
            output.format == .json
                ? JSON.array(found.map { $0.json }).prettyText : found.map { $0.text }.joined(separator: "\n")
        }
        return ExitCode.worst(of: found.map { code(of: $0) })
    }

    private static func code(of status: LiveStatus) -> ExitCode {
        if !status.diagnostics.isEmpty { return .unreachable }
        return status.isReady ? .done : .partial
    }
}

extension LiveStatus {
    fileprivate var text: String {
        let width = parts.map { name($0).count }.max() ?? 0
        let lines = parts.flatMap { part -> [String] in
            let padding = String(repeating: " ", count: width - name(part).count)
            let state = part.unready.isEmpty ? "ready    " : "not ready"
            let pending = part.pending == 0 ? "" : ", \(count(part.pending, "change")) pending"
            let head = "  \(name(part))\(padding)  \(state)  \(count(part.objects, "object"))\(pending)"
            return [head] + part.unready.map { "    \($0.title): \($0.readiness.description)" }
        }
        let unready = parts.count { !$0.unready.isEmpty }
        let end = unready == 0 ? "All is ready." : "\(unready) of \(parts.count) are not ready."
        let findings = diagnostics.map(\.line)
        return
            (["\(environment) at \(source), looked at now", ""] + lines + [""] + findings
            + (findings.isEmpty ? [end] : []))
            .map(TerminalText.escaped).joined(separator: "\n") + "\n"
    }

    private func count(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

    private func name(_ part: Part) -> String { part.tenant ?? "environment" }

    fileprivate var json: JSON {
        [
            "environment": .string(environment), "source": .string(source), "ready": .bool(isReady),
            "parts": .array(parts.map { json($0) }), "findings": .array(diagnostics.map { .string($0.line) }),
        ]
    }

    private func json(_ part: Part) -> JSON {
        [
            "tenant": part.tenant.map { .string($0) } ?? .null, "objects": .int(Int64(part.objects)),
            "pending": .int(Int64(part.pending)),
            "notReady": .array(
                part.unready.map { entry in
                    [
                        "object": .string(entry.title), "state": .string(entry.readiness.state.rawValue),
                        "reason": .string(entry.readiness.reason),
                    ]
                }),
        ]
    }
}
