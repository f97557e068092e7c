/// Diagnostics as a compiler prints them, each with the line it is about.
///
///     tenants/acme.yaml:14:9: error: unknown tier 'entreprise'; did you mean 'enterprise'? [RCN1012]
///       14 |   tier: entreprise
///          |         ^
package enum DiagnosticText {
    /// The diagnostics in the order of their places. Everything from the user's files is made safe for terminals.
    ///
    /// - Parameter source: the bytes of a file, asked once for each; nil where it cannot be shown.
    package static func render(
        _ diagnostics: [Diagnostic], source: (String) -> [UInt8]?, color: Bool = false
    ) -> String {
        var files: [String: [UInt8]] = [:]
        for file in Set(diagnostics.compactMap(\.place?.file)) { files[file] = source(file) }
        let printer = DiagnosticPrinter(files: files, color: color)
        return diagnostics.sorted().map(printer.text).joined()
    }
}

private struct DiagnosticPrinter {
    /// Lines longer than this are cut around the place.
    private static let lineWidth = 100

    let files: [String: [UInt8]]
    let color: Bool

    func text(of diagnostic: Diagnostic) -> String {
        let severity = paint(diagnostic.severity.rawValue + ":", diagnostic.severity == .error ? "1;31" : "1;33")
        let message = TerminalText.escaped(diagnostic.message)
        var text = "\(prefix(diagnostic.place))\(severity) \(paint(message, "1")) [\(diagnostic.code)]\n"
        if let place = diagnostic.place { text += excerpt(place) }
        for note in diagnostic.notes {
            text += "  \(prefix(note.place))\(paint("note:", "36")) \(TerminalText.escaped(note.message))\n"
        }
        return text
    }

    private func prefix(_ place: Place?) -> String {
        place.map { "\(TerminalText.escaped($0.file)):\($0.line):\($0.column): " } ?? ""
    }

    private func paint(_ text: String, _ code: String) -> String {
        color ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }

    /// The line and a caret below its column; nothing where the file or the line is not there.
    private func excerpt(_ place: Place) -> String {
        guard let scalars = line(place), !scalars.isEmpty else { return "" }
        let column = min(place.column - 1, scalars.count)
        let before = cells(scalars[..<column])
        let behind = cells(scalars[column...])
        let start = before.cut(toLast: Self.lineWidth / 2)
        let end = behind.cut(toFirst: Self.lineWidth - start.width)
        let number = "\(place.line)"
        let margin = String(repeating: " ", count: number.utf8.count)
        let caret = String(repeating: " ", count: start.width) + paint("^", "1;32")
        return "  \(number) | \(start.text)\(end.text)\n  \(margin) | \(caret)\n"
    }

    private func line(_ place: Place) -> [UnicodeScalar]? {
        files[place.file]?.withUnsafeBufferPointer { whole in
            let isMarked = whole.starts(with: ForeignText.byteOrderMark)
            let line = UnsafeBufferPointer(rebasing: whole[(isMarked ? 3 : 0)...]).line(place.line)
            let text = line.last == 0x0d ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
            return Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        }
    }

    private func cells(_ scalars: ArraySlice<UnicodeScalar>) -> Cells {
        Cells(
            scalars.map { scalar in
                if scalar == "\t" { return ("    ", 4) }
                guard scalar.isHidden else { return (String(scalar), TerminalText.width(scalar)) }
                let escape = TerminalText.escape(scalar)
                return (escape, escape.utf8.count)
            })
    }
}

/// Pieces of a line with the cells that each takes on a terminal.
private struct Cells {
    private let pieces: [(text: String, width: Int)]

    init(_ pieces: [(text: String, width: Int)]) { self.pieces = pieces }

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
