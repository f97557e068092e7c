package import Formats

/// An amount of a resource: `500m`, `1Gi`, `2.5`, `1e3`.
///
/// Kept in billionths, which is as exact as the server is; what is finer is rounded away from zero, and what is written with a
/// binary suffix and exceeds the 64 bits of the server's numbers becomes their limit.
package struct Quantity: Sendable, Hashable, Comparable {
    /// How the amount was written, which decides how it is written again.
    package enum Style: Sendable, Hashable { case decimal, binary, exponent }

    /// Why a text is no quantity, in the server's words.
    package enum Problem: Error, Sendable, Hashable {
        case format, suffix

        package var message: String {
            switch self {
            case .format: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            case .suffix: "unable to parse quantity's suffix"
            }
        }
    }

    private let billionths: Int128
    package let style: Style
    /// The text that it was read from, where the server answers that again: `07`, `+1k` or `1.500`.
    private let spelling: String?

    private static let binaryLimit = Int128(Int64.max) * 1_000_000_000
    /// Far beyond what anybody has.
    private static let limit = Int128(1_000_000_000_000_000_000) * 10_000_000_000_000_000_000

    private init(billionths: Int128, style: Style) {
        self.billionths = billionths
        self.style = style
        spelling = nil
    }

    package init(_ text: String) throws(Problem) {
        var reader = QuantityReader(text)
        let number = try reader.number()
        let (factor, divisor, style) = try reader.scale()
        let amount = Self.scaled(number.digits, number.fractionDigits, number.isNegative, factor, divisor)
        billionths = style == .binary ? min(max(amount, -Self.binaryLimit), Self.binaryLimit) : amount
        self.style = style
        spelling = reader.isKeptAsItIs(number, style) ? text : nil
    }

    /// The quantity of a JSON value; whole and other numbers are read as they are written.
    package init(_ value: JSON) throws(Problem) {
        switch value {
        case .string(let text): try self.init(text.trimmingSpaces)
        case .int(let number): try self.init("\(number)")
        case .double(let number): try self.init(GoFormat.number(number))
        case .null: self.init(billionths: 0, style: .decimal)
        default: throw .format
        }
    }

    package static func == (left: Quantity, right: Quantity) -> Bool { left.billionths == right.billionths }

    package static func < (left: Quantity, right: Quantity) -> Bool { left.billionths < right.billionths }

    package func hash(into hasher: inout Hasher) { hasher.combine(billionths) }

    package static let zero = Quantity(billionths: 0, style: .decimal)

    package var isNegative: Bool { billionths < 0 }

    package var isWhole: Bool { billionths % 1_000_000_000 == 0 }

    /// The amount in whole units, rounded up.
    package var units: Int64 {
        let (whole, rest) = billionths.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Int64(clamping: whole + (rest > 0 ? 1 : 0))
    }

    /// What is finer than a thousandth is rounded up.
    package var roundedToThousandths: Quantity {
        let (whole, rest) = billionths.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest != 0 else { return self }
        return Quantity(billionths: (whole + (rest > 0 ? 1 : -1)) * 1_000_000, style: style)
    }

    package static func + (left: Quantity, right: Quantity) -> Quantity {
        Quantity(
            billionths: clamped(left.billionths + right.billionths),
            style: left.billionths == 0 ? right.style : left.style)
    }

    package static func - (left: Quantity, right: Quantity) -> Quantity {
        Quantity(billionths: clamped(left.billionths - right.billionths), style: left.style)
    }

    /// The spelling that the server stores and answers: `1000m` is `1`, `1024Mi` is `1Gi`, `0.1Ti` is `109951162777600m`.
    package var text: String { spelling ?? canonicalText }

    /// The one spelling of the amount, whatever it was read from.
    package var canonicalText: String {
        if billionths == 0 { return "0" }
        let kibi = Int128(1024) * 1_000_000_000
        if style == .binary, isWhole, billionths <= -kibi || billionths >= kibi { return binaryText }
        var mantissa = billionths
        var exponent = -9
        while mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
        while exponent % 3 != 0 {
            mantissa *= 10
            exponent -= 1
        }
        if style == .exponent { return exponent == 0 ? "\(mantissa)" : "\(mantissa)e\(exponent)" }
        return "\(mantissa)\(QuantityReader.decimalSuffix(exponent))"
    }

    private var binaryText: String {
        var units = billionths / 1_000_000_000
        var power = 0
        while units % 1024 == 0, power < QuantityReader.binarySuffixes.count - 1 {
            units /= 1024
            power += 1
        }
        return "\(units)\(QuantityReader.binarySuffixes[power])"
    }

    private static func clamped(_ value: Int128) -> Int128 { min(max(value, -limit), limit) }

    /// `digits * factor / 10^(fractionDigits - 9) / divisor`, rounded away from zero, within the limits.
    private static func scaled(
        _ digits: Int128, _ fractionDigits: Int, _ isNegative: Bool, _ factor: Int128, _ divisor: Int128
    ) -> Int128 {
        var (value, hasOverflow) = digits.multipliedReportingOverflow(by: factor)
        for _ in 0..<9 where !hasOverflow { (value, hasOverflow) = value.multipliedReportingOverflow(by: 10) }
        guard !hasOverflow else { return isNegative ? -limit : limit }
        var below = divisor
        for _ in 0..<min(fractionDigits, 30) {
            let (next, isTooFine) = below.multipliedReportingOverflow(by: 10)
            if isTooFine { break }
            below = next
        }
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: below)
        let rounded = clamped(quotient + (rest == 0 ? 0 : 1))
        return isNegative ? -rounded : rounded
    }
}

extension String {
    /// Without spaces, tabs and line breaks at both ends.
    fileprivate var trimmingSpaces: String {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 10 || $0 == 13 }
        guard let first = utf8.first, let last = utf8.last, isSpace(first) || isSpace(last) else { return self }
        let start = utf8.firstIndex { !isSpace($0) } ?? endIndex
        let end = utf8.lastIndex { !isSpace($0) }.map { utf8.index(after: $0) } ?? start
        return String(self[start..<end])
    }
}

extension Quantity {
    /// Whether the amount is so many pages of that size, which is itself an amount; more than none.
    func isMultiple(ofPage size: String) -> Bool {
        guard let page = try? Quantity(size), page.billionths > 0, billionths > 0 else { return false }
        return billionths % page.billionths == 0
    }
}
