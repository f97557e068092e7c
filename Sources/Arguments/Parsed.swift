/// What was asked for, with the origin of every value.
package struct Parsed: Sendable, Hashable {
    /// Who said so.
    package enum Origin: String, Sendable, Hashable {
        case flag, environment, file
        case initial = "default"
    }

    package struct Value: Sendable, Hashable {
        package let texts: [String]
        package let origin: Origin
    }

    /// `["sandbox", "start"]`
    package let command: [String]
    package let positionals: [String]
    /// By the option's name. Options that nobody set and that have no default are missing.
    package let values: [String: Value]

    /// Whether a flag is on.
    package func flag(_ name: String) -> Bool { values[name]?.texts.last == "true" }

    /// The value, or nil where nobody set one.
    package func value(_ name: String) -> String? { values[name]?.texts.last }

    /// All values, in the order given.
    package func all(_ name: String) -> [String] { values[name]?.texts ?? [] }

    package func origin(_ name: String) -> Origin? { values[name]?.origin }

    /// The same with values that a file sets, which win over defaults only.
    package func filled(from file: [String: [String]]) -> Parsed {
        var values = values
        for (name, texts) in file where values[name].map({ $0.origin == .initial }) ?? true {
            values[name] = Value(texts: texts, origin: .file)
        }
        return Parsed(command: command, positionals: positionals, values: values)
    }

    /// The value as a positive whole number.
    package func count(_ name: String) throws(UsageError) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), number > 0 else {
            throw UsageError("--\(name) takes a whole number above 0, not '\(text)'", command: command)
        }
        return number
    }

    /// The value in seconds: `90`, `90s`, `5m`, `1h`.
    package func seconds(_ name: String) throws(UsageError) -> Double? {
        guard let text = value(name) else { return nil }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard let number = Int(digits), number > 0, number < 10_000_000 else {
            throw UsageError("--\(name) takes a duration such as 90s, 5m or 1h, not '\(text)'", command: command)
        }
        return Double(number) * (unit ?? 1)
    }
}

/// A call that makes no sense, in one line that says what would.
package struct UsageError: Error, Sendable, Hashable {
    package let message: String
    /// The command whose help is of use; empty for the program's.
    package let command: [String]

    package init(_ message: String, command: [String] = []) {
        self.message = message
        self.command = command
    }
}
