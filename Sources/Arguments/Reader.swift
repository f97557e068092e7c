/// Reads what stands behind a command.
struct Reader {
    let command: Command
    let path: [String]
    let options: [Option]
    /// Commands by the options they have, to say where an option belongs that this command does not have.
    let owners: [String: [String]]
    private var positionals: [String] = []
    private var given: [String: [String]] = [:]

    init(command: Command, path: [String], options: [Option], owners: [String: [String]] = [:]) {
        self.command = command
        self.path = path
        self.options = options
        self.owners = owners
    }

    /// - Returns: true where help is asked for.
    mutating func read(_ arguments: ArraySlice<String>) throws(UsageError) -> Bool {
        var rest = arguments
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" { return true }
            if argument == "--" {
                positionals += rest
                break
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                positionals.append(argument)
                continue
            }
            try readOption(argument, &rest)
        }
        guard positionals.count <= command.positionals.count || command.positionals.last?.isRepeated == true else {
            throw UsageError("'\(positionals[command.positionals.count])' is one word too many", command: path)
        }
        return false
    }

    private mutating func readOption(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        guard argument.hasPrefix("--"), let option = options.first(where: { $0.name == name }) else {
            throw UsageError("there is no option '\(argument.prefix { $0 != "=" })'\(hint(name))", command: path)
        }
        let attached = parts.count > 1 ? String(parts[1]) : nil
        if option.arity == .flag {
            guard attached == nil || attached == "true" || attached == "false" else {
                throw UsageError("--\(name) takes no value", command: path)
            }
            given[name] = [attached ?? "true"]
            return
        }
        // What looks like an option is not swallowed as a value; `--name=--value` says that it is one.
        let isNextValue = rest.first.map { !$0.hasPrefix("--") } ?? false
        guard let value = attached ?? (isNextValue ? rest.popFirst() : nil) else {
            throw UsageError("--\(name) needs a value: \(option.usage)", command: path)
        }
        try check(value, of: option, from: "--\(name)")
        if case .many = option.arity { given[name, default: []].append(value) } else { given[name] = [value] }
    }

    private func hint(_ name: String) -> String {
        if let other = owners[name], let first = other.first {
            return "; '\(first)'\(other.count > 1 ? " and others have" : " has") it"
        }
        return nearest(name, among: options.map(\.name)).map { "; did you mean '--\($0)'?" } ?? ""
    }

    /// Fills in what was not given from the environment, then from the defaults.
    func finish(_ environment: [String: String]) throws(UsageError) -> Parsed {
        if let missing = command.positionals.dropFirst(positionals.count).first(where: \.isRequired) {
            throw UsageError("\(missing.name) is missing: \(missing.summary)", command: path)
        }
        var values: [String: Parsed.Value] = [:]
        for option in options {
            if let texts = given[option.name] {
                values[option.name] = Parsed.Value(texts: texts, origin: .flag)
            } else if let text = environment[option.variable], !text.isEmpty {
                values[option.name] = Parsed.Value(texts: try read(text, option), origin: .environment)
            } else if let initial = option.initial {
                values[option.name] = Parsed.Value(texts: [initial], origin: .initial)
            }
        }
        return Parsed(command: path, positionals: positionals, values: values)
    }

    /// A variable's text: `1` and `true` set a flag, several values are separated by commas.
    private func read(_ text: String, _ option: Option) throws(UsageError) -> [String] {
        switch option.arity {
        case .flag:
            guard let value = ["1": "true", "true": "true", "0": "false", "false": "false"][text.lowercased()] else {
                throw UsageError("\(option.variable) is 'true' or 'false', not '\(text)'", command: path)
            }
            return [value]
        case .one:
            try check(text, of: option, from: option.variable)
            return [text]
        case .many:
            let texts = text.split(separator: ",").map(String.init)
            for value in texts { try check(value, of: option, from: option.variable) }
            return texts
        }
    }

    private func check(_ value: String, of option: Option, from origin: String) throws(UsageError) {
        let choice = option.takesPath ? String(value.prefix { $0 != "=" }) : value
        guard !option.choices.isEmpty, !option.choices.contains(choice) else {
            guard value != choice + "=" else {
                throw UsageError("\(origin) \(value) needs a path behind '='", command: path)
            }
            return
        }
        let hint = nearest(choice, among: option.choices).map { "; did you mean '\($0)'?" } ?? ""
        throw UsageError(
            "\(origin) is one of \(option.choices.joined(separator: ", ")), not '\(choice)'\(hint)", command: path)
    }
}
