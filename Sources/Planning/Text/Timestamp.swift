/// A moment as managedFields write it: `2026-11-21T10:00:00Z`.
struct Timestamp {
    /// Since 1970.
    let seconds: Int64

    init?(_ text: String) {
        let parts = text.utf8.split { !(0x30...0x39).contains($0) }.compactMap {
            Int64(String(decoding: $0, as: UTF8.self))
        }
        guard parts.count == 6, text.hasSuffix("Z"), (1...12).contains(parts[1]), (1...31).contains(parts[2]),
            (1...9999).contains(parts[0]), parts[3] < 24, parts[4] < 60, parts[5] <= 60
        else { return nil }
        seconds = Self.days(parts[0], parts[1], parts[2]) * 86_400 + parts[3] * 3_600 + parts[4] * 60 + parts[5]
    }

    /// `2 h ago`; `just now` also where the server's clock is ahead of ours.
    func age(at now: Int64) -> String {
        let age = now - seconds
        return switch age {
        case ..<10: "just now"
        case ..<60: "\(age) s ago"
        case ..<3_600: "\(age / 60) min ago"
        case ..<172_800: "\(age / 3_600) h ago"
        default: "\(age / 86_400) d ago"
        }
    }

    /// Days from 1970-01-01 to a day of the Gregorian calendar, counted in years that begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
