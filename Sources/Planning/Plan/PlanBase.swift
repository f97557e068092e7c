package import Formats
package import Tenancy

/// The commit whose endpoints, limits, roles and policy a plan goes by: what a pull request goes into.
package struct PlanBase: Sendable, Hashable {
    /// As it was named: `origin/main`.
    package let ref: String
    /// The full commit id.
    package let commit: String
    /// What the planned files would change about them; nothing of it is in force.
    package let changes: [PolicyChange]
    /// All that was looked at; nil for everything.
    package var part: FleetPart?
    /// No system was asked: the plan is of what the base asks for.
    package var isOffline = false

    package init(ref: String, commit: String, changes: [PolicyChange]) {
        self.ref = ref
        self.commit = commit
        self.changes = changes
    }

    /// `9ab12cd (origin/main)`
    package var title: String { commit.hasPrefix(ref) ? String(commit.prefix(7)) : "\(commit.prefix(7)) (\(ref))" }

    /// One for each change, at its place.
    package var findings: [Diagnostic] {
        changes.map { change in
            let advice =
                change.isNewEnvironment
                ? "its endpoints are no pull request's to say, so it is planned once that is merged"
                : "an owner has to approve it, and the plan goes by \(title)"
            return Diagnostic(
                SafetyFinding.policyChange, .warning, at: change.place,
                "policy change: \(change.name): \(change.values); \(advice)")
        }
    }

    /// What the plan is of, where that is not all of the live systems.
    var scope: [String] {
        var lines: [String] = []
        if let part {
            let names = (part.hasShared ? ["what is there once"] : []) + part.tenants.sorted()
            let more = names.count > 10 ? " and \(names.count - 10) more" : ""
            let list = names.isEmpty ? "nothing" : names.prefix(10).joined(separator: ", ") + more
            lines.append("Only what can come out otherwise than at \(title): \(list).")
        }
        if isOffline { lines.append("No system was asked: this is what the files ask for otherwise than at \(title).") }
        return lines
    }

    /// What the plan's text says of policy.
    func lines() -> [String] {
        guard !changes.isEmpty else { return [] }
        let heading = TerminalText.escaped("  policy change: an owner has to approve; this plan goes by \(title)")
        return [heading]
            + changes.map { change in
                TextStyle.columns(
                    TerminalText.escaped("    \(change.symbol) \(change.name): \(change.values)"),
                    TerminalText.escaped(change.place.isWholeFile ? change.place.file : change.place.fileAndLine))
            }
    }

    var json: JSON {
        .members([
            ("ref", .string(ref)), ("commit", .string(commit)), ("offline", .bool(isOffline)),
            ("affected", part?.json), ("policyChanges", policy),
        ])
    }

    private var policy: JSON {
        .array(
            changes.map { change in
                .members([
                    ("name", .string(change.name)), ("before", change.before), ("after", change.after),
                    ("source", change.place.json),
                ])
            })
    }
}

extension FleetPart {
    fileprivate var json: JSON {
        ["tenants": .array(tenants.sorted().map { .string($0) }), "shared": .bool(hasShared)]
    }
}

extension PolicyChange {
    /// `50 → 500`
    fileprivate var values: String {
        let (before, after) = ShortValue.pair(before, after)
        return "\(before) → \(after)"
    }

    fileprivate var symbol: String {
        (before == nil ? Action.create : after == nil ? .delete : .update).symbol
    }

    fileprivate var isNewEnvironment: Bool {
        before == nil && name.hasPrefix("environments.") && name.split(separator: ".").count == 2
    }
}
