/// The functions of the language. The raw value is the name; a method is written after its first argument and a dot.
enum Function: String, Sendable, CaseIterable {
    case size, string, int, uint, double, bool, bytes, dyn, dnsLabel
    case contains, startsWith, endsWith, lowerAscii, upperAscii, trim, replace, split, join

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

    /// The number of arguments, the receiver included.
    var arity: ClosedRange<Int> {
        switch self {
        case .contains, .startsWith, .endsWith, .split: 2...2
        case .join: 1...2
        case .replace: 3...3
        default: 1...1
        }
    }
}
