import Formats

/// What can be said about one file without the others: its head, and its schema.
enum DocumentChecks {
    struct Outcome {
        var diagnostics: [Diagnostic] = []
        /// False where the file is something else than its path says, so that nothing in it is looked at.
        var isOfKind = true
    }

    static func check(_ node: Node, kind: FleetKind, name: String, file: String) -> Outcome {
        var outcome = Outcome()
        let fields = Fields(node: node, file: file)
        if let written = fields["kind"].text, written != kind.rawValue, let other = FleetKind(rawValue: written) {
            let home = other.home(of: fields["metadata"]["name"].text ?? name).map { " to \($0)" } ?? ""
            let message = "a \(written) in the place of a \(kind.rawValue); move the file\(home), or correct its kind"
            outcome.diagnostics = [DiagnosticCode.wrongKind.at(fields["kind"].place, message)]
            outcome.isOfKind = false
            return outcome
        }
        outcome.diagnostics = SchemaCheck.check(node, kind: kind, file: file)
        let written = fields["metadata"]["name"]
        if kind != .fleet, let text = written.text, text != name {
            let message =
                kind == .blueprint
                ? "metadata.name is '\(text)', the folder is named '\(name)'; both have to be the same"
                : "metadata.name is '\(text)', the file is named '\(name)'; both have to be the same"
            // A name that is no label is one mistake, not two.
            if !outcome.diagnostics.contains(where: { $0.place == written.place }) {
                outcome.diagnostics.append(DiagnosticCode.wrongName.at(written.place, message))
            }
        }
        return outcome
    }
}

extension FleetKind {
    /// Where a file of that kind lies; nil where more than its name decides.
    fileprivate func home(of name: String) -> String? {
        switch self {
        case .fleet: "reconcile.yaml"
        case .tier: "tiers/\(name).yaml"
        case .role: "roles/\(name).yaml"
        case .tenant: "tenants/\(name).yaml"
        case .approval: "approvals/\(name).yaml"
        case .blueprint: nil
        }
    }
}
