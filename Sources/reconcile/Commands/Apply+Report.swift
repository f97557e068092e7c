import Planning
import Reconciliation

extension Apply {
    /// Prints what came of it; the exit code says the worst of it.
    static func report(_ step: Run.ApplyStep, _ invocation: Invocation, now: Int64) -> ExitCode {
        switch step {
        case .invalid(let checkout, let diagnostics):
            Report.print(diagnostics, from: checkout, invocation)
            return .invalidInput
        case .refused(let plan, let checkout, let diagnostics):
            Report.print(diagnostics, from: checkout, invocation)
            if plan.isRefused {
                printPlan(plan, invocation, now: now)
                return ExitCode.worst(of: [.refused, ExitCode(plan)])
            }
            invocation.terminal.note("Nothing was applied.")
            return .done
        case .applied(let result, let checkout, let diagnostics):
            Report.print(diagnostics, from: checkout, invocation)
            return report(result, invocation, now: now)
        }
    }

    private static func printPlan(_ plan: Plan, _ invocation: Invocation, now: Int64) {
        invocation.terminal.result(
            invocation.isJSON
                ? plan.json.prettyText
                : plan.text(now: now, isColored: invocation.hasColor))
    }

    private static func report(
        _ result: ApplyResult, _ invocation: Invocation, now: Int64
    ) -> ExitCode {
        if let outcome = result.outcome {
            invocation.terminal.result(
                invocation.isJSON ? outcome.json.prettyText : "\n" + outcome.text(isColored: invocation.hasColor))
        } else {
            printPlan(result.plan, invocation, now: now)
        }
        for line in result.said { invocation.terminal.note("remote: \(line)") }
        if let record = result.record, !invocation.isJSON {
            invocation.terminal.result("Recorded as \(record.prefix(7)).\n")
        }
        if let problem = result.problem { invocation.terminal.error(text(of: problem, result)) }
        return ExitCode.worst(
            of: [ExitCode(result.plan), result.outcome.map { ExitCode($0) }, result.problem.map { ExitCode($0) }]
                .compactMap { $0 })
    }
}

extension Apply {
    /// That the systems have it and the branch has not, so that nobody looks for the fault in the wrong place.
    private static func text(of problem: Problem, _ result: ApplyResult) -> String {
        guard problem.kind == .notRecorded else { return problem.message }
        return
            "\(result.outcome == nil ? "" : "applied, but ")not recorded: \(problem.message); the next apply records it"
    }
}

extension ExitCode {
    /// What a plan alone says: refused removals, systems that could not be read.
    init(_ plan: Plan) {
        var codes: [ExitCode] = []
        if plan.gates.contains(where: { !$0.isApproved }) { codes.append(.refused) }
        if plan.diagnostics.contains(where: { $0.severity == .error }) { codes.append(.unreachable) }
        self = .worst(of: codes)
    }

    /// The worst of what came of the changes.
    init(_ outcome: Outcome) {
        let codes = outcome.results.values.map { result -> ExitCode in
            switch result {
            case .done: .done
            case .notReady, .skipped: .partial
            case .failed(let failure):
                switch failure.kind {
                case .unreachable: .unreachable
                case .conflict: .conflict
                case .rejected: .partial
                }
            }
        }
        self = .worst(of: codes)
    }
}
