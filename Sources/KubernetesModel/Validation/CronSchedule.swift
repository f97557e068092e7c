/// Schedules of CronJobs: five fields, or a name such as `@daily`.
enum CronSchedule {
    private struct Fault: Error { let text: String }

    /// What is wrong with the schedule, in the server's words; nil where nothing is.
    static func fault(in schedule: String) -> String? {
        do {
            try check(schedule)
            return nil
        } catch {
            return error.text
        }
    }

    private static let bounds: [(low: Int, high: Int, names: [String])] = [
        (0, 59, []), (0, 23, []), (1, 31, []),
        (1, 12, ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        (0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    private static func check(_ schedule: String) throws(Fault) {
        if schedule.hasPrefix("@") { return try checkName(schedule) }
        let fields = schedule.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" })
        guard fields.count == 5 else {
            throw Fault(text: "expected exactly 5 fields, found \(fields.count): [\(fields.joined(separator: " "))]")
        }
        for (field, bound) in zip(fields, bounds) {
            for part in field.split(separator: ",", omittingEmptySubsequences: true) { try checkRange(part, bound) }
        }
    }

    private static func checkName(_ schedule: String) throws(Fault) {
        let names = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]
        if names.contains(schedule) || schedule.hasPrefix("@every ") { return }
        throw Fault(text: "unrecognized descriptor: \(schedule)")
    }

    /// `*`, `n`, `n-m`, each with `/step`.
    private static func checkRange(_ text: Substring, _ bound: (low: Int, high: Int, names: [String])) throws(Fault) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        var (start, end) = (bound.low, bound.high)
        if ends[0] != "*", ends[0] != "?" {
            start = try number(ends[0], bound.names)
            switch ends.count {
            case 1: end = parts.count > 1 ? bound.high : start
            case 2: end = try number(ends[1], bound.names)
            default: throw Fault(text: "too many hyphens: \(text)")
            }
        }
        guard parts.count <= 2 else { throw Fault(text: "too many slashes: \(text)") }
        let step = parts.count == 2 ? try number(parts[1], []) : 1
        if start < bound.low {
            throw Fault(text: "beginning of range (\(start)) below minimum (\(bound.low)): \(text)")
        }
        if end > bound.high { throw Fault(text: "end of range (\(end)) above maximum (\(bound.high)): \(text)") }
        if start > end { throw Fault(text: "beginning of range (\(start)) beyond end of range (\(end)): \(text)") }
        if step == 0 { throw Fault(text: "step of range should be a positive number: \(text)") }
    }

    private static func number(_ text: Substring, _ names: [String]) throws(Fault) -> Int {
        if !text.isEmpty, let index = names.firstIndex(of: text.lowercased()) { return index }
        guard let number = Int(text) else {
            throw Fault(
                text:
                    "failed to parse int from \(text): strconv.Atoi: parsing \(GoFormat.quoted(String(text))): invalid syntax"
            )
        }
        if number < 0 { throw Fault(text: "negative number (\(number)) not allowed: \(text)") }
        return number
    }
}
