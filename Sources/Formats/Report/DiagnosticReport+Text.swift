extension DiagnosticReport {
    /// The findings as a compiler prints them, each with the line it is about.
    ///
    ///     tenants/acme.yaml:14:9: error: unknown tier 'entreprise'; did you mean 'enterprise'? [RCN1012]
    ///       14 |   tier: entreprise
    ///          |         ^^^^^^^^^^
    package func text(color: Bool = false) -> String {
        let printer = DiagnosticPrinter(lines: lines, color: color)
        return diagnostics.map(printer.text).joined()
    }

    /// The same of one of them.
    func text(of diagnostic: Diagnostic) -> String {
        DiagnosticPrinter(lines: lines, color: false).text(of: diagnostic)
    }
}

private struct DiagnosticPrinter {
    /// Lines longer than this are cut around the place.
    private static let lineWidth = 100

    let lines: SourceLines
    let color: Bool

    func text(of diagnostic: Diagnostic) -> String {
        let severity = paint(diagnostic.severity.rawValue + ":", diagnostic.severity == .error ? "1;31" : "1;33")
        let message = DiagnosticReport.shown(diagnostic.message)
        var text = "\(prefix(diagnostic.place))\(severity) \(paint(message, "1")) [\(diagnostic.code)]\n"
        if let place = diagnostic.place { text += excerpt(place, indent: "  ") }
        for note in diagnostic.notes {
            text += "  \(prefix(note.place))\(paint("note:", "36")) \(DiagnosticReport.shown(note.message))\n"
            if let place = note.place { text += excerpt(place, indent: "    ") }
        }
        return text
    }

    private func prefix(_ place: Place?) -> String {
        place.map { "\(DiagnosticReport.shown($0.file)):\($0.line):\($0.column): " } ?? ""
    }

    private func paint(_ text: String, _ code: String) -> String {
        color ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }

    /// The line and carets below what the place is about; nothing where the file or the line is not there.
    private func excerpt(_ place: Place, indent: String) -> String {
        guard let scalars = lines.line(of: place), !scalars.isEmpty, !scalars.contains("\0") else { return "" }
        let column = min(place.column - 1, scalars.count)
        let wordEnd = min(scalars.count, (lines.endColumn(of: place) ?? place.column) - 1)
        let start = LineCells(scalars[..<column]).cut(toLast: Self.lineWidth / 2)
        let end = LineCells(scalars[column...]).cut(toFirst: Self.lineWidth - start.width)
        let word = LineCells(scalars[column..<max(column, wordEnd)]).width
        let margin = String(repeating: " ", count: "\(place.line)".utf8.count)
        let carets = String(repeating: "^", count: max(1, min(word, end.width)))
        return "\(indent)\(place.line) | \(start.text)\(end.text)\n"
            + "\(indent)\(margin) | \(String(repeating: " ", count: start.width))\(paint(carets, "1;32"))\n"
    }
}

/// Characters of a line as they are shown, with the cells that each takes on a terminal.
private struct LineCells {
    private let pieces: [(text: String, width: Int)]

    init(_ scalars: ArraySlice<UnicodeScalar>) {
        pieces = scalars.indices.map { index in
            let scalar = scalars[index]
            if scalar == "\t" { return ("    ", 4) }
            guard scalar.isHidden || TerminalText.beginsCommand(scalars[index...]) else {
                return (String(scalar), TerminalText.width(scalar))
            }
            let escape = TerminalText.escape(scalar)
            return (escape, escape.utf8.count)
        }
    }

    var width: Int { pieces.reduce(0) { $0 + $1.width } }

    func cut(toFirst limit: Int) -> (text: String, width: Int) {
        let kept = Self.fitting(pieces, limit)
        return (kept.map(\.text).joined() + (kept.count < pieces.count ? "…" : ""), kept.reduce(0) { $0 + $1.width })
    }

    func cut(toLast limit: Int) -> (text: String, width: Int) {
        let kept = Self.fitting(pieces.reversed(), limit).reversed()
        let isCut = kept.count < pieces.count
        return ((isCut ? "…" : "") + kept.map(\.text).joined(), kept.reduce(isCut ? 1 : 0) { $0 + $1.width })
    }

    private static func fitting(_ pieces: [(text: String, width: Int)], _ limit: Int) -> [(text: String, width: Int)] {
        var width = 0
        return Array(
            pieces.prefix { piece in
                width += piece.width
                return width <= limit
            })
    }
}
