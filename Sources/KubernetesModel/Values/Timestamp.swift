/// A time as the API writes it: RFC 3339 in UTC, to the second or to the microsecond.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    package let microseconds: Int

    package init(seconds: Int64, microseconds: Int = 0) {
        self.seconds = seconds
        self.microseconds = microseconds
    }

    /// Reads `2026-01-01T12:00:00Z`, with a fraction and an offset where there are any; nil for anything else.
    package init?(_ text: String) {
        let bytes = [UInt8](text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            return bytes[range].reduce(Int64?.some(0)) { value, byte in
                guard let value, byte >= 48, byte <= 57 else { return nil }
                return value * 10 + Int64(byte - 48)
            }
        }
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58,
            bytes[16] == 58, let year = number(0..<4), let month = number(5..<7), (1...12).contains(month),
            let day = number(8..<10), day >= 1, day <= Self.days(in: month, of: year), let hour = number(11..<13),
            hour < 24, let minute = number(14..<16), minute < 60, let second = number(17..<19), second < 60
        else { return nil }
        var rest = 19
        var fraction = 0
        if bytes[19] == 46 {
            rest = bytes[20...].firstIndex { $0 < 48 || $0 > 57 } ?? bytes.count
            guard rest > 20 else { return nil }
            for place in 0..<6 { fraction = fraction * 10 + (20 + place < rest ? Int(bytes[20 + place]) - 48 : 0) }
        }
        guard let offset = Self.offset(bytes[rest...]) else { return nil }
        let days = Self.dayNumber(year: year, month: month, day: day)
        seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
        microseconds = fraction
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.microseconds) < (right.seconds, right.microseconds)
    }

    /// `2026-01-01T12:00:00Z`
    package var text: String { date + "Z" }

    /// `2026-01-01T12:00:00.000000Z`
    package var textWithMicroseconds: String { "\(date).\(Self.padded(Int64(microseconds), 6))Z" }

    private var date: String {
        let (day, second) = (Int64((Double(seconds) / 86400).rounded(.down)), ((seconds % 86400) + 86400) % 86400)
        let (year, month, dayOfMonth) = Self.civil(day)
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))T"
            + "\(Self.padded(second / 3600, 2)):\(Self.padded(second / 60 % 60, 2)):\(Self.padded(second % 60, 2))"
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let text = Array(bytes)
        if text == [90] { return 0 }
        guard text.count == 6, text[0] == 43 || text[0] == 45, text[3] == 58,
            let hours = Int64(String(decoding: text[1..<3], as: UTF8.self)), hours < 24,
            let minutes = Int64(String(decoding: text[4..<6], as: UTF8.self)), minutes < 60
        else { return nil }
        return (text[0] == 45 ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 in the Gregorian calendar; years begin with March, so that the leap day comes last.
    private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
