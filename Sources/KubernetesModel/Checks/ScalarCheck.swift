import Formats

/// Whether a scalar can be read into the type of its place, in the words of a diagnostic.
enum ScalarCheck {
    /// What is wrong with the value; nil where nothing is.
    static func fault(of value: JSON, _ shape: FieldSchema.Shape) -> String? {
        switch (shape, value) {
        case (.string, .string), (.boolean, .bool), (.number, .int), (.number, .double), (.intOrString, .string),
            (.any, _), (_, .null):
            nil
        case (.integer(let bits), _) where value.int != nil:
            bits < 64 && value.int.flatMap { Int32(exactly: $0) } == nil
                ? "expected \(words(shape)) of 32 bits, found \(found(value))" : nil
        case (.intOrString, _) where value.int != nil: nil
        case (.quantity, .string), (.quantity, .int), (.quantity, .double):
            (try? Quantity(value)) == nil
                ? "'\(GoFormat.plain(value))' is no amount; expected \(words(.quantity))" : nil
        case (.bytes, .string(let text)): base64Fault(text)
        case (.time, .string(let text)), (.microTime, .string(let text)):
            Timestamp(text) == nil ? "'\(text)' is no time; expected \(words(.time))" : nil
        default: "expected \(words(shape)), found \(found(value))"
        }
    }

    private static func base64Fault(_ text: String) -> String? {
        do throws(Base64.Problem) {
            _ = try Base64.decode(text)
            return nil
        } catch {
            // The text may be a secret, so it is not shown.
            return "expected \(words(.bytes)), found another character at offset \(error.offset)"
        }
    }

    /// What a place of that shape takes.
    static func words(_ shape: FieldSchema.Shape) -> String {
        switch shape {
        case .string: "a string"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "true or false"
        case .bytes: "base64"
        case .time, .microTime: "a time such as 2026-01-31T00:00:00Z"
        case .quantity: "an amount such as 500m, 0.5 or 1Gi"
        case .intOrString: "an integer or a string"
        case .any: "anything"
        case .list: "a list"
        case .map, .object: "a map"
        }
    }

    /// A value as a diagnostic names it.
    static func found(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool, .int, .double: GoFormat.plain(value)
        case .string(let text): text.utf8.count <= 60 ? "'\(text)'" : "a text of \(text.utf8.count) bytes"
        case .array: "a list"
        case .object: "a map"
        }
    }
}
