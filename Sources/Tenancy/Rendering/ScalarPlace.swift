import Expressions
import Formats

/// Finds the character of a file that an error inside a scalar's text is about.
struct ScalarPlace {
    let file: String
    /// The file's bytes, where they are still at hand: they show what escapes and folded lines hide.
    var bytes: [UInt8]?

    /// The place of the character at that offset of the scalar's text; the scalar's own place where it cannot be told.
    func place(of offset: Int, in node: Node, text: String) -> Place {
        if let bytes, let mark = ScalarSource(bytes, from: node.mark, text: text)?.mark(of: offset) {
            return Place(file: file, mark: mark)
        }
        guard !text.utf8.contains(UInt8(ascii: "\n")) else { return Place(file: file, mark: node.mark) }
        let quote = node.scalar?.isPlain == true ? 0 : 1
        return Place(file: file, mark: Mark(line: Int(node.mark.line), column: Int(node.mark.column) + quote + offset))
    }
}

extension ScalarPlace {
    func diagnostics(_ errors: ExpressionErrors, in node: Node, text: String) -> [Diagnostic] {
        errors.errors.map { error in
            DiagnosticCode.expression.at(place(of: error.offset, in: node, text: text), error.message)
        }
    }
}
