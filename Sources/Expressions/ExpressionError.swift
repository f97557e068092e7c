/// Why an expression cannot be read, is of the wrong type or has no value.
package struct ExpressionError: Error, Sendable, Hashable {
    package enum Stage: Sendable, Hashable {
        /// The text is not an expression.
        case syntax
        /// A name does not resolve, or an operation does not fit its operands.
        case type
        /// The expression has no value for these values: a missing key, an overflow, a division by zero.
        case evaluation
        /// The evaluation takes too many steps or makes too much.
        case limit
    }

    package let stage: Stage
    /// The character that the message is about, counted in Unicode scalars from the beginning of the text.
    package let offset: Int
    package let message: String

    package init(_ stage: Stage, at offset: Int, _ message: String) {
        self.stage = stage
        self.offset = offset
        self.message = message
    }

    /// The same error, for a text in which the expression begins later.
    func moved(by distance: Int) -> ExpressionError {
        ExpressionError(stage, at: offset + distance, message)
    }
}
