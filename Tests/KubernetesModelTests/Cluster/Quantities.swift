import Formats

/// Amounts in other words.
enum Quantities {
    private static let scales: [(suffix: String, next: String, factor: Int64)] = [
        ("", "m", 1000), ("k", "", 1000), ("M", "k", 1000), ("G", "M", 1000), ("T", "G", 1000), ("Ki", "", 1024),
        ("Mi", "Ki", 1024), ("Gi", "Mi", 1024), ("Ti", "Gi", 1024), ("m", "u", 1000),
    ]

    /// The same amount, spelt differently.
    static func respelt(_ value: JSON, _ dice: inout Dice) -> JSON? {
        guard let text = value.string ?? value.int.map({ "\($0)" }) else { return nil }
        let digits = text.prefix { $0.isNumber }
        let suffix = String(text.dropFirst(digits.count))
        guard let number = Int64(digits) else { return nil }
        var ways: [JSON] = [.string("\(number).0\(suffix)"), .string("0\(text)"), .string("+\(text)")]
        if suffix.isEmpty { ways += [.int(number), .string(text), .string("\(number)e0"), .double(Double(number))] }
        for scale in scales {
            if scale.suffix == suffix { ways.append(.string("\(number * scale.factor)\(scale.next)")) }
            guard scale.next == suffix else { continue }
            if number % scale.factor == 0 { ways.append(.string("\(number / scale.factor)\(scale.suffix)")) }
            if (number * 8) % scale.factor == 0 {
                ways.append(.string("\(Double(number) / Double(scale.factor))\(scale.suffix)"))
            }
        }
        return dice.pick(ways.filter { $0 != value })
    }

    /// Another amount, sometimes one that is none.
    static func other(_ dice: inout Dice) -> JSON {
        dice.one(
            "1", "250m", "0.3", "2Gi", "1500M", 2, 0, 0.5, "0", "64Mi", "1e3", "1E", "0.5Gi", "1n", "100u", "-1", "",
            "1Gb",
            "abc", "1.2345678901", "12345678901234567890", "1Ki", "1e-3")
    }
}
