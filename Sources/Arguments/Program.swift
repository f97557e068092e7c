/// A program: its commands, and the options that all of them take.
package struct Program: Sendable {
    package let name: String
    package let summary: String
    /// Options of every command that is not a mere group.
    package let common: [Option]
    package let commands: [Command]

    package init(_ name: String, _ summary: String, common: [Option] = [], commands: [Command]) {
        self.name = name
        self.summary = summary
        self.common = common
        self.commands = commands
    }

    /// What a call asks for.
    package enum Call: Sendable, Hashable {
        case run(Parsed)
        /// The text to print.
        case help(String)
    }

    /// - Parameters:
    ///   - arguments: without the program's own name.
    ///   - environment: variables; `RECONCILE_<FLAG>` stands for a flag that is not given.
    package func parse(_ arguments: [String], environment: [String: String]) throws(UsageError) -> Call {
        var rest = arguments[...]
        if rest.first == "--version", commands.contains(where: { $0.name == "version" }) { rest[0] = "version" }
        var path: [Command] = []
        var known = commands
        while let next = rest.first, !known.isEmpty {
            if next == "--help" || next == "-h" || (next == "help" && path.isEmpty) {
                guard next == "help" else { return .help(help(path)) }
                return .help(help(try find(Array(rest.dropFirst()))))
            }
            guard !next.hasPrefix("-") else {
                throw UsageError("a command has to stand before \(next)", command: path.map(\.name))
            }
            guard let command = known.first(where: { $0.name == next }) else {
                throw UsageError(unknown(next, among: known, in: path), command: path.map(\.name))
            }
            path.append(command)
            known = command.subcommands
            rest = rest.dropFirst()
        }
        guard let command = path.last, known.isEmpty else { return .help(help(path)) }
        var reader = Reader(command: command, path: path.map(\.name), options: command.options + common, owners: owners)
        if try reader.read(rest) { return .help(help(path)) }
        return .run(try reader.finish(environment))
    }

    /// Every option's name with the commands that have it, in the order of the help.
    private var owners: [String: [String]] {
        var owners: [String: [String]] = [:]
        for (path, command) in leaves {
            for option in command.options { owners[option.name, default: []].append(path.joined(separator: " ")) }
        }
        return owners
    }

    /// All commands that can be run, each with its path.
    var leaves: [(path: [String], command: Command)] {
        func below(_ commands: [Command], _ path: [String]) -> [(path: [String], command: Command)] {
            commands.flatMap { command in
                let path = path + [command.name]
                return command.subcommands.isEmpty ? [(path, command)] : below(command.subcommands, path)
            }
        }
        return below(commands, [])
    }

    /// The commands that the words lead to, one below the other.
    private func find(_ words: [String]) throws(UsageError) -> [Command] {
        var path: [Command] = []
        for word in words {
            let known = path.last?.subcommands ?? commands
            guard let command = known.first(where: { $0.name == word }) else {
                throw UsageError(unknown(word, among: known, in: path))
            }
            path.append(command)
        }
        return path
    }

    private func unknown(_ word: String, among known: [Command], in path: [Command]) -> String {
        let hint = nearest(word, among: known.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
        let group = path.map { " of '\($0.name)'" }.joined()
        return "there is no command '\(word)'\(group)\(hint)"
    }
}
