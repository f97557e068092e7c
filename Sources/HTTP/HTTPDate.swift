/// Moments as servers and certificates write them, in seconds since 1970.
package enum HTTPDate {
    /// Of `Sun, 06 Nov 1994 08:49:37 GMT`, the form that RFC 9110 asks of every sender; nil for anything else.
    package static func seconds(_ value: String) -> Int? {
        let parts = value.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT", let day = number(parts[1], digits: 2) else {
            return nil
        }
        return seconds(parts[3], parts[2], day, parts[4])
    }

    /// Of `Nov  6 08:49:37 1994 GMT`, as OpenSSL prints the end of a certificate; nil for anything else.
    package static func seconds(ofCertificate value: String) -> Int? {
        let parts = value.split(separator: " ")
        guard parts.count == 5, parts[4] == "GMT", parts[1].count <= 2, let day = Int(parts[1]) else { return nil }
        return seconds(parts[3], parts[0], day, parts[2])
    }

    private static func seconds(_ year: Substring, _ month: Substring, _ day: Int, _ time: Substring) -> Int? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = time.split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2) }
        guard let month = months.firstIndex(of: String(month)), let year = number(year, digits: 4), time.count == 3,
            let hour = time[0], let minute = time[1], let second = time[2], (1...31).contains(day), year >= 1970,
            hour < 24, minute < 60, second <= 60
        else { return nil }
        return ((days(year, month + 1, day) * 24 + hour) * 60 + minute) * 60 + second
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }

    /// Days since 1970-01-01, by counting years from March so that the leap day comes last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
