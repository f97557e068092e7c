/// The functions of the language. The raw value is the name; a method is written after its first argument and a dot.
enum Function: String, Sendable, CaseIterable {
    case size, string, int, uint, double, bool, bytes, dyn, dnsLabel
    case contains, startsWith, endsWith, matches, charAt, indexOf, lastIndexOf, substring
    case lowerAscii, upperAscii, trim, reverse, replace, split, join

    /// Written `f(x)`.
    var isGlobal: Bool {
        switch self {
        case .size, .string, .int, .uint, .double, .bool, .bytes, .dyn, .dnsLabel: true
        default: false
        }
    }

    /// Written `x.f(…)`.
    var isMethod: Bool {
        self == .size || !isGlobal
    }

    /// The types of the arguments, the receiver first; `dyn` where several will do.
    var parameters: [ValueType] {
        switch self {
        case .size, .string, .int, .uint, .double, .bool, .bytes, .dyn: [.dyn]
        case .dnsLabel, .lowerAscii, .upperAscii, .trim, .reverse: [.string]
        case .contains, .startsWith, .endsWith, .matches: [.string, .string]
        case .charAt: [.string, .int]
        case .indexOf, .lastIndexOf, .split: [.string, .string, .int]
        case .substring: [.string, .int, .int]
        case .replace: [.string, .string, .string, .int]
        case .join: [.list(.string), .string]
        }
    }

    /// The number of arguments, the receiver included.
    var arity: ClosedRange<Int> {
        switch self {
        case .indexOf, .lastIndexOf, .substring, .split: 2...3
        case .replace: 3...4
        case .join: 1...2
        default: parameters.count...parameters.count
        }
    }

    /// What it gives; nil where that follows from the argument.
    var result: ValueType? {
        switch self {
        case .size, .string, .int, .uint, .double, .bool, .bytes, .dyn: nil
        case .contains, .startsWith, .endsWith, .matches: .bool
        case .indexOf, .lastIndexOf: .int
        case .split: .list(.string)
        default: .string
        }
    }
}
