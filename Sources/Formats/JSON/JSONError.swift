/// Why bytes are no JSON value, and where.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Lower case, no full stop: `expected ',' or ']', found 'x'`.
    package let reason: String
    /// Offset in bytes, counted from 0.
    package let offset: Int
    /// Line and column, counted from 1; the column in Unicode scalars, as far as the bytes before are UTF-8.
    package let mark: Mark

    package init(_ reason: String, offset: Int, mark: Mark) {
        self.reason = reason
        self.offset = offset
        self.mark = mark
    }

    /// `expected ',' or ']', found 'x' at line 3, column 14`
    package var description: String { "\(reason) at line \(mark.line), column \(mark.column)" }
}
