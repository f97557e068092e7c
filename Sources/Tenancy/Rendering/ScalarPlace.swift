import Expressions
import Formats

/// Finds the character of a file that an error inside a scalar's text is about.
struct ScalarPlace {
    let file: String
    /// The file's bytes, where they are still at hand: they show what escapes and folded lines hide.
    var bytes: [UInt8]?

    /// The place of the character at that offset of the scalar's text; the scalar's own place where it cannot be told.
    func place(of offset: Int, in node: Node, text: String) -> Place {
        let start = Int(node.mark.column)
        let isOneLine = !text.utf8.contains(UInt8(ascii: "\n"))
        if let bytes, let found = search(bytes, from: node.mark, offset, text) { return Place(file: file, mark: found) }
        guard isOneLine else { return Place(file: file, mark: node.mark) }
        let quote = node.scalar?.isPlain == true ? 0 : 1
        return Place(file: file, mark: Mark(line: Int(node.mark.line), column: start + quote + offset))
    }

    /// Looks for the line of the text that holds the offset, as it stands, at or behind the scalar's beginning.
    private func search(_ bytes: [UInt8], from mark: Mark, _ offset: Int, _ text: String) -> Mark? {
        let scalars = Array(text.unicodeScalars)
        guard offset <= scalars.count else { return nil }
        let lineStart = scalars[..<offset].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        let lineEnd = scalars[offset...].firstIndex(of: "\n") ?? scalars.count
        let wanted = Array(String(String.UnicodeScalarView(scalars[lineStart..<lineEnd])).utf8)
        guard !wanted.isEmpty else { return nil }
        var line = 1
        var index = 0
        while line < mark.line, index < bytes.count {
            if bytes[index] == 0x0a { line += 1 }
            index += 1
        }
        var column = 1
        while index + wanted.count <= bytes.count {
            if line > mark.line || column >= mark.column, bytes[index...].starts(with: wanted) {
                return Mark(line: line, column: column + offset - lineStart)
            }
            if bytes[index] == 0x0a {
                line += 1
                column = 1
            } else if bytes[index] & 0xc0 != 0x80 {
                column += 1
            }
            index += 1
        }
        return nil
    }
}

extension ScalarPlace {
    func diagnostics(_ errors: ExpressionErrors, in node: Node, text: String) -> [Diagnostic] {
        errors.errors.map { error in
            DiagnosticCode.expression.at(place(of: error.offset, in: node, text: text), error.message)
        }
    }
}
