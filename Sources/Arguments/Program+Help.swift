extension Program {
    /// The help of the command that the path leads to; of the program for an empty path.
    package func help(_ path: [Command]) -> String {
        guard let command = path.last else { return overview }
        let words = ([name] + path.map(\.name)).joined(separator: " ")
        guard command.subcommands.isEmpty else {
            return "\(command.summary)\n\nUsage: \(words) COMMAND\n\nCommands:\n" + list(command.subcommands)
                + "\n`\(words) COMMAND --help` says more.\n"
        }
        let positionals = command.positionals.map { " \($0.usage)" }.joined()
        var text = "\(command.summary)\n\nUsage: \(words)\(positionals) [OPTIONS]\n"
        if !command.details.isEmpty { text += "\n" + wrapped(command.details, width: 100) }
        if !command.positionals.isEmpty {
            text += "\nArguments:\n" + table(command.positionals.map { ($0.name, $0.summary) })
        }
        for (heading, options) in groups(command.options) { text += "\n\(heading):\n" + table(options.map(row)) }
        text += "\nOptions of every command:\n" + table(common.map(row) + [("--help", "this text")])
        text += "\nEvery option also as a variable: \(Option("wait-timeout", .flag, "").variable) for --wait-timeout.\n"
        return text
    }

    /// The options by their headings, in the order in which those first occur.
    func groups(_ options: [Option]) -> [(heading: String, options: [Option])] {
        var headings: [String] = []
        for option in options where !headings.contains(option.group) { headings.append(option.group) }
        return headings.map { heading in (heading, options.filter { $0.group == heading }) }
    }

    private var overview: String {
        "\(name): \(summary)\n\nUsage: \(name) COMMAND [OPTIONS]\n\nCommands:\n" + list(commands)
            + "\n`\(name) COMMAND --help` says more.\n"
    }

    private func list(_ commands: [Command]) -> String { table(commands.map { ($0.name, $0.summary) }) }

    private func row(_ option: Option) -> (String, String) {
        var summary = option.summary
        if !option.choices.isEmpty { summary += ": " + option.choices.joined(separator: ", ") }
        if case .many = option.arity { summary += "; may be given several times" }
        if let initial = option.initial { summary += " (default: \(initial))" }
        return (option.usage, summary)
    }

    /// Two columns, the second wrapped at column 100.
    private func table(_ rows: [(String, String)]) -> String {
        let width = min(28, rows.map(\.0.count).max() ?? 0)
        return rows.map { name, summary in
            let lines = wrapped(summary, width: 96 - width).split(separator: "\n")
            let margin = String(repeating: " ", count: width + 4)
            let body = lines.joined(separator: "\n\(margin)")
            if name.count > width { return "  \(name)\n\(margin)\(body)\n" }
            return "  \(name)\(String(repeating: " ", count: width - name.count))  \(body)\n"
        }.joined()
    }

    private func wrapped(_ text: String, width: Int) -> String {
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                line += line.isEmpty ? String(word) : " \(word)"
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
