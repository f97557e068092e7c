import Formats

/// Jobs whose pods are numbered.
enum IndexedJobValidation {
    static func check(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        let mode = spec["completionMode"]?.string
        if let mode { check.supportedChoice("\(path).completionMode", mode, ["NonIndexed", "Indexed"]) }
        if mode == "Indexed" {
            indexed(spec, path, &check)
        } else if mode == nil || mode == "NonIndexed" {
            for key in ["backoffLimitPerIndex", "maxFailedIndexes"] {
                guard let count = spec[key]?.int else { continue }
                check.invalid("\(path).\(key)", .int(count), ["requires indexed completion mode"])
            }
        }
    }

    private static let many: Int64 = 100_000
    private static let fewer: Int64 = 10_000

    private static func indexed(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        let (completions, parallelism) = (spec.number("completions"), spec.number("parallelism"))
        let failures = spec.number("maxFailedIndexes")
        if completions == nil { check.require("\(path).completions", "when completion mode is Indexed") }
        if let parallelism, parallelism > many {
            check.invalid(
                "\(path).parallelism", .int(parallelism),
                ["must be less than or equal to \(many) when completion mode is Indexed"])
        }
        if let failures, let completions, failures > completions {
            check.invalid(
                "\(path).maxFailedIndexes", .int(failures), ["must be less than or equal to completions"])
        }
        if let failures, failures > many {
            check.invalid("\(path).maxFailedIndexes", .int(failures), ["must be less than or equal to \(many)"])
        }
        guard let completions, completions > many, spec["backoffLimitPerIndex"]?.int != nil else { return }
        if failures == nil {
            check.require("\(path).maxFailedIndexes", "must be specified when completions is above \(many)")
        }
        for (key, count) in [("parallelism", parallelism), ("maxFailedIndexes", failures)] {
            guard let count, count > fewer else { continue }
            check.invalid(
                "\(path).\(key)", .int(count),
                [
                    "must be less than or equal to \(fewer) when completions are above \(many) and used with backoff limit "
                        + "per index"
                ])
        }
    }

    /// When enough pods have done their work.
    static func success(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        guard let policy = spec["successPolicy"], policy.object != nil else { return }
        guard spec["completionMode"] == "Indexed" else {
            return check.add(.invalid(path, text: shown(policy), "requires indexed completion mode"))
        }
        let rules = policy.list("rules")
        if rules.isEmpty {
            check.require(
                "\(path).rules", "at least one rules must be specified when the successPolicy is specified")
        }
        if rules.count > 20 { check.add(.tooMany("\(path).rules", rules.count, 20)) }
        guard let completions = spec.number("completions") else { return }
        for (index, rule) in rules.enumerated() {
            self.rule(rule, "\(path).rules[\(index)]", completions, &check)
        }
    }

    /// The policy as the server's own types show it.
    private static func shown(_ policy: JSON) -> String {
        let rules = policy["rules"]?.array?.map { rule in
            let (indexes, count) = (rule["succeededIndexes"] ?? .null, rule["succeededCount"] ?? .null)
            return "{\"SucceededIndexes\":\(indexes.text),\"SucceededCount\":\(count.text)}"
        }
        return "{\"Rules\":\(rules.map { "[\($0.joined(separator: ","))]" } ?? "null")}"
    }

    private static func rule(_ rule: JSON, _ path: String, _ completions: Int64, _ check: inout FieldCheck) {
        let (indexes, count) = (rule["succeededIndexes"]?.string, rule.number("succeededCount"))
        if indexes == nil, count == nil {
            check.require(path, "at least one of succeededCount or succeededIndexes must be specified")
        }
        var total: Int64 = 0
        if let indexes {
            do throws(Fault) { total = try self.count(indexes, completions) } catch {
                check.invalid(
                    "\(path).succeededIndexes", .string(indexes), ["error parsing succeededIndexes: \(error.text)"])
            }
        }
        guard let count else { return }
        let field = "\(path).succeededCount"
        check.notNegative(field, .int(count))
        if count > completions {
            check.invalid(
                field, .int(count),
                ["must be less than or equal to \(completions) (the number of specified completions)"])
        }
        if indexes != nil, count > total {
            check.invalid(
                field, .int(count),
                [
                    "must be less than or equal to \(total) (the number of indexes in the specified succeededIndexes "
                        + "field)"
                ])
        }
    }

    private struct Fault: Error { let text: String }

    /// How many indexes there are in `1,3-5,7`.
    private static func count(_ text: String, _ completions: Int64) throws(Fault) -> Int64 {
        if text.isEmpty { return 0 }
        var (total, last): (Int64, Int64?) = (0, nil)
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            if ends.count > 2 {
                throw Fault(
                    text:
                        "the fragment \"\(part)\" violates the requirement that an index interval can have at most two "
                        + "parts separated by '-'")
            }
            let numbers = ends.compactMap { Int64($0) }
            guard numbers.count == ends.count, let first = numbers.first, let end = numbers.last else {
                throw Fault(text: "cannot convert string to integer for index: \"\(part)\"")
            }
            if end >= completions { throw Fault(text: "too large index: \"\(part)\"") }
            if ends.count == 2, first >= end {
                throw Fault(text: "non-increasing order, previous: \(first), current: \(end)")
            }
            if let last, last >= first {
                throw Fault(text: "non-increasing order, previous: \(last), current: \(first)")
            }
            total += end - first + 1
            last = end
        }
        return total
    }
}
