import Formats

/// A value or an error with its place; what was read can be written and read again, also as YAML.
enum JSONProperties {
    static func complaint(about bytes: [UInt8]) -> String? {
        let value: JSON
        do throws(JSONError) {
            value = try JSON.parse(bytes)
        } catch {
            guard (0...bytes.count).contains(error.offset) else { return "no such offset: \(error)" }
            // A byte order mark is no part of JSON, and so has a column of its own.
            let isMarked = bytes.starts(with: [0xef, 0xbb, 0xbf])
            let isThere = TextShape(bytes).holds(line: Int(error.mark.line), column: Int(error.mark.column))
            return isThere || isMarked ? nil : "no such place: \(error)"
        }
        for pretty in [false, true] {
            guard let again = try? JSON.parse(value.encoded(pretty: pretty)), again == value else {
                return "not read as it was written: \(value.text)"
            }
        }
        return yaml(value)
    }

    /// Keys that are not taken: too long, the same but for their Unicode form; and deep nesting.
    private static func yaml(_ value: JSON) -> String? {
        guard longestKey(value) <= YAML.Limits().keyBytes else { return nil }
        let parsed = YAML.parse(Array(YAML.text(of: value).utf8), file: "again")
        let codes = Set(parsed.diagnostics.map(\.code))
        guard codes.isSubset(of: ["RCN1104", "RCN1105", "RCN1109", "RCN1110"]) else { return "\(parsed.diagnostics)" }
        guard let read = parsed.document?.json else { return nil }
        return read == value ? nil : "as YAML \(read.text), was \(value.text)"
    }

    private static func longestKey(_ value: JSON) -> Int {
        switch value {
        case .array(let elements): elements.map(longestKey).max() ?? 0
        case .object(let object): object.map { max($0.key.utf8.count, longestKey($0.value)) }.max() ?? 0
        default: 0
        }
    }
}
