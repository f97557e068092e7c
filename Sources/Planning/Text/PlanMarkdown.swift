package import Formats

/// Plans as a pull request shows them.
///
/// The summary of every environment comes first, then every line that takes something away, then what has to be looked at,
/// then tenant by tenant all changes, folded. What does not fit is counted and named; nothing is cut inside a block.
package struct PlanMarkdown {
    /// GitHub takes 65,536 characters for a comment; what is missing is for the mark that `reconcile comment` puts in front.
    /// Bytes are counted, of which a text never has fewer.
    package static let limit = 65_000
    /// For the last lines, which are always there.
    private static let endSize = 1_000

    private let plans: [Plan]
    private let findings: DiagnosticReport
    private let now: Int64
    private let log: String?
    private var text = ""
    /// By environment: tenants whose changes are not shown.
    private var hidden: [(environment: String, tenant: String, changes: Int)] = []

    /// - Parameters:
    ///   - findings: of the files; where one is an error, there is no plan.
    ///   - log: the address of the page that shows all of it.
    package init(_ plans: [Plan], findings: DiagnosticReport, now: Int64, log: String? = nil) {
        self.plans = plans
        self.findings = findings
        self.now = now
        self.log = log
    }

    package static func text(
        _ plans: [Plan], findings: DiagnosticReport, now: Int64, log: String? = nil
    ) -> String {
        var markdown = PlanMarkdown(plans, findings: findings, now: now, log: log)
        markdown.write()
        return markdown.text
    }

    private var room: Int { Self.limit - Self.endSize - text.utf8.count }

    private mutating func write() {
        guard findings.count(.error) == 0 else {
            text = findings.markdown("reconcile plan: the files have mistakes", bytes: Self.limit)
            return
        }
        for (index, plan) in plans.enumerated() {
            // An equal share of what is left, so that one environment does not hide what another loses.
            text += head(of: plan, bytes: room / (plans.count - index))
        }
        for plan in plans { addObstacles(of: plan) }
        if !findings.diagnostics.isEmpty {
            let block = findings.markdownBlock(bytes: room / 2)
            add(MarkdownText.folded("Findings in the files", block))
        }
        for plan in plans { addSections(of: plan) }
        text += end
    }

    /// Adds a piece that is whole in itself, where there is room.
    @discardableResult
    private mutating func add(_ piece: String) -> Bool {
        guard piece.utf8.count + 1 <= room else { return false }
        text += "\n" + piece
        return true
    }

    // MARK: What comes first

    private func head(of plan: Plan, bytes: Int) -> String {
        let place = "\(MarkdownText.code(plan.environment)) at \(MarkdownText.code(plan.source.title))"
        let title = "\(text.isEmpty ? "" : "\n")### Plan for \(place)\n\n"
        let lines = plan.isQuiet ? ["No changes."] : plan.summaryLines(TextStyle(isColored: false))
        let summary = lines.enumerated().map { $0 == 0 ? "**\($1)**" : $1 }.joined(separator: "  \n") + "\n"
        let refused = plan.gates.filter { $0.tenant == nil && !$0.isApproved }.map { "Refused: \($0.message)" }
        let policy = plan.base?.changes.isEmpty == false ? plan.policyBlock(bytes: bytes / 3) : ""
        let scope = (plan.base?.scope ?? []).map { "\n\(MarkdownText.code($0))\n" }.joined()
        let head = title + summary + scope + (refused.isEmpty ? "" : "\n" + MarkdownText.fence(refused)) + policy
        return head + losses(of: plan, bytes: bytes - head.utf8.count)
    }

    /// Every line that takes something away; shorter ones where there are too many.
    private func losses(of plan: Plan, bytes: Int) -> String {
        let losing = plan.changes.filter(\.takesAway)
        guard !losing.isEmpty else { return "" }
        let heading = "\n**Takes something away: \(losing.count)**\n\n"
        let room = bytes - heading.utf8.count - 200
        for lines in [losing.map(\.diffLine), losing.map { "\($0.action.symbol) \($0.title)" }] {
            let (block, count) = MarkdownText.fence(lines, "diff", bytes: room)
            if count == lines.count { return heading + block }
        }
        let (block, count) = MarkdownText.fence(losing.map { "\($0.action.symbol) \($0.title)" }, "diff", bytes: room)
        let rest = Dictionary(grouping: losing.dropFirst(count), by: \.tenant).count
        return heading + block
            + "\n**\(losing.count - count) more of them, in \(rest) tenants, do not fit here: look at the whole plan.**\n"
    }

    // MARK: What has to be looked at

    private mutating func addObstacles(of plan: Plan) {
        let held = plan.gates.filter { $0.tenant != nil || $0.isApproved }.map { gate in
            gate.isApproved ? "Approved: \(gate.finding)" : "Held back: \(gate.message)"
        }
        let waiting = plan.pending.map { "Pending: \($0.name) (\($0.reason))" }
        let lines =
            plan.diagnostics.map(\.line) + held + waiting
            + plan.changes.filter { $0.action == .blocked }.map(\.diffLine)
        guard !lines.isEmpty else { return }
        let name = plans.count > 1 ? " in \(MarkdownText.code(plan.environment))" : ""
        let heading = "**To be looked at\(name): \(lines.count)**\n\n"
        let (block, count) = MarkdownText.fence(lines, bytes: room / 2 - heading.utf8.count - 60)
        add(heading + block + (count < lines.count ? "\n\(lines.count - count) more do not fit here.\n" : ""))
    }

    // MARK: Tenant by tenant

    private mutating func addSections(of plan: Plan) {
        let isOpen = plans.count == 1 && plan.sections.count == 1
        for section in plan.sections {
            let name = section.tenant ?? "environment"
            let whole = plans.count > 1 ? "\(plan.environment): \(name)" : name
            let title = "<code>\(MarkdownText.html(whole))</code>: \(section.counts)"
            let forms = [
                section.changes.flatMap { $0.diffLines(now: now) }, section.changes.map(\.diffLine),
                section.changes.map { "\($0.action.symbol) \($0.title)" },
            ]
            let isShown = forms.contains { lines in
                add(MarkdownText.folded(title, MarkdownText.fence(lines, "diff"), isOpen: isOpen))
            }
            if !isShown { hidden.append((plan.environment, name, section.changes.count)) }
        }
    }

    // MARK: What comes last

    private var end: String {
        var lines: [String] = []
        if !hidden.isEmpty {
            let names = hidden.prefix(8).map { MarkdownText.code(String($0.tenant.prefix(63))) }.joined(separator: ", ")
            let more = hidden.count > 8 ? " and \(hidden.count - 8) more" : ""
            lines.append(
                "**\(hidden.reduce(0) { $0 + $1.changes }) changes do not fit here**: those of \(names)\(more). "
                    + "`reconcile plan --tenant NAME` shows them.")
        }
        let digests = plans.prefix(4).map { "\($0.digest.prefix(16))" }.joined(separator: ", ")
        let page = log.map { " · [the whole plan](\($0))" } ?? ""
        lines.append("Digest of what would be done: `\(digests)`\(page)")
        return "\n" + lines.joined(separator: "\n\n") + "\n"
    }
}

extension Plan {
    /// What the files would change about the policy that the plan goes by.
    fileprivate func policyBlock(bytes: Int) -> String {
        let heading =
            "\n**Policy change: an owner has to approve it.** This plan goes by \(MarkdownText.code(base?.title ?? "")).\n\n"
        let lines = policyLines.dropFirst().map { String($0.dropFirst(4)) }
        let (block, count) = MarkdownText.fence(lines, "diff", bytes: bytes - 200)
        let rest = lines.count - count
        return heading + block + (rest > 0 ? "\n\(rest) more do not fit here.\n" : "")
    }
}

extension PlanSection {
    /// `2 create, 1 update, 1 blocked`, in the words of JSON.
    fileprivate var counts: String {
        Action.allCases.compactMap { action in
            let count = changes.count { $0.action == action }
            return count == 0 ? nil : "\(count) \(action.rawValue)"
        }.joined(separator: ", ")
    }
}

extension Change {
    /// Something that is there, or that somebody may do, is not any more.
    var takesAway: Bool {
        switch action {
        case .delete, .replace, .disable: true
        case .blocked: false
        case .create, .update, .adopt, .forget, .rename: memberships.contains { !$0.joins }
        }
    }
}
