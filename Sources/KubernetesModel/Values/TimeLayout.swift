/// The two layouts of times, and what the API server says of a text that has neither.
enum TimeLayout {
    case seconds, microseconds

    private var text: String {
        switch self {
        case .seconds: "2006-01-02T15:04:05Z07:00"
        case .microseconds: "2006-01-02T15:04:05.000000Z07:00"
        }
    }

    /// What is wrong with the text; some answer also where nothing seems to be.
    func problem(in text: String) -> String {
        var reading = Reading(rest: text.utf8[...])
        let whole = "parsing time \(Self.quoted(text.utf8[...]))"
        do throws(Reading.Problem) {
            try reading.read(isMicro: self == .microseconds)
        } catch {
            switch error {
            case .outOfRange(let part): return "\(whole): \(part) out of range"
            case .mismatch(let element, let rest):
                return "\(whole) as \"\(self.text)\": cannot parse \(Self.quoted(rest)) as \"\(element)\""
            case .extra(let rest): return "\(whole): extra text: \(Self.quoted(rest))"
            }
        }
        return "\(whole) as \"\(self.text)\": cannot parse"
    }

    /// Quotes and backslashes escaped, and every byte that is no printable ASCII.
    private static func quoted(_ bytes: Substring.UTF8View) -> String {
        var out = "\""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x80: out.unicodeScalars.append(UnicodeScalar(byte))
            default: out += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return out + "\""
    }
}

/// One pass over a text, element by element of the layout.
private struct Reading {
    enum Problem: Error {
        case outOfRange(String)
        case mismatch(element: String, rest: Substring.UTF8View)
        case extra(Substring.UTF8View)
    }

    var rest: Substring.UTF8View

    mutating func read(isMicro: Bool) throws(Problem) {
        let year = try digits(4, "2006")
        try literal("-")
        let month = try digits(2, "01")
        guard (1...12).contains(month) else { throw .outOfRange("month") }
        try literal("-")
        let day = try digits(2, "02")
        try literal("T")
        let hour = try digits(2, "15", orOne: true)
        guard hour < 24 else { throw .outOfRange("hour") }
        try literal(":")
        guard try digits(2, "04") < 60 else { throw .outOfRange("minute") }
        try literal(":")
        guard try digits(2, "05") < 60 else { throw .outOfRange("second") }
        try fraction(isMicro)
        try zone()
        guard rest.isEmpty else { throw .extra(rest) }
        guard day >= 1, day <= Self.days(in: month, of: year) else { throw .outOfRange("day") }
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private mutating func digits(_ count: Int, _ element: String, orOne: Bool = false) throws(Problem) -> Int {
        let found = rest.prefix(count).prefix(while: Self.isDigit)
        guard found.count == count || orOne && found.count == 1 else {
            throw .mismatch(element: element, rest: rest)
        }
        rest = rest.dropFirst(found.count)
        return found.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    private mutating func literal(_ character: Unicode.Scalar) throws(Problem) {
        guard rest.first == UInt8(ascii: character) else {
            throw .mismatch(element: String(character), rest: rest)
        }
        rest = rest.dropFirst()
    }

    /// Six digits, no less, in the one layout; any in the other, or none.
    private mutating func fraction(_ isMicro: Bool) throws(Problem) {
        let hasPoint = rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",")
        let count = hasPoint ? rest.dropFirst().prefix(while: Self.isDigit).count : 0
        if isMicro {
            guard count >= 6 else { throw .mismatch(element: ".000000", rest: rest) }
            rest = rest.dropFirst(7)
        } else if count > 0 {
            rest = rest.dropFirst(1 + count)
        }
    }

    private mutating func zone() throws(Problem) {
        if rest.first == UInt8(ascii: "Z") {
            rest = rest.dropFirst()
            return
        }
        let part = Array(rest.prefix(6))
        guard part.count == 6, part[0] == UInt8(ascii: "+") || part[0] == UInt8(ascii: "-"),
            part[3] == UInt8(ascii: ":"),
            [1, 2, 4, 5].allSatisfy({ Self.isDigit(part[$0]) })
        else { throw .mismatch(element: "Z07:00", rest: rest) }
        guard part[1] < 50 || part[1] == 50 && part[2] <= 52 else { throw .outOfRange("time zone offset hour") }
        guard part[4] <= 53 || part[4] == 54 && part[5] == 48 else { throw .outOfRange("time zone offset minute") }
        rest = rest.dropFirst(6)
    }
}
