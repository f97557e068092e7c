import Formats

/// Collects what is wrong with an object, place by place.
struct FieldCheck {
    private(set) var problems: [FieldProblem] = []

    mutating func add(_ problem: FieldProblem) { problems.append(problem) }

    mutating func add(_ more: [FieldProblem]) { problems += more }

    mutating func require(_ field: String, _ detail: String = "") { add(.required(field, detail)) }

    /// `member` is the name below the field that is at fault, where the field does not say it.
    mutating func invalid(_ field: String, _ value: JSON, _ details: [String], member: String? = nil) {
        for detail in details {
            let problem = FieldProblem.invalid(field, value, detail)
            add(member.map(problem.about) ?? problem)
        }
    }

    /// Required where it is empty, else held to the rule.
    mutating func name(_ field: String, _ value: String, _ rule: (String) -> [String]) {
        if value.isEmpty { require(field) } else { invalid(field, .string(value), rule(value)) }
    }

    mutating func notNegative(_ field: String, _ value: JSON?) {
        guard let number = value?.int, number < 0 else { return }
        invalid(field, .int(number), ["must be greater than or equal to 0"])
    }

    /// One of the values; required where it is empty.
    mutating func choice(_ field: String, _ value: String, _ supported: [String]) {
        if value.isEmpty { require(field) } else { supportedChoice(field, value, supported) }
    }

    mutating func supportedChoice(_ field: String, _ value: String, _ supported: [String]) {
        if !supported.contains(value) { add(.notSupported(field, .string(value), supported)) }
    }

    /// A number or a name of a port.
    mutating func port(_ field: String, _ value: JSON?) {
        switch value {
        case .string(let name)?: invalid(field, .string(name), NameRules.portName(name))
        case let other: invalid(field, other ?? 0, NameRules.portNumber(other?.int ?? 0))
        }
    }

    mutating func immutable(_ field: String, _ new: JSON?, _ old: JSON?) {
        if !Semantic.areEqual(new, old) { add(.invalid(field, new ?? .null, "field is immutable")) }
    }

    /// A number that is not negative, or a percentage.
    mutating func countOrPercent(_ field: String, _ value: JSON?, isAtMostAll: Bool = false) {
        guard let value else { return }
        guard let text = value.string else { return notNegative(field, value) }
        let digits = text.dropLast()
        guard text.hasSuffix("%"), !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return invalid(
                field, value,
                [
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
                        + "regex used for validation is '[0-9]+%')"
                ])
        }
        if isAtMostAll, (Int64(digits) ?? 101) > 100 { invalid(field, value, ["must not be greater than 100%"]) }
    }
}

extension FieldCheck {
    /// Whatever is found is at that place, also where the server says less.
    mutating func located(_ place: String, _ find: (inout FieldCheck) -> Void) {
        var found = FieldCheck()
        find(&found)
        for var problem in found.problems {
            problem.place = problem.place ?? place
            add(problem)
        }
    }

    /// A path that stays where it starts, and with `isReserved` keeps away from names that the system has for itself.
    mutating func localPath(_ field: String, _ path: String, isReserved: Bool = false) {
        if path.hasPrefix("/") { invalid(field, .string(path), ["must be a relative path"]) }
        noBacksteps(field, path)
        if isReserved, path.hasPrefix(".."), !path.hasPrefix("../") {
            invalid(field, .string(path), ["must not start with '..'"])
        }
    }

    mutating func noBacksteps(_ field: String, _ path: String) {
        if path.split(separator: "/").contains("..") { invalid(field, .string(path), ["must not contain '..'"]) }
    }

    /// What a file's owner, group and others may do with it.
    mutating func fileMode(_ field: String, _ mode: JSON?) {
        guard let mode = mode?.int, !(0...511).contains(mode) else { return }
        invalid(field, .int(mode), ["must be a number between 0 and 0777 (octal), both inclusive"])
    }

    /// An address that was not there before.
    mutating func address(_ field: String, _ text: String, known: [JSON] = []) {
        guard !known.contains(.string(text)) else { return }
        guard let address = IPAddress(text) else {
            return invalid(
                field, .string(text), ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"])
        }
        let numbers = text.split(separator: ":").last?.split(separator: ".") ?? []
        if numbers.count == 4, numbers.contains(where: { $0.count > 1 && $0.first == "0" }) {
            invalid(field, .string(text), ["must not have leading 0s"])
        }
        if address.bytes.count == 16, address.bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]) {
            invalid(field, .string(text), ["must not be an IPv4-mapped IPv6 address"])
        }
    }
}
