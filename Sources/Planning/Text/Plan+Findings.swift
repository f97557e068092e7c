package import Formats

extension Plan {
    /// What the plan shows beside its changes as findings at their places: systems that could not be read, limits that
    /// were reached, and what is not carried out. For viewers that know findings and no plans.
    package var findings: [Diagnostic] {
        let blocked = changes.filter { $0.action == .blocked }.map { change in
            Diagnostic(
                SafetyFinding.blocked, .warning, at: change.source,
                "\(change.title) in \(environment): \(change.reason ?? "is not carried out")")
        }
        let reached = gates.filter { !$0.isApproved }.map { gate in
            let file = sections.first { $0.tenant == gate.tenant && gate.tenant != nil }?.file
            return Diagnostic(
                SafetyFinding.limitReached, gate.tenant == nil ? .error : .warning, at: file.map { .whole($0) },
                "\(environment): \(gate.message)")
        }
        return (diagnostics + (base?.findings ?? []) + blocked + reached).sorted()
    }

    /// One test for each part of the plan: it fails where something of the part is not carried out.
    package var junit: JUnitReport.Suite {
        let refusals = gates.filter { $0.tenant == nil && !$0.isApproved }.map { gate in
            JUnitReport.Case(
                name: gate.name, group: environment, failure: (SafetyFinding.limitReached, gate.finding, gate.message))
        }
        let unread = diagnostics.filter { $0.severity == .error }.map { finding in
            JUnitReport.Case(
                name: finding.code, group: environment, failure: (finding.code, finding.message, finding.line))
        }
        let parts = sections.map { section in
            JUnitReport.Case(
                name: section.tenant ?? "environment", group: environment, file: section.file,
                failure: failure(of: section))
        }
        let all = refusals + unread + parts
        return JUnitReport.Suite(
            "plan \(environment)", all.isEmpty ? [JUnitReport.Case(name: "no changes", group: environment)] : all)
    }

    private func failure(of section: PlanSection) -> (type: String, message: String, text: String)? {
        let blocked = section.changes.filter { $0.action == .blocked }
        let reached = gates.filter { $0.tenant == section.tenant && $0.tenant != nil && !$0.isApproved }
        guard !blocked.isEmpty || !reached.isEmpty else { return nil }
        let lines = reached.map(\.message) + blocked.map { "\($0.title): \($0.reason ?? "is not carried out")" }
        return (
            reached.isEmpty ? SafetyFinding.blocked : SafetyFinding.limitReached, lines[0],
            lines.joined(separator: "\n")
        )
    }
}
