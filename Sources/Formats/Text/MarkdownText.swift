/// Markdown for places where others read along, as pull requests and step summaries are.
///
/// Text of files and servers stands inside code alone: there no renderer takes it for markup, a mention, a reference to an
/// issue or a command of its own.
package enum MarkdownText {
    /// Scalars of a line; what is beyond reading is cut.
    private static let longestLine = 400

    /// A fenced block, ending in a line break; longer than every fence in its lines.
    package static func fence(_ lines: [String], _ language: String = "text") -> String {
        let shown = lines.map(line)
        let fence = String(repeating: "`", count: max(3, (shown.map(longestRun).max() ?? 0) + 1))
        return "\(fence)\(language)\n\(shown.map { "\($0)\n" }.joined())\(fence)\n"
    }

    /// The same of as many of the lines as bytes allow, and how many those are; empty where not one does.
    package static func fence(
        _ lines: [String], _ language: String = "text", bytes: Int
    ) -> (text: String, count: Int) {
        let whole = fence(lines, language)
        if whole.utf8.count <= bytes { return (whole, lines.count) }
        // As long as the longest fence needs, and not the shorter one of the lines that stay: cut in any case.
        let frame = whole.utf8.count - lines.reduce(0) { $0 + line($1).utf8.count + 1 }
        var room = bytes - frame
        let count = lines.prefix { text in
            room -= line(text).utf8.count + 1
            return room >= 0
        }.count
        return count == 0 ? ("", 0) : (fence(Array(lines.prefix(count)), language), count)
    }

    /// A span of code inside a line.
    package static func code(_ text: String) -> String {
        let shown = line(text)
        let delimiter = String(repeating: "`", count: longestRun(shown) + 1)
        let touches = shown.isEmpty || shown.hasPrefix("`") || shown.hasSuffix("`") || shown.hasPrefix(" ")
        let padding = touches ? " " : ""
        return "\(delimiter)\(padding)\(shown)\(padding)\(delimiter)"
    }

    /// Text inside an element of HTML.
    package static func html(_ text: String) -> String {
        line(text).replacingScalars { scalar in
            switch scalar {
            // Nothing that a renderer looks for after it has read the entities, either.
            case "@", "#", "!", "`", "[", "]", "_", "*", "~": "&#\(scalar.value);"
            default: XMLText.entity(scalar)
            }
        }
    }

    /// A block that is folded together until somebody opens it. `title` is HTML already.
    package static func folded(_ title: String, _ body: String, isOpen: Bool = false) -> String {
        "<details\(isOpen ? " open" : "")><summary>\(title)</summary>\n\n\(body)\n</details>\n"
    }

    private static func line(_ text: String) -> String {
        let shown = TerminalText.escaped(text)
        guard shown.unicodeScalars.count > longestLine else { return shown }
        return String(String.UnicodeScalarView(shown.unicodeScalars.prefix(longestLine))) + "…"
    }

    private static func longestRun(_ text: String) -> Int {
        var (longest, run) = (0, 0)
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
