import Formats

extension Plan {
    /// The plan as a person reads it, ending in a line break.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970, for the age of drift.
    ///   - isColored: with the colours of a terminal, around symbols and alarms.
    package func text(now: Int64, isColored: Bool = false) -> String {
        let style = TextStyle(isColored: isColored)
        guard !isQuiet else {
            return policy + notices
                + "No changes. \(TerminalText.escaped("\(environment) matches \(source.shortTitle)")).\n"
        }
        let lines = sections.flatMap { ["", $0.heading] + $0.changes.flatMap { $0.lines(now: now, style) } }
        let end = [
            trailers(style), isEmpty && gates.isEmpty && !isPartial ? ["Nothing is planned."] : summaryLines(style),
        ]
        return
            ([TerminalText.escaped("Environment \(environment) at \(source.title)")] + scope
            + (policyLines.isEmpty ? [] : [""] + policyLines) + lines
            + end.filter { !$0.isEmpty }.flatMap { [""] + $0 }).joined(separator: "\n") + "\n"
    }

    /// What others changed, of a plan that holds only that: who, when, which field, and the two ways on.
    package func driftText(now: Int64, isColored: Bool = false) -> String {
        let style = TextStyle(isColored: isColored)
        let findings = trailers(style)
        let title = TerminalText.escaped("\(environment) at \(source.title)")
        guard !sections.isEmpty else {
            let lines =
                findings.isEmpty
                ? ["No drift in \(title)."] : ["Drift in \(title): not all could be seen", ""] + findings
            return lines.joined(separator: "\n") + "\n"
        }
        let lines = sections.flatMap { ["", $0.heading] + $0.changes.flatMap { $0.lines(now: now, style) } }
        let count = changes.count == 1 ? "1 thing was" : "\(changes.count) things were"
        let end = [
            findings,
            [
                "\(count) changed by others.",
                "The next apply takes back what is not marked '!'. What should stay belongs into the files.",
            ],
        ]
        return (["Drift in \(title)"] + lines + end.filter { !$0.isEmpty }.flatMap { [""] + $0 })
            .joined(separator: "\n") + "\n"
    }

    /// Nothing is to be done, and nothing to be said but in passing.
    var isQuiet: Bool { isEmpty && gates.isEmpty && !diagnostics.contains { $0.severity != .note } }

    var policyLines: [String] { base?.lines() ?? [] }

    /// What the plan is of, where that is not all of it.
    private var scope: [String] { (base?.scope ?? []).map(TerminalText.escaped) }

    private var policy: String {
        let lines = scope + policyLines
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n\n"
    }

    private var notices: String { diagnostics.map { TerminalText.escaped($0.line) + "\n" }.joined() }

    /// Gates, what waits, and what could not be read.
    private func trailers(_ style: TextStyle) -> [String] {
        let held = gates.map { gate in
            guard !gate.isApproved else { return TerminalText.escaped("Approved: \(gate.finding)") }
            return "\(style.alarm(gate.tenant == nil ? "Refused" : "Held back")): \(TerminalText.escaped(gate.message))"
        }
        let waiting = Dictionary(grouping: pending, by: \.reason).sorted { $0.key < $1.key }.map { reason, tenants in
            let shown = tenants.prefix(10).map(\.name).joined(separator: ", ")
            let more = tenants.count > 10 ? " and \(tenants.count - 10) more" : ""
            return TerminalText.escaped("Pending: \(shown)\(more) (\(reason))")
        }
        let findings = diagnostics.map { finding in
            finding.severity == .error
                ? style.alarm(TerminalText.escaped(finding.line)) : TerminalText.escaped(finding.line)
        }
        return held + waiting + findings
    }

    private var isPartial: Bool { isUnknown(LiveFinding.clusterUnknown) || isUnknown(LiveFinding.identityUnknown) }

    /// A system of which nothing could be planned.
    private func isUnknown(_ code: String) -> Bool { diagnostics.contains { $0.code == code } }

    /// What goes without being a change of its own.
    private var contentOfNamespaces: String {
        let count = changes.count { change in
            guard case .cluster(.delete(let id, _, _)) = change.operation else { return false }
            return id.kind == "Namespace" && id.group.isEmpty
        }
        switch count {
        case 0: return ""
        case 1: return " What lies in the namespace goes with it and is not counted."
        default: return " What lies in the \(count) namespaces goes with them and is not counted."
        }
    }

