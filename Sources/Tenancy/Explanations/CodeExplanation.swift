/// What `reconcile explain` says of a code beside its title and the way out.
package struct CodeExplanation: Sendable {
    /// Why it is asked for, in a sentence or two.
    package let meaning: String
    /// The file that the example is a part of.
    package let file: String
    package let wrong: String
    package let right: String

    init(_ meaning: String, in file: String, wrong: String, right: String) {
        self.meaning = meaning
        self.file = file
        self.wrong = wrong
        self.right = right
    }
}

extension DiagnosticCode {
    /// Every code has one; a test holds that.
    package var explanation: CodeExplanation? { Self.explanations[self] }

    private static let explanations: [DiagnosticCode: CodeExplanation] = [
        ofFiles, ofReferences, ofTenants, ofBlueprints, ofYAML, ofCSV, ofSchemas, ofHabits, ofRecords,
        ofPolicies, ofObjects, ofObjectPolicies,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    /// The page for a terminal.
    package var page: String {
        var text = "\(rawValue): \(title)\n"
        guard let explanation else { return text + "\n\(remedy)\n" }
        text += "\n\(explanation.meaning)\n\nThe way out: \(remedy)\n"
        text += "\nWrong, in \(explanation.file):\n\n\(Self.indented(explanation.wrong))"
        text += "\nRight:\n\n\(Self.indented(explanation.right))"
        return text
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
    }
}
