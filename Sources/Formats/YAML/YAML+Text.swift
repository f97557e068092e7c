extension YAML {
    /// The order of keys that people expect in a manifest; all others follow sorted.
    package static let manifestOrder = ["apiVersion", "kind", "metadata", "name", "namespace"]

    /// The value as YAML in block style, two spaces for each level, with a newline at the end.
    ///
    /// At every level the keys of `order` come first, then the others by their bytes. A string is quoted whenever a reader, also
    /// one of YAML 1.1 (`NO`, `012`, `12:30`), would take its plain text for something else; hidden characters are escaped.
    package static func text(of value: JSON, order: [String] = manifestOrder) -> String {
        var writer = YAMLWriter(order: order)
        return writer.document(value)
    }
}

struct YAMLWriter {
    private let ranks: [String: Int]
    private var text = ""

    init(order: [String]) {
        ranks = Dictionary(order.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func document(_ value: JSON) -> String {
        switch value {
        case .array(let elements) where !elements.isEmpty: sequence(elements, indent: 0, isInline: true)
        case .object(let object) where !object.isEmpty: mapping(object, indent: 0, isInline: true)
        default: text += YAMLScalar.text(value) + "\n"
        }
        return text
    }

    /// Inline: the first entry continues the line that is begun.
    private mutating func mapping(_ object: JSONObject, indent: Int, isInline: Bool) {
        var isFirst = isInline
        for member in sorted(object) {
            if !isFirst { pad(indent) }
            isFirst = false
            write(key: member.key, indent: indent)
            switch member.value {
            case .array(let elements) where !elements.isEmpty:
                text += "\n"
                sequence(elements, indent: indent + 2, isInline: false)
            case .object(let inner) where !inner.isEmpty:
                text += "\n"
                mapping(inner, indent: indent + 2, isInline: false)
            default: scalar(member.value, indent: indent + 2)
            }
        }
    }

    /// A key whose `:` comes too late for readers is written behind a mark of its own.
    private mutating func write(key: String, indent: Int) {
        let written = YAMLScalar.quotedWhereNeeded(key)
        guard written.utf8.count > 1000 else {
            text += written + ":"
            return
        }
        text += "? " + written + "\n"
        pad(indent)
        text += ":"
    }

    private mutating func sequence(_ elements: [JSON], indent: Int, isInline: Bool) {
        var isFirst = isInline
        for element in elements {
            if !isFirst { pad(indent) }
            isFirst = false
            text += "-"
            switch element {
            case .array(let inner) where !inner.isEmpty:
                text += " "
                sequence(inner, indent: indent + 2, isInline: true)
            case .object(let object) where !object.isEmpty:
                text += " "
                mapping(object, indent: indent + 2, isInline: true)
            default: scalar(element, indent: indent + 2)
            }
        }
    }

    private mutating func scalar(_ value: JSON, indent: Int) {
        guard case .string(let string) = value, let header = YAMLScalar.blockHeader(string) else {
            text += " " + YAMLScalar.text(value) + "\n"
            return
        }
        text += " " + header + "\n"
        var lines = string.split(separator: "\n" as Character, omittingEmptySubsequences: false)
        if string.utf8.last == 0x0a { lines.removeLast() }
        for line in lines {
            if !line.isEmpty { pad(indent) }
            text += line
            text += "\n"
        }
    }

    private mutating func pad(_ count: Int) {
        text += String(repeating: " ", count: count)
    }

    private func sorted(_ object: JSONObject) -> [JSONObject.Member] {
        guard !ranks.isEmpty else { return object.members }
        let ranked = object.members.compactMap { member in ranks[member.key].map { (rank: $0, member: member) } }
        guard !ranked.isEmpty else { return object.members }
        return ranked.sorted { $0.rank < $1.rank }.map(\.member) + object.members.filter { ranks[$0.key] == nil }
    }
}

/// Scalars as YAML writes them.
enum YAMLScalar {
    static func text(_ value: JSON) -> String {
        switch value {
        case .string(let string): return quotedWhereNeeded(string)
        case .double:
            // Readers of YAML 1.1 take an exponent for a number only behind a decimal point.
            let text = value.text
            guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
            return text[..<exponent] + ".0" + text[exponent...]
        default: return value.text
        }
    }

    static func quotedWhereNeeded(_ text: String) -> String {
        isPlainSafe(text) ? text : quoted(text)
    }

    /// `|`, `|-` or `|+` where the text is best shown over several lines, else nil.
    static func blockHeader(_ text: String) -> String? {
        guard text.utf8.contains(0x0a), text.utf8.first != 0x20, text.utf8.first != 0x09 else { return nil }
        var isAtLineStart = true
        var hasContent = false
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                isAtLineStart = true
            } else {
                // A line of white space alone, or the first one indented, would be taken for indentation.
                if isAtLineStart, scalar == "\t" || scalar == " " && !hasContent { return nil }
                if scalar != "\t", scalar.isHidden { return nil }
                isAtLineStart = false
                hasContent = true
            }
        }
        guard hasContent, !TerminalText.holdsCommand(text),
            !text.utf8.split(separator: 0x0a).contains(where: { $0.allSatisfy { $0 == 0x20 } })
        else {
            return nil
        }
        if text.utf8.last != 0x0a { return "|-" }
        return text.utf8.dropLast().last == 0x0a ? "|+" : "|"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "#" where TerminalText.beginsCommand(scalars[index...]): result += "\\x23"
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.isHidden: result += escape(scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ value: UInt32) -> String {
        func digits(_ count: Int) -> String {
            let hex = String(value, radix: 16)
            return String(repeating: "0", count: count - hex.count) + hex
        }
        if value < 0x100 { return "\\x" + digits(2) }
        return value < 0x10000 ? "\\u" + digits(4) : "\\U" + digits(8)
    }

    /// Words that some reader takes for null or a truth value.
    private static let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    /// Whether every reader takes the plain text for this very string.
    private static func isPlainSafe(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.utf8.last != 0x20, text.utf8.last != UInt8(ascii: ":") else {
            return false
        }
        switch first {
        case "a"..."z", "A"..."Z": if text.utf8.count <= 5, words.contains(text.lowercased()) { return false }
        case "0"..."9": if text.utf8.allSatisfy(isInNumbers) { return false }
        case "_", "/", "$", "(": break
        default: guard first.value > 0x7f else { return false }
        }
        var previous: UnicodeScalar = "a"
        for scalar in text.unicodeScalars {
            if scalar == " ", previous == ":" { return false }
            if scalar == "#", previous == " " { return false }
            if scalar == "{", previous == "$" { return false }  // what looks like an expression is best quoted
            if scalar.isHidden { return false }
            previous = scalar
        }
        return !TerminalText.holdsCommand(text)
    }

    /// Characters of numbers (also with base, underscores or exponent), times of day and dates.
    private static func isInNumbers(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: " "), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"), UInt8(ascii: "O"),
            UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "z"), UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
