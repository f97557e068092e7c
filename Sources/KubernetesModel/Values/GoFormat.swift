import Formats

/// Values as the API server's messages show them.
package enum GoFormat {
    /// A string in double quotes, with what cannot be printed escaped.
    package static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{07}": out += "\\a"
            case "\u{08}": out += "\\b"
            case "\u{0B}": out += "\\v"
            case "\u{0C}": out += "\\f"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: out += "\\x" + hex(scalar.value, digits: 2)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// Strings in brackets, each in double quotes: `["a" "b"]`.
    static func list(_ texts: [String]) -> String { "[\(texts.map(quoted).joined(separator: " "))]" }

    /// The shortest decimal that stands for the number, without a fraction where it has none.
    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value), abs(value) < 1e21 { return "\(whole)" }
        return "\(value)"
    }

    /// The value's text inside a message, without quotes: `map[x:y]`, `[a b]`.
    static func plain(_ value: JSON) -> String {
        switch value {
        case .null: "<nil>"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): "\(value)"
        case .double(let value): number(value)
        case .string(let value): value
        case .array(let values): "[\(values.map(plain).joined(separator: " "))]"
        case .object(let members):
            "map[\(sorted(members).map { "\($0.key):\(plain($0.value))" }.joined(separator: " "))]"
        }
    }

    /// The value with the names of its types, as a message about a wrong type shows it.
    static func typed(_ value: JSON) -> String {
        switch value {
        case .null: "interface {}(nil)"
        case .string(let value): quoted(value)
        case .array(let values): "[]interface {}{\(values.map(typed).joined(separator: ", "))}"
        case .object(let members):
            "map[string]interface {}{"
                + members.map { "\(quoted($0.key)):\(typed($0.value))" }.joined(separator: ", ") + "}"
        default: plain(value)
        }
    }

    /// The name of the type that a decoded value has.
    static func typeName(_ value: JSON) -> String {
        switch value {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int64"
        case .double: "float64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }

    private static func sorted(_ members: JSONObject) -> [JSONObject.Member] {
        members.sorted { ByteOrder.precedes($0.key, $1.key) }
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