    /// The last lines of the text: what it comes to in numbers.
    func summaryLines(_ style: TextStyle) -> [String] {
        let summary = summary
        let changed = summary.usersChanged == 0 ? "" : "\(summary.usersChanged) to change, "
        let deleted = summary.usersDeleted == 0 ? "" : ", \(summary.usersDeleted) to delete"
        let refusal = isRefused ? [style.alarm("Nothing is carried out while a limit of the fleet refuses.")] : []
        return refusal + [
            isUnknown(LiveFinding.clusterUnknown)
                ? "Plan: not known, since Kubernetes could not be read."
                : "Plan: \(summary.add) to add, \(summary.change) to change, \(summary.destroy) to destroy."
                    + contentOfNamespaces,
            (isUnknown(LiveFinding.identityUnknown)
                ? "Users: not known, since Keycloak could not be read. "
                : "Users: \(summary.usersCreated) to create, \(changed)\(summary.usersDisabled) to disable\(deleted). "
                    + "Memberships: +\(summary.joins) -\(summary.leaves). ")
                + "Blocked: \(summary.blocked). Drift: \(summary.drift).",
        ]
    }
}

extension PlanSource {
    /// `3f2a91c`, `the work tree`
    package var shortTitle: String { commit.map { String($0.prefix(7)) } ?? "the work tree" }
}

extension PlanSection {
    fileprivate var heading: String {
        TextStyle.columns("  \(TerminalText.escaped(tenant ?? "environment"))", file.map(TerminalText.escaped))
    }
}

extension Change {
    fileprivate func lines(now: Int64, _ style: TextStyle) -> [String] {
        [style.symbol(action, in: headline)] + shownFields.map { $0.line(now: now, of: source) }
    }

    /// The same for a block of a diff, whose symbols begin their lines.
    func diffLines(now: Int64) -> [String] {
        lines(now: now, TextStyle(isColored: false)).map { String($0.dropFirst(4)) }
    }

    /// `+ user ada@acme.example   +acme/operator                        users/acme.csv:2`
    var diffLine: String { String(headline.dropFirst(4)) }

    /// `    + user ada@acme.example   +acme/operator                    users/acme.csv:2`
    private var headline: String {
        var parts = [title]
        let said = isNewSecret ? [] : notes
        // What would happen to a person, and then what stays as it is.
        let details = (action == .blocked ? said + shownMemberships : shownMemberships + said).joined(separator: ", ")
        if !details.isEmpty { parts.append(details) }
        return TextStyle.columns(
            TerminalText.escaped("    \(action.symbol) \(parts.joined(separator: "   "))"),
            origin.map(TerminalText.escaped))
    }

    /// `users/acme.csv (row gone since 3f2a91c)`; of a new Secret what its values are first.
    private var origin: String? {
        let place = source.map { $0.isWholeFile ? $0.file : $0.fileAndLine }
        if isNewSecret, !notes.isEmpty {
            return notes.joined(separator: ", ") + (place.map { " (\($0))" } ?? "")
        }
        let parts = [place, reason.map { "(\($0))" }].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private var isNewSecret: Bool { if case .cluster(.createSecret) = operation { reason == nil } else { false } }

    /// A lockout says what it is in words; its field and groups follow from it.
    private var isLockout: Bool {
        action == .disable || action == .forget || fields.contains { $0.pointer == "/enabled" && $0.after == false }
    }

    private var shownFields: [FieldChange] { isLockout ? [] : fields }

    private var shownMemberships: [String] {
        if action == .blocked { return memberships.map { ($0.joins ? "stays out of " : "stays in ") + $0.group } }
        guard !isLockout else { return [] }
        let shown = memberships.map { ($0.joins ? "+" : "-") + $0.group + ($0.isDrift ? " (drift)" : "") }
        return shown.isEmpty ? [] : [shown.joined(separator: " ")]
    }
}

extension FieldChange {
    /// `        spec.replicas: 2 → 3                                    tenants/acme.yaml:19`; the place only where it is
    /// in another file than the change's.
    fileprivate func line(now: Int64, of change: Place?) -> String {
        let elsewhere = source.flatMap { $0.file == change?.file ? nil : $0.fileAndLine }
        return TextStyle.columns(
            "        \(TerminalText.escaped("\(path): \(values(now: now))"))", elsewhere.map(TerminalText.escaped))
    }

    private func values(now: Int64) -> String {
        let by = manager.map { " by \($0)" } ?? ""
        let age = since.flatMap(Timestamp.init).map { ", \($0.age(at: now))" } ?? ""
        if isSensitive { return isDrift ? "(sensitive) drift,\(by)\(age)" : "(sensitive)" }
        let (before, after) = ShortValue.pair(before, after)
        return isDrift ? "drift, \(before)\(by)\(age) → \(after)" : "\(before)\(by)\(age) → \(after)"
    }
}
