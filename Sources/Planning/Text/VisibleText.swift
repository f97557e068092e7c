/// Text from files and servers as it may stand on a terminal: what a terminal would obey is written out.
enum VisibleText {
    static func of(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { !isVisible($0) }) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if isVisible(scalar) { visible.unicodeScalars.append(scalar) } else { visible += escaped(scalar) }
        }
        return visible
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return scalar.value < 0x100 ? "\\x\(digits.count == 1 ? "0" : "")\(digits)" : "\\u{\(digits)}"
    }

    /// Neither control nor format characters: escapes, line breaks, bidirectional overrides, zero-width joiners.
    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7e).contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return true
        }
    }
}
