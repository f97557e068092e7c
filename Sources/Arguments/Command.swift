/// An option of a command: its name on the command line, and what follows it.
package struct Option: Sendable, Hashable {
    package enum Arity: Sendable, Hashable {
        /// `--yes`
        case flag
        /// `--ref NAME`, `--ref=NAME`; given twice, the last counts.
        case one(String)
        /// May be given several times.
        case many(String)
    }

    /// Without the dashes.
    package let name: String
    package let arity: Arity
    /// One line, lower case, no full stop.
    package let summary: String
    /// What holds when nobody says anything; shown in the help.
    package let initial: String?
    /// The values that may be given; empty where any may.
    package let choices: [String]
    /// Whether a choice may be followed by `=PATH`, the file that it is for.
    package let takesPath: Bool
    /// The heading of the help under which it stands.
    package let group: String

    package init(
        _ name: String, _ arity: Arity = .flag, _ summary: String, default initial: String? = nil,
        choices: [String] = [], takesPath: Bool = false, group: String = "Options"
    ) {
        self.name = name
        self.arity = arity
        self.summary = summary
        self.initial = initial
        self.choices = choices
        self.takesPath = takesPath
        self.group = group
    }

    /// `RECONCILE_WAIT_TIMEOUT`: the variable that says the same.
    package var variable: String {
        "RECONCILE_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// `--ref NAME`
    var usage: String {
        switch arity {
        case .flag: "--\(name)"
        case .one(let value), .many(let value): "--\(name) \(value)"
        }
    }
}

/// What may stand behind a command without dashes.
package struct Positional: Sendable, Hashable {
    package let name: String
    package let summary: String
    package let isRequired: Bool
    /// The last one may be given several times.
    package let isRepeated: Bool

    package init(_ name: String, _ summary: String, isRequired: Bool = false, isRepeated: Bool = false) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        self.isRepeated = isRepeated
    }

    /// `ADDRESS…`, `[PLAN]`
    var usage: String {
        let name = isRepeated ? "\(name)…" : name
        return isRequired ? name : "[\(name)]"
    }
}

/// A command, with what it takes. Commands with subcommands only group them.
package struct Command: Sendable {
    package let name: String
    /// One line, lower case, no full stop.
    package let summary: String
    /// Paragraphs for the command's own help.
    package let details: String
    package let positionals: [Positional]
    package let options: [Option]
    package let subcommands: [Command]

    package init(
        _ name: String, _ summary: String, details: String = "", positionals: [Positional] = [],
        options: [Option] = [], subcommands: [Command] = []
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.positionals = positionals
        self.options = options
        self.subcommands = subcommands
    }
}
