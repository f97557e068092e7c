import Formats

extension Outcome {
    /// What came of the plan, as a person reads it: a line for each change that is not done, then the sums.
    package func text(isColored: Bool = false) -> String {
        let style = TextStyle(isColored: isColored)
        let sections = plan.sections.compactMap { section -> [String]? in
            let lines = section.changes.compactMap { line(of: $0, style) }
            return lines.isEmpty ? nil : ["  \(TerminalText.escaped(section.tenant ?? "environment"))"] + lines + [""]
        }
        return (sections.flatMap { $0 } + summaryLines).joined(separator: "\n") + "\n"
    }

    private func line(of change: Change, _ style: TextStyle) -> String? {
        let (word, reason): (String, String)
        switch results[change.address] {
        case .notReady(let text): (word, reason) = ("not ready", text)
        case .failed(let failure) where failure.isUncertain:
            (word, reason) = ("not known whether carried out", "\(failure.message); the next apply looks again")
        case .failed(let failure): (word, reason) = ("failed", failure.message)
        case .skipped(let text): (word, reason) = ("skipped", text)
        case .none where change.action == .blocked: (word, reason) = ("blocked", change.reason ?? "")
        case .none: (word, reason) = ("skipped", "it was not tried")
        case .done: return nil
        }
        let line = TerminalText.escaped("    \(change.action.symbol) \(change.title): \(word): \(reason)")
        return style.symbol(change.action, in: line)
    }

    private var summaryLines: [String] {
        let done = Summary(of: plan.changes.filter { results[$0.address]?.isCarriedOut == true })
        let count = counts
        let isComplete = count.failed + count.notReady + count.skipped == 0
        let changed = done.usersChanged == 0 ? "" : "\(done.usersChanged) changed, "
        let deleted = done.usersDeleted == 0 ? "" : ", \(done.usersDeleted) deleted"
        return [
            "Apply \(isComplete ? "complete" : "incomplete"): \(done.add) added, \(done.change) changed, "
                + "\(done.destroy) destroyed.",
            "Users: \(done.usersCreated) created, \(changed)\(done.usersDisabled) disabled\(deleted). "
                + "Memberships: +\(done.joins) -\(done.leaves). Failed: \(count.failed). Not ready: \(count.notReady). "
                + "Skipped: \(count.skipped). Blocked: \(plan.summary.blocked).",
        ]
    }
}

extension Outcome {
    /// How many changes came to what.
    package struct Counts: Sendable, Hashable {
        package internal(set) var done = 0
        package internal(set) var notReady = 0
        package internal(set) var failed = 0
        package internal(set) var skipped = 0
    }

    /// Of all changes that the plan meant to carry out; one without a result was not tried.
    package var counts: Counts {
        var counts = Counts()
        for change in plan.changes where change.operation != nil {
            switch results[change.address] {
            case .done: counts.done += 1
            case .notReady: counts.notReady += 1
            case .failed: counts.failed += 1
            case .skipped, .none: counts.skipped += 1
            }
        }
        return counts
    }
}

extension ChangeResult {
    /// The system has it, ready or not.
    var isCarriedOut: Bool {
        switch self {
        case .done, .notReady: true
        case .failed, .skipped: false
        }
    }
}
