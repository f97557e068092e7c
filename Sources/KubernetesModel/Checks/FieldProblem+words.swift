import Formats

extension FieldProblem {
    /// The problem as a diagnostic says it; `place` is that of the field in the manifest.
    func words(at place: JSONPointer) -> String {
        let expected = Self.shortened(detail)
        let text =
            switch fault {
            case .required: "missing" + (expected.isEmpty ? "" : "; \(expected)")
            case .duplicate: "\(shownValue) stands here twice"
            case .notFound: "there is no \(shownValue)"
            case .forbidden, .tooLong: expected
            case .tooMany: "\(value) elements; \(expected)"
            case .invalid: shownValue.isEmpty ? expected : "\(shownValue): \(expected)"
            case .notSupported(let supported): Self.choice(shownValue, value, supported)
            }
        return place.tokens.isEmpty ? text : "\(place.display): \(text)"
    }

    private static func choice(_ shown: String, _ value: String, _ supported: [String]) -> String {
        let json = (try? JSON.parse(value)) ?? .null
        let bare = json.string ?? json.text("type")
        let hint = Suggestion.phrase(for: bare, among: supported)
        let list = supported.map { "'\($0)'" }.joined(separator: ", ")
        if bare.isEmpty { return "missing; expected \(supported.count == 1 ? "" : "one of ")\(list)" }
        return "\(shown): expected \(supported.count == 1 ? "" : "one of ")\(list)\(hint)"
    }

    /// Values of one line are worth showing, whole objects are not.
    private var shownValue: String {
        guard let json = try? JSON.parse(value) else { return "" }
        switch json {
        case .string(let text) where text.utf8.count <= 120: return "'\(text)'"
        // A union is told by its type.
        case .object where !json.text("type").isEmpty: return "'\(json.text("type"))'"
        case .bool, .int, .double: return value
        default: return ""
        }
    }

    /// The server's sentence without the expression that it was held to, and with one form of quotes.
    private static func shortened(_ detail: String) -> String {
        var text = detail
        if let pattern = text.firstRange(of: ", regex used for validation is '"), let end = text.lastIndex(of: ")"),
            pattern.lowerBound < end
        {
            text.removeSubrange(pattern.lowerBound..<end)
        }
        return text.replacing("`", with: "'").replacing("',  or '", with: "' or '")
    }
}
