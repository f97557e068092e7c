import Formats
package import Planning
package import Tenancy

/// A new file that lets refused changes pass once it is merged.
package struct ApprovalFile: Sendable {
    /// From the repository's root: `approvals/7f3c00aa….yaml`
    package let path: String
    package let environment: String
    /// What it lets pass.
    package let gate: Gate
    package let expires: CalendarDate
}

extension Run {
    /// Plans, finds the refused changes with that digest, and writes the approval into the work tree, to be reviewed.
    ///
    /// - Parameters:
    ///   - digest: The whole digest or its first eight digits or more.
    ///   - days: How long the approval holds.
    package func approve(_ digest: String, days: Int, reason: String?) async throws(Problem) -> ApprovalFile {
        guard digest.utf8.count >= 8 else {
            throw Problem(.usage, "'\(digest)' is too short: a digest is named by its first 8 digits or more")
        }
        let result = try await plan()
        guard result.isSound else {
            throw Problem(.invalid, "the fleet's files have errors: run `reconcile validate`")
        }
        let gates = result.planned.flatMap { planned in planned.plan.gates.map { (planned.plan.environment, $0) } }
        guard let (environment, gate) = gates.first(where: { $0.1.digest.hasPrefix(digest) }) else {
            throw Problem(
                .conflict, "no refused changes have the digest \(digest) any more: run `reconcile plan` again")
        }
        if gate.isApproved { throw Problem(.usage, "\(gate.name) is approved already") }
        guard let root = result.checkout.workTree else {
            throw Problem(.usage, "an approval is a file to be reviewed: run this in a work tree")
        }
        let file = ApprovalFile(
            path: "approvals/\(gate.digest.prefix(12)).yaml", environment: environment, gate: gate,
            expires: CalendarDate(secondsSince1970: surroundings.now + Int64(days) * 86_400))
        try PlainFile.create(file.path, in: root, file.text(reason: reason))
        return file
    }
}

extension ApprovalFile {
    fileprivate func text(reason: String?) -> String {
        let document: JSON = [
            "apiVersion": "reconcile.dev/v1", "kind": "Approval", "metadata": ["name": .string(name)],
            "spec": [
                "environment": .string(environment), "digest": .string(gate.digest),
                "expires": .string(expires.description), "reason": .string(reason ?? gate.finding),
            ],
        ]
        let order = ["apiVersion", "kind", "metadata", "spec", "environment", "digest", "expires", "reason"]
        return "# \(TerminalText.escaped(gate.finding))\n" + YAML.text(of: document, order: order)
    }

    private var name: String { String(gate.digest.prefix(12)) }
}
