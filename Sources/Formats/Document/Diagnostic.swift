/// One finding about the user's files: a value, collected with all others and printed by the command line.
package struct Diagnostic: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable { case error, warning, note }

    /// A second place that helps to understand the first.
    package struct Note: Sendable, Hashable {
        package let place: Place?
        package let message: String

        package init(_ message: String, at place: Place? = nil) {
            self.place = place
            self.message = message
        }
    }

    /// Stable for ever: `RCN1xxx` repository, `RCN2xxx` live systems, `RCN3xxx` safety.
    package let code: String
    package let severity: Severity
    /// Nil where the finding is about no file.
    package let place: Place?
    /// Lower case, no full stop; says what was found, what was expected and, where it can be guessed, what was meant.
    package let message: String
    package let notes: [Note]

    package init(_ code: String, _ severity: Severity = .error, at place: Place?, _ message: String, notes: [Note] = [])
    {
        self.code = code
        self.severity = severity
        self.place = place
        self.message = message
        self.notes = notes
    }

    /// Whether the finding is about what is asked for rather than how it is written: it is refused, not wrong.
    package var isRefusal: Bool { code.hasPrefix("RCN3") }

    /// `tenants/acme.yaml:14:7: error: unknown tier 'entreprise'; did you mean 'enterprise'? [RCN1012]`
    ///
    /// Not yet safe for a terminal: whoever prints it escapes control characters.
    package var line: String {
        let prefix = place.map { "\($0): " } ?? ""
        return "\(prefix)\(severity.rawValue): \(message) [\(code)]"
    }
}

extension Diagnostic: Comparable {
    /// By place, those without one first; then by code and message.
    package static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        switch (left.place, right.place) {
        case (.none, .some): return true
        case (.some, .none): return false
        case (.some(let one), .some(let other)) where one != other: return one < other
        default: return (left.code, left.message) < (right.code, right.message)
        }
    }
}
