/// Text in XML and HTML, in elements and attributes.
enum XMLText {
    /// On one line, and without the characters that XML cannot hold.
    static func escaped(_ text: String) -> String {
        DiagnosticReport.shown(text).replacingScalars(entity)
    }

    /// What stands for a character that means something there; nil for all others.
    static func entity(_ scalar: UnicodeScalar) -> String? {
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'": "&#39;"
        default: nil
        }
    }
}
