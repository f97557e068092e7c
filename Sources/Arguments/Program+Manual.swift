extension Program {
    /// The manual page of section 1, for `man`.
    ///
    /// - Parameter details: sections behind the commands, each with its heading.
    package func manual(version: String, details: [(heading: String, text: String)] = []) -> String {
        var page = ".TH \(name.uppercased()) 1 \"\" \"\(name) \(version)\"\n"
        page += ".SH NAME\n\(Self.escaped(name)) \\- \(Self.escaped(summary))\n"
        page += ".SH SYNOPSIS\n.B \(Self.escaped(name))\n.I command\n[\\fIoptions\\fR]\n.SH COMMANDS\n"
        for (path, command) in leaves {
            let positionals = command.positionals.map { " \($0.usage)" }.joined()
            page +=
                ".SS \(Self.escaped(path.joined(separator: " ") + positionals))\n\(Self.escaped(command.summary)).\n"
            for paragraph in command.details.split(separator: "\n") {
                page += ".PP\n\(Self.escaped(String(paragraph)))\n"
            }
            page += command.options.map(Self.entry).joined()
        }
        page += ".SH OPTIONS OF EVERY COMMAND\n" + common.map(Self.entry).joined()
        page += ".SH ENVIRONMENT\nEvery option has a variable, as \\fB"
        page +=
            Self.escaped(Option("wait-timeout", .flag, "").variable)
            + "\\fR for \\fB\\-\\-wait\\-timeout\\fR. The option wins.\n"
        for section in details { page += ".SH \(section.heading.uppercased())\n\(Self.escaped(section.text))\n" }
        return page
    }

    private static func entry(_ option: Option) -> String {
        var summary = option.summary
        if !option.choices.isEmpty { summary += ": " + option.choices.joined(separator: ", ") }
        if case .many = option.arity { summary += "; may be given several times" }
        if let initial = option.initial { summary += " (default: \(initial))" }
        return ".TP\n\\fB\(escaped(option.usage))\\fR\n\(escaped(summary)).\n"
    }

    /// A hyphen stays a hyphen, and no line begins with what roff takes for a request.
    private static func escaped(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let escaped = line.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
            return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
        }
        return lines.joined(separator: "\n")
    }
}
