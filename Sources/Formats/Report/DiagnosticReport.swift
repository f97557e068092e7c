/// Findings as they are shown: sorted by place, with the lines that they are about.
///
/// However it is written, nothing that a file holds is obeyed by a terminal, a CI log or a viewer.
package struct DiagnosticReport: Sendable {
    /// In the order of their places.
    package let diagnostics: [Diagnostic]
    let lines: SourceLines

    /// - Parameter source: the bytes of a file, asked once for each; nil where it cannot be shown.
    package init(_ diagnostics: [Diagnostic], source: (String) -> [UInt8]?) {
        self.diagnostics = diagnostics.sorted()
        let places = diagnostics.flatMap { [$0.place] + $0.notes.map(\.place) }.compactMap { $0 }
        lines = SourceLines(Set(places.filter { !$0.isWholeFile }.map(\.file)), source: source)
    }

    package func count(_ severity: Diagnostic.Severity) -> Int { diagnostics.count { $0.severity == severity } }

    /// A text of the user's as it is shown: on one line, nothing hidden, nothing obeyed; what is beyond reading is cut.
    static func shown(_ text: String) -> String {
        let escaped = TerminalText.escaped(text)
        return escaped.utf8.count <= longest ? escaped : String(escaped.unicodeScalars.prefix(longest)) + "…"
    }

    private static let longest = 800

    /// A number for each finding that stays when lines move, so that a viewer knows it again; in their order.
    var fingerprints: [String] {
        var seen: [String: Int] = [:]
        return diagnostics.map { diagnostic in
            let key = "\(diagnostic.code)\n\(diagnostic.place?.file ?? "")\n\(diagnostic.message)"
            let ordinal = seen[key, default: 0]
            seen[key] = ordinal + 1
            return Self.hash("\(key)\n\(ordinal)")
        }
    }

    /// FNV-1a: an identity, not a protection.
    private static func hash(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16).leftPadded(to: 16)
    }
}
