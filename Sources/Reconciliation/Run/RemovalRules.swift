import Formats
import Planning
import Tenancy

/// What a fleet's files say about removals in one environment, and what of it is in force.
///
/// A pull request cannot loosen a limit and use that in one go: a looser limit is in force once an apply has recorded it.
struct RemovalRules: Sendable {
    let limits: Limits
    /// Those for the environment.
    let approvals: [Approval]
    /// Hashes of the break-glass accounts' names.
    let breakGlass: Set<String>
    private let source: Place

    init(_ environment: FleetEnvironment, _ approvals: [Approval]) {
        limits = environment.environment.limits
        breakGlass = Set(environment.environment.breakGlass.map(KeyHash.of))
        source = environment.source
        self.approvals = approvals.filter { $0.environment == environment.name }
    }

    func limitsInForce(_ stored: StateTree?) -> Limits { stored?.limits.map(limits.stricter) ?? limits }

    /// Digests of the refused changes that may pass.
    func approvalsInForce(_ stored: StateTree?, on today: CalendarDate) -> Set<String> {
        Set(approvals.filter { $0.expires > today && !isUsed($0, stored) }.map(\.digest))
    }

    /// The digests that have let something pass, with those of these gates; of approvals that are still in the files.
    func used(_ before: Set<String>, by gates: [Gate]) -> Set<String> {
        let passed = gates.filter(\.isApproved).map(\.digest)
        return Set(
            approvals.map(\.digest).filter { digest in
                before.contains(digest) || passed.contains { $0.hasPrefix(digest) }
            })
    }

    private func isUsed(_ approval: Approval, _ stored: StateTree?) -> Bool {
        stored?.usedApprovals.contains(approval.digest) == true
    }

    /// Limits that wait, and approvals that let nothing pass any more.
    func findings(_ stored: StateTree?, on today: CalendarDate) -> [Diagnostic] {
        let loosened = zip(limits.members, limitsInForce(stored).members).filter { $0.value != $1.value }
        var findings = loosened.map { asked, held in
            Diagnostic(
                SafetyFinding.limitWaits, .note, at: source,
                "\(asked.name): \(asked.value.plain) is looser than \(held.value.plain), which was applied last; it is in force "
                    + "from the apply after the next one")
        }
        let dropped = (stored?.breakGlass ?? []).subtracting(breakGlass).count
        if dropped > 0 {
            let names = dropped == 1 ? "1 name has" : "\(dropped) names have"
            findings.append(
                Diagnostic(
                    SafetyFinding.limitWaits, .note, at: source,
                    "\(names) gone from breakGlass since it was applied last; the accounts are protected until the apply "
                        + "after the next one"))
        }
        for approval in approvals {
            if isUsed(approval, stored) {
                findings.append(
                    Diagnostic(
                        SafetyFinding.approvalUsed, .warning, at: approval.source,
                        "this approval has let its changes pass once, and lets nothing pass again; remove the file"))
            } else if approval.expires <= today {
                findings.append(
                    Diagnostic(
                        SafetyFinding.approvalExpired, .warning, at: approval.source,
                        "this approval held until \(approval.expires); remove the file, or approve again"))
            }
        }
        return findings
    }
}

extension Double {
    /// `25`, `12.5`
    fileprivate var plain: String { Int(exactly: self).map(String.init) ?? String(self) }
}
