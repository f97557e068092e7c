/// Text from files and servers as it may stand on a terminal and in a CI log: nothing in it is obeyed, nothing is hidden.
package enum TerminalText {
    /// The text on one line: controls, bidirectional and invisible characters written out (`\x1b`, `\u{202e}`), and what
    /// CI systems take for a command (`::error::` in front, `##vso[` anywhere) broken by an escape.
    package static func escaped(_ text: String) -> String {
        guard !isPlain(text) else { return text }
        var result = ""
        let scalars = Array(text.unicodeScalars)
        let first = scalars.firstIndex { !$0.properties.isWhitespace } ?? 0
        for (index, scalar) in scalars.enumerated() {
            if scalar.isHidden {
                result += escape(scalar)
            } else if index == first, scalar == ":", scalars[index..<min(index + 2, scalars.count)] == [":", ":"] {
                result += escape(scalar)
            } else if scalar == "#", beginsCommand(scalars[index...]) {
                result += escape(scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The same for a text of several lines, which keeps its line feeds.
    package static func escapedLines(_ text: String) -> String {
        text.split(separator: "\n" as Character, omittingEmptySubsequences: false).map { escaped(String($0)) }
            .joined(separator: "\n")
    }

    /// JSON as it may stand on a terminal: what is hidden in its strings becomes `\u….`, and so does a `#` that CI systems obey.
    /// It means the same as before.
    static func escapedJSON(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x7f }) || hasPair(text) else { return text }
        let scalars = Array(text.unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            // Line feeds stand between members; inside strings they are written out already.
            guard scalar != "\n", scalar.isHidden || beginsCommand(scalars[index...]) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 { result += "\\u" + String(unit, radix: 16).leftPadded(to: 4) }
        }
        return result
    }

    /// True for text that a CI system would take for a command, whatever line of a log it begins.
    static func holdsCommand(_ text: String) -> Bool {
        guard hasPair(text) else { return false }
        return text.split(separator: "\n" as Character).contains { line in
            let scalars = Array(line.unicodeScalars)
            return scalars.drop { $0.properties.isWhitespace }.starts(with: [":", ":"])
                || scalars.indices.contains { beginsCommand(scalars[$0...]) }
        }
    }

    /// Whether `##` or `::` occurs at all.
    private static func hasPair(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == previous, byte == UInt8(ascii: "#") || byte == UInt8(ascii: ":") { return true }
            previous = byte
        }
        return false
    }

    /// `##vso[`, `##teamcity[`, `##[`: obeyed wherever in a line they stand.
    static func beginsCommand(_ scalars: ArraySlice<UnicodeScalar>) -> Bool {
        guard scalars.starts(with: ["#", "#"]) else { return false }
        return scalars.dropFirst(2).first { !$0.properties.isAlphabetic } == "["
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: ":") }
    }

    static func escape(_ scalar: UnicodeScalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let hex = String(scalar.value, radix: 16)
            return scalar.value < 0x100 ? "\\x" + hex.leftPadded(to: 2) : "\\u{\(hex)}"
        }
    }

    /// How many cells of a terminal the character takes: none for a combining mark, two for a wide one.
    static func width(_ scalar: UnicodeScalar) -> Int {
        switch scalar.value {
        case 0..<0x300: return 1
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1faff,
            0x20000...0x3fffd:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return 0
            default: return 1
            }
        }
    }
}

extension String {
    /// The text with some characters written as something else; nil keeps one. By scalars, so that a combining mark hides none.
    func replacingScalars(_ replacement: (UnicodeScalar) -> String?) -> String {
        var result = ""
        for scalar in unicodeScalars {
            if let text = replacement(scalar) { result += text } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}
