import Planning
import Reconciliation

extension Apply {
    /// Prints what came of it; the exit code says the worst of it.
    static func report(_ step: Run.ApplyStep, _ outputs: [Output], _ invocation: Invocation, now: Int64) -> ExitCode {
        switch step {
        case .invalid(let checkout, let diagnostics):
            Findings(diagnostics, from: checkout).print(invocation)
            return ExitCode(diagnostics)
        case .refused(let plan, let checkout, let diagnostics):
            Findings(diagnostics, from: checkout).print(invocation)
            if plan.isRefused {
                let written = write(outputs, invocation) { content(plan, $0, invocation, now: now) }
                return ExitCode.worst(of: [.refused, ExitCode(plan), written])
            }
            invocation.terminal.note("Nothing was applied.")
            return .done
        case .applied(let result, let checkout, let diagnostics):
            Findings(diagnostics, from: checkout).print(invocation)
            return report(result, outputs, invocation, now: now)
        }
    }

    private static func content(_ plan: Plan, _ output: Output, _ invocation: Invocation, now: Int64) -> String {
        guard output.format == .text else { return plan.json.prettyText }
        return plan.text(now: now, isColored: output.path == nil && invocation.hasColor)
    }

    private static func content(
        _ result: ApplyResult, _ output: Output, _ invocation: Invocation, now: Int64
    ) -> String {
        guard let outcome = result.outcome else {
            // Not all may be as the files say: only nothing of this plan is left.
            if output.format == .text, result.left > 0, result.plan.isEmpty {
                return "Nothing of the saved plan is left to carry out.\n"
            }
            return content(result.plan, output, invocation, now: now)
        }
        guard output.format == .text else { return outcome.json.prettyText }
        return "\n" + outcome.text(isColored: output.path == nil && invocation.hasColor)
    }

    /// What was applied is applied: a report that cannot be written takes nothing of it back.
    private static func write(_ outputs: [Output], _ invocation: Invocation, _ content: (Output) -> String) -> ExitCode
    {
        do throws(Problem) {
            try outputs.write(invocation.terminal, content)
            return .done
        } catch {
            invocation.terminal.error(error.message)
            return ExitCode(error)
        }
    }

    private static func report(
        _ result: ApplyResult, _ outputs: [Output], _ invocation: Invocation, now: Int64
    ) -> ExitCode {
        let written = write(outputs, invocation) { output in
            let checks = result.checks.map { Check.content([$0], output, invocation) } ?? ""
            let between = output.format == .text && result.checks != nil ? "\n" : ""
            return content(result, output, invocation, now: now) + between + checks
        }
        for change in result.stale {
            invocation.terminal.note("left alone: \(change.title): \(change.reason)")
        }
        if result.others > 0 {
            invocation.terminal.note(
                "\(result.others) other changes are needed that the saved plan does not hold: run `reconcile plan`")
        }
        for line in result.said { invocation.terminal.note("remote: \(line)") }
        if let record = result.record, outputs.hasText {
            invocation.terminal.result("Recorded as \(record.prefix(7)).\n")
        }
        if let problem = result.problem { invocation.terminal.error(text(of: problem, result)) }
        return ExitCode.worst(
            of: [
                ExitCode(result.plan), written, result.stale.isEmpty ? .done : .conflict,
                result.outcome.map { ExitCode($0) },
                result.problem.map { ExitCode($0) }, result.checks.map { ExitCode($0) },
            ]
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
    /// What a plan alone says: refused removals, what is blocked, systems that could not be read.
    init(_ plan: Plan) {
        var codes: [ExitCode] = plan.changes.compactMap { change in
            switch change.obstacle {
            case .policy: .refused
            case .conflict: .conflict
            case nil: nil
            }
        }
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
