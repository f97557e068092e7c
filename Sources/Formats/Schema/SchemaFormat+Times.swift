// Dates and times of RFC 3339.
extension SchemaFormat {
    /// `full-date`
    static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4), let month = number(parts[1], digits: 2),
            let day = number(parts[2], digits: 2)
        else { return false }
        return (1...12).contains(month) && (1...length(ofMonth: month, year)).contains(day)
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// Why a text of the form of a date is none: `February 2027 has 28 days`; nil where it has another form.
    static func missingDay(_ text: String) -> String? {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4), let month = number(parts[1], digits: 2),
            number(parts[2], digits: 2) != nil
        else { return nil }
        guard (1...12).contains(month) else { return "a year has 12 months" }
        return "\(months[month - 1]) \(year) has \(length(ofMonth: month, year)) days"
    }

    /// `date-time`
    static func isDateTime(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 11, bytes[10] | 0x20 == UInt8(ascii: "t") else { return false }
        return isDate(bytes[..<10]) && isTime(bytes[11...])
    }

    /// `full-time`; the second 60 only as the last one of a day in UTC.
    static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let mark = bytes.firstIndex(where: { "Zz+-".utf8.contains($0) }),
            let offset = offset(bytes[mark...])
        else { return false }
        let halves = bytes[..<mark].split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 1 || !halves[1].isEmpty && halves[1].allSatisfy(isDigit) else { return false }
        let parts = halves[0].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = number(parts[0], digits: 2), let minute = number(parts[1], digits: 2),
            let second = number(parts[2], digits: 2), hour < 24, minute < 60, second <= 60
        else { return false }
        let minutes = (hour * 60 + minute - offset + 2 * 1440) % 1440
        return second < 60 || minutes == 1439
    }

    /// The minutes of `Z` or `+01:30`; nil where it is neither.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let sign = bytes.first else { return nil }
        let rest = bytes.dropFirst()
        if sign | 0x20 == UInt8(ascii: "z") { return rest.isEmpty ? 0 : nil }
        let parts = rest.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = number(parts[0], digits: 2), let minute = number(parts[1], digits: 2),
            hour < 24, minute < 60
        else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hour * 60 + minute)
    }

    private static func number(_ bytes: ArraySlice<UInt8>, digits: Int) -> Int? {
        bytes.count == digits && bytes.allSatisfy(isDigit) ? Int(String(decoding: bytes, as: UTF8.self)) : nil
    }

    /// RFC 3339, appendix A: weeks alone, or units from years to seconds without one left out between two.
    static func isDuration(_ bytes: [UInt8]) -> Bool {
        guard bytes.first == UInt8(ascii: "P") else { return false }
        let halves = bytes.dropFirst().split(separator: UInt8(ascii: "T"), omittingEmptySubsequences: false)
        guard let days = units(halves[0]), halves.count <= 2 else { return false }
        if days == "W" { return halves.count == 1 }
        guard "YMD".contains(days) else { return false }
        guard halves.count == 2 else { return !days.isEmpty }
        guard let times = units(halves[1]) else { return false }
        return !times.isEmpty && "HMS".contains(times)
    }

    /// The letters of `1Y2M`; nil where one has no digits before it.
    private static func units(_ bytes: ArraySlice<UInt8>) -> String? {
        var letters = ""
        var rest = bytes
        while !rest.isEmpty {
            let digits = rest.prefix(while: isDigit)
            guard !digits.isEmpty, let letter = rest.dropFirst(digits.count).first else { return nil }
            letters.unicodeScalars.append(UnicodeScalar(letter))
            rest = rest.dropFirst(digits.count + 1)
        }
        return letters
    }
}
