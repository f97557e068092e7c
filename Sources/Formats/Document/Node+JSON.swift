extension Node {
    /// The node as JSON, typed by its text alone. An unclear number (`012`, `.inf`) stays a string; `unclearNumbers`
    /// finds them.
    package var json: JSON {
        switch content {
        case .scalar(let scalar): scalar.json
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let entries): .object(JSONObject(entries.map { .init(key: $0.key, value: $0.value.json) }))
        }
    }

    /// Every scalar below that is written as a number and cannot be taken for one: its mark, its text and the advice.
    package var unclearNumbers: [(mark: Mark, message: String)] {
        switch content {
        case .scalar(let scalar):
            guard case .unclearNumber(let advice) = scalar.resolved else { return [] }
            return [(mark, "'\(scalar.text)' is no clear number: \(advice)")]
        case .sequence(let elements): return elements.flatMap(\.unclearNumbers)
        case .mapping(let entries): return entries.flatMap(\.value.unclearNumbers)
        }
    }

    /// Whether there are any of them, which is seldom so.
    var hasUnclearNumber: Bool {
        switch content {
        case .scalar(let scalar): if case .unclearNumber = scalar.resolved { true } else { false }
        case .sequence(let elements): elements.contains { $0.hasUnclearNumber }
        case .mapping(let entries): entries.contains { $0.value.hasUnclearNumber }
        }
    }

    /// A node for a JSON value, all of it at one mark. `json` of it gives the value back.
    package init(_ json: JSON, at mark: Mark = .start) {
        let content: Content =
            switch json {
            case .string(let text): .scalar(Scalar(text: text, isPlain: false))
            case .array(let elements): .sequence(elements.map { Node($0, at: mark) })
            case .object(let object):
                .mapping(object.map { Entry(key: $0.key, keyMark: mark, value: Node($0.value, at: mark)) })
            case .null, .bool, .int, .double: .scalar(Scalar(text: json.text, isPlain: true))
            }
        self.init(content, at: mark)
    }
}

extension Node.Scalar {
    /// The scalar as JSON, typed by its text alone; an unclear number stays a string.
    package var json: JSON {
        switch resolved {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string, .unclearNumber: .string(text)
        }
    }
}
