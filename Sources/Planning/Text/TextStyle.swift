import Formats

/// Columns and colours of plans.
struct TextStyle {
    let isColored: Bool

    /// Where the right column begins.
    static let width = 64

    /// The right text in its column, or two spaces behind a left text that reaches into it.
    static func columns(_ left: String, _ right: String?) -> String {
        guard let right, !right.isEmpty else { return left }
        return left + String(repeating: " ", count: max(2, width - left.count)) + right
    }

    /// The line with the symbol, which begins at its fifth character, in the action's colour.
    func symbol(_ action: Action, in line: String) -> String {
        guard isColored else { return line }
        return "    \(Self.code(action))\(action.symbol)\u{1b}[0m" + line.dropFirst(4 + action.symbol.count)
    }

    func alarm(_ text: String) -> String { isColored ? "\u{1b}[1;31m\(text)\u{1b}[0m" : text }

    private static func code(_ action: Action) -> String {
        switch action {
        case .create: "\u{1b}[32m"
        case .update, .rename: "\u{1b}[33m"
        case .delete, .disable: "\u{1b}[31m"
        case .replace: "\u{1b}[35m"
        case .adopt, .forget: "\u{1b}[36m"
        case .blocked: "\u{1b}[1;31m"
        }
    }
}
