import Formats

/// The checks that a user profile can ask of an attribute's value.
enum Validation {
    /// The names that a profile may use.
    static let names: Set<String> = [
        "length", "email", "not-blank", "pattern", "options", "integer", "double", "uri", "local-date", "iso-date",
        "multivalued",
        "username-prohibited-characters", "person-name-prohibited-characters", "up-username-not-idn-homograph",
    ]

    /// Looks at a value that is not blank; nil when nothing is wrong.
    static func error(_ name: String, _ options: JSON, in value: String) -> (message: String, parameters: [JSON])? {
        switch name {
        case "length": length(options, value)
        case "email": isEmail(value) ? nil : ("error-invalid-email", [.string(value)])
        case "pattern": pattern(options, value)
        case "options":
            (options["options"]?.strings ?? []).contains(value) ? nil : ("error-invalid-value", [])
        case "integer": number(options, Int64(value).map { .int($0) }) { $0.flatMap { Int64($0) }.map { .int($0) } }
        case "double": number(options, real(value)) { $0.flatMap(real) }
        case "uri": uri(value)
        case "local-date": ("error-invalid-date", [])
        case "iso-date": isDate(value) ? nil : ("error-invalid-date", [.string(value)])
        case "username-prohibited-characters":
            value.unicodeScalars.contains(where: isProhibitedInUsername)
                ? (options["error-message"]?.string ?? "error-username-invalid-character", []) : nil
        case "person-name-prohibited-characters":
            value.unicodeScalars.contains(where: isProhibitedInName)
                ? (options["error-message"]?.string ?? "error-person-name-invalid-character", []) : nil
        case "up-username-not-idn-homograph":
            value.unicodeScalars.allSatisfy(isLatinOrCommon)
                ? nil : (options["error-message"]?.string ?? "error-username-invalid-character", [])
        default: nil
        }
    }

    private static func length(_ options: JSON, _ value: String) -> (String, [JSON])? {
        let (least, most) = (options["min"]?.wholeNumber, options["max"]?.wholeNumber)
        let text = options["trim-disabled"]?.isTrue == true ? value[...] : trimmed(value)
        let count = Int64(text.utf16.count)
        guard count < least ?? 0 || count > most ?? .max else { return nil }
        let parameters = [least.map(JSON.int) ?? .null, most.map(JSON.int) ?? .null]
        switch (least, most) {
        case (.some, .some): return ("error-invalid-length", parameters)
        case (.some, nil): return ("error-invalid-length-too-short", parameters)
        default: return ("error-invalid-length-too-long", parameters)
        }
    }

    private static func pattern(_ options: JSON, _ value: String) -> (String, [JSON])? {
        guard let pattern = options["pattern"]?.string, let regex = try? Regex(pattern) else { return nil }
        guard (try? regex.wholeMatch(in: value)) == nil else { return nil }
        return (options["error-message"]?.string ?? "error-pattern-no-match", [.string(pattern)])
    }

    private static func number(
        _ options: JSON, _ value: JSON?, _ read: (String?) -> JSON?
    ) -> (String, [JSON])? {
        guard let value, let number = value.real else { return ("error-invalid-number", []) }
        let (least, most) = (read(options["min"]?.scalarText), read(options["max"]?.scalarText))
        guard number < least?.real ?? -.infinity || number > most?.real ?? .infinity else { return nil }
        let parameters = [least ?? .null, most ?? .null]
        switch (least, most) {
        case (.some, nil): return ("error-number-out-of-range-too-small", parameters)
        case (nil, .some): return ("error-number-out-of-range-too-big", parameters)
        default: return ("error-number-out-of-range", parameters)
        }
    }

    /// As Java reads it: blanks at the ends do no harm, and nothing is hexadecimal.
    private static func real(_ text: String) -> JSON? {
        text.lowercased().contains("x") ? nil : Double(text.trimmed).map { .double($0) }
    }

    /// Those that look at one value after the other; the rest stop at the first that is wrong.
    static let looksAtAll: Set<String> = ["email", "iso-date", "uri"]

    private static func uri(_ value: String) -> (String, [JSON])? {
        if let index = value.unicodeScalars.firstIndex(where: {
            $0.value <= 0x20 || "<>\"{}|\\^`".unicodeScalars.contains($0)
        }) {
            let offset = value.unicodeScalars.distance(from: value.unicodeScalars.startIndex, to: index)
            return (
                "error-invalid-uri",
                [.string(value), .string("Illegal character in path at index \(offset): \(value)")]
            )
        }
        guard let colon = value.firstIndex(of: ":"), value.first?.isLetter == true,
            value[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return ("error-invalid-uri", [.string(value), .string("URI is not absolute")]) }
        return nil
    }

    static func isDate(_ value: String) -> Bool {
        let parts = value.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    /// At most 64 bytes before the `@`, and a domain of labels, or an address in brackets.
    static func isEmail(_ value: String) -> Bool {
        guard let at = value.lastIndex(of: "@") else { return false }
        let (local, domain) = (value[..<at], value[value.index(after: at)...])
        guard !local.isEmpty, local.utf16.count <= 64, domain.utf16.count <= 255 else { return false }
        if local.first == "\"", local.last == "\"", local.count > 2 {
            guard !local.dropFirst().dropLast().contains("\"") else { return false }
        } else {
            guard local.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }),
                !local.unicodeScalars.contains(where: isProhibitedInAtom)
            else { return false }
        }
        if domain.hasPrefix("[") { return domain.hasSuffix("]") && domain.count > 2 }
        return domain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        !label.isEmpty && label.utf16.count <= 63 && label.first != "-" && label.last != "-"
            && label.unicodeScalars.allSatisfy {
                $0.value > 0x7F || $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-"
            }
    }

    private static func isProhibitedInAtom(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0x20 || scalar.value == 0x7F || scalar.value > 0xFFFF
            || "\"(),:;<>@[\\]".unicodeScalars.contains(scalar)
    }

    private static func isProhibitedInUsername(_ scalar: Unicode.Scalar) -> Bool {
        isControlOrBreak(scalar) || [0x20, 0xA0].contains(scalar.value)
            || "!\"#$%&'()*,/:;<=>?[\\]^`{|}~§".unicodeScalars.contains(scalar)
    }

    private static func isProhibitedInName(_ scalar: Unicode.Scalar) -> Bool {
        isControlOrBreak(scalar) || "!\"#$%&()*/;<=>?[\\]^{|}~§".unicodeScalars.contains(scalar)
    }

    private static func isControlOrBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || [0x7F, 0x85, 0x2028, 0x2029].contains(scalar.value)
    }

    /// Letters of the Latin alphabet, and what no alphabet owns.
    private static func isLatinOrCommon(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.properties.isAlphabetic else { return true }
        return switch scalar.value {
        case 0...0x24F, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA722...0xA7FF, 0xFF21...0xFF5A: true
        default: false
        }
    }

    static func isBlank(_ value: String) -> Bool { value.unicodeScalars.allSatisfy(\.properties.isWhitespace) }

    private static func trimmed(_ value: String) -> Substring {
        var text = value[...]
        while let first = text.unicodeScalars.first, first.value <= 0x20 { text.unicodeScalars.removeFirst() }
        while let last = text.unicodeScalars.last, last.value <= 0x20 { text.unicodeScalars.removeLast() }
        return text
    }
}

extension JSON {
    /// A number, also one that is written as text.
    fileprivate var wholeNumber: Int64? { int ?? string.flatMap { Int64($0) } }

    fileprivate var isTrue: Bool { self == true || self == "true" }

    fileprivate var real: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
