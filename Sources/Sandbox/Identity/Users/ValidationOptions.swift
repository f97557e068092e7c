import Formats

/// What a profile may write behind the name of a validation.
enum ValidationOptions {
    private struct Problem {
        let option: String
        let message: String
        var parameters = ""
    }

    /// One line that names everything wrong with a validation's options; nil when nothing is.
    static func problem(_ name: String, _ options: JSON, of attribute: String) -> String? {
        let found = problems(name, options)
        guard !found.isEmpty else { return nil }
        let list = found.map { problem in
            "ValidationError{validatorId='\(name)', inputHint='\(problem.option)', message='\(problem.message)', "
                + "messageParameters=[\(problem.parameters)]}, "
        }
        return "Validator '\(name)' defined for attribute '\(attribute)' has incorrect configuration: \(list.joined())"
    }

    private static func problems(_ name: String, _ options: JSON) -> [Problem] {
        switch name {
        case "length":
            guard options["min"] != nil || options["max"] != nil else { return missing("min", "max") }
            return range(options)
        case "integer", "double": return range(options)
        case "multivalued":
            guard let most = options["max"] else { return missing("max") }
            return number(most) == nil ? [Problem(option: "max", message: invalidNumber)] : []
        case "email":
            let limit = "max-local-length"
            return options[limit].map { number($0) == nil } == true
                ? [Problem(option: limit, message: invalidNumber, parameters: options[limit]?.scalarText ?? "")] : []
        case "pattern":
            guard let pattern = options["pattern"]?.string else { return missing("pattern") }
            return (try? Regex(pattern)) == nil
                ? [Problem(option: "pattern", message: invalidValue, parameters: pattern)] : []
        case "options":
            guard let values = options["options"] else { return missing("options") }
            return values.array == nil
                ? [Problem(option: "options", message: invalidValue, parameters: "must be list of values")] : []
        default: return []
        }
    }

    private static let invalidNumber = "error-validator-config-invalid-number-value"
    private static let invalidValue = "error-validator-config-invalid-value"

    private static func missing(_ options: String...) -> [Problem] {
        options.map { Problem(option: $0, message: "error-validator-config-missing-value") }
    }

    private static func range(_ options: JSON) -> [Problem] {
        let wrong = ["min", "max"].filter { name in options[name].map { number($0) == nil } ?? false }
        guard wrong.isEmpty else {
            return wrong.map {
                Problem(option: $0, message: invalidNumber, parameters: options[$0]?.scalarText ?? "")
            }
        }
        guard let least = options["min"].flatMap(number), let most = options["max"].flatMap(number), least > most else {
            return []
        }
        return [Problem(option: "max", message: invalidValue)]
    }

    private static func number(_ value: JSON) -> Double? { value.scalarText.flatMap(Double.init) }
}
