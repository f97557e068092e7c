import Arguments
import Formats
import Reconciliation

/// `reconcile check`: whether it works as the users of the tenants see it.
enum Check {
    static let command = Command(
        "check", "ask what serves the users whether it works",
        details:
            "Runs the checks of the blueprints for every active tenant: URLs that have to answer, in time, and host names that have to be there. Ends with 5 where one is critical or failed. No check goes to a private address, whatever a tenant's file or the DNS says, unless reconcile.yaml opens its network; none follows a redirect or uses a proxy.",
        options: Options.reading + [Options.tenant, Options.output, Options.parallelism, timeout])

    private static let timeout = Option("timeout", .one("DURATION"), "for each check", default: "10s")

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let checked = try await invocation.run().check()
        Findings(checked.diagnostics, from: checked.checkout).print(invocation)
        let findings = ExitCode(checked.diagnostics)
        guard findings == .done else { return findings }
        try outputs.write(invocation.terminal) { content(checked.reports, $0, invocation) }
        return ExitCode.worst(of: checked.reports.map { ExitCode($0) })
    }

    static func content(_ reports: [CheckReport], _ output: Output, _ invocation: Invocation) -> String {
        guard output.format == .text else { return reports.map(\.json.prettyText).joined() }
        let isColored = output.path == nil && invocation.hasColor
        return reports.map { $0.text(isColored: isColored) }.joined(separator: "\n")
    }
}

extension ExitCode {
    init(_ report: CheckReport) { self = report.isGood ? .done : .partial }
}

extension CheckReport {
    /// One line for each check, by tenant, and how many there are of each kind.
    fileprivate func text(isColored: Bool) -> String {
        guard !results.isEmpty else {
            return TerminalText.escaped("No checks: no blueprint of an active tenant in \(environment) has any.") + "\n"
        }
        let names = results.map { "\($0.check.blueprint)/\($0.check.name)".count }.max() ?? 0
        var lines = ["\(environment) at \(source), checked now"].map(TerminalText.escaped)
        var before: String??
        for result in results {
            if before != .some(result.tenant) {
                lines += ["", TerminalText.escaped("  \(result.tenant ?? "environment")")]
            }
            before = .some(result.tenant)
            lines.append("    " + result.state.text(isColored: isColored) + TerminalText.escaped(result.line(names)))
        }
        let counts = CheckResult.State.allCases.map { "\(count($0)) \($0.rawValue)" }.joined(separator: ", ")
        return (lines + ["", "\(Words.counted(results.count, "check")): \(counts)."]).joined(separator: "\n") + "\n"
    }
}

extension CheckResult {
    fileprivate func line(_ width: Int) -> String {
        let name = "\(check.blueprint)/\(check.name)"
        let target =
            switch check.target {
            case .url(let url, _, _): url
            case .dns(let host, let cname): cname.map { "\(host) → \($0)" } ?? host
            }
        let end = [seconds.map(CheckProbe.words), reason].compactMap { $0 }.joined(separator: ", ")
        return "\(name)\(String(repeating: " ", count: width - name.count))  \(target)  \(end)"
    }
}

extension CheckResult.State {
    fileprivate func text(isColored: Bool) -> String {
        let color =
            switch self {
            case .ok: 32
            case .warn: 33
            case .critical, .failed: 31
            }
        let padding = String(repeating: " ", count: 10 - rawValue.count)
        return isColored ? "\u{1b}[\(color)m\(rawValue)\u{1b}[0m\(padding)" : rawValue + padding
    }
}
