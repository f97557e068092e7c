/// Reads the two parts of a quantity's text: its number and its suffix.
struct QuantityReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        bytes = [UInt8](text.utf8)
    }

    struct Number {
        var digits: Int128 = 0
        var fractionDigits = 0
        var isNegative = false
        /// Digits before the point but for leading zeros, and those after it.
        var whole: [UInt8] = []
        var fraction: [UInt8] = []
    }

    mutating func number() throws(Quantity.Problem) -> Number {
        var number = Number()
        if let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            number.isNegative = sign == UInt8(ascii: "-")
            index = 1
        }
        var isFraction = false
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else if let digit = Self.digit(bytes[index]) {
                if isFraction {
                    number.fraction.append(bytes[index])
                } else if !number.whole.isEmpty || digit != 0 {
                    number.whole.append(bytes[index])
                }
                if number.digits < 1_000_000_000_000_000_000_000_000_000 {
                    number.digits = number.digits * 10 + digit
                    if isFraction { number.fractionDigits += 1 }
                } else if !isFraction {
                    number.digits = .max / 10
                }
            } else {
                break
            }
            index += 1
        }
        // A sign, a point or a suffix alone is zero to the server.
        guard !bytes.isEmpty else { throw .format }
        return number
    }

    /// What the suffix multiplies and divides by, and the style that it belongs to.
    func scale() throws(Quantity.Problem) -> (factor: Int128, divisor: Int128, style: Quantity.Style) {
        let suffix = String(decoding: bytes[index...], as: UTF8.self)
        if let power = Self.binarySuffixes.firstIndex(of: suffix), power > 0 {
            return (Int128(1) << (10 * power), 1, .binary)
        }
        if let exponent = Self.decimalSuffixes.first(where: { $0.suffix == suffix })?.exponent {
            return (Self.power(max(exponent, 0)), Self.power(max(-exponent, 0)), .decimal)
        }
        try checkForm()
        guard suffix.count > 1, suffix.first == "e" || suffix.first == "E", let exponent = Int(suffix.dropFirst())
        else {
            throw .suffix
        }
        return (Self.power(min(max(exponent, 0), 27)), Self.power(min(max(-exponent, 0), 27)), .exponent)
    }

    /// Whether the server takes the text for the amount's own spelling without a closer look, so that it stays.
    ///
    /// Its short way is for numbers of few digits: decimal ones by thousands that end in no three zeros, binary ones that are
    /// no multiple of eight.
    func isKeptAsItIs(_ number: Number, _ style: Quantity.Style) -> Bool {
        let whole = number.whole.isEmpty ? [UInt8(ascii: "0")] : number.whole
        let suffix = String(decoding: bytes[index...], as: UTF8.self)
        guard style == .binary else {
            let named = Self.decimalSuffixes.first { $0.suffix == suffix }?.exponent
            guard let exponent = named ?? Int(suffix.dropFirst()) else { return false }
            let (digits, scale) = (whole + number.fraction, exponent - number.fraction.count)
            return digits.count <= 18 && scale >= -9 && scale % 3 == 0 && digits.first != UInt8(ascii: "0")
                && !digits.reversed().starts(with: "000".utf8)
        }
        guard number.fraction.isEmpty, let power = Self.binarySuffixes.firstIndex(of: suffix) else { return false }
        return 14 - whole.count - power * 3 >= 0 && number.digits & 7 != 0
    }

    /// Letters that occur in suffixes, then a sign, then digits.
    private func checkForm() throws(Quantity.Problem) {
        var rest = bytes[index...].drop { "eEinumkKMGTP".utf8.contains($0) }
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard rest.allSatisfy({ Self.digit($0) != nil }) else { throw .format }
    }

    static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    static let decimalSuffixes: [(suffix: String, exponent: Int)] = [
        ("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18),
    ]

    static func decimalSuffix(_ exponent: Int) -> String {
        decimalSuffixes.first { $0.exponent == exponent }?.suffix ?? "e\(exponent)"
    }

    private static func power(_ exponent: Int) -> Int128 {
        (0..<exponent).reduce(1) { value, _ in value * 10 }
    }

    private static func digit(_ byte: UInt8) -> Int128? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int128(byte - UInt8(ascii: "0")) : nil
    }
}
