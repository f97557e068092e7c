package import Formats

/// One reason why the server refuses an object: the field, what kind of fault, and what was expected.
package struct FieldProblem: Sendable, Hashable {
    /// `spec.template.spec.containers[0].image`
    package let field: String
    /// `FieldValueRequired` and the like.
    package let reason: String
    /// `Required value: must specify a handler type`
    package let message: String

    private init(_ field: String, _ reason: String, _ message: String, _ detail: String) {
        self.field = field
        self.reason = reason
        self.message = detail.isEmpty ? message : "\(message): \(detail)"
    }

    package var line: String { "\(field): \(message)" }

    package static func required(_ field: String, _ detail: String = "") -> FieldProblem {
        FieldProblem(field, "FieldValueRequired", "Required value", detail)
    }

    /// The value is shown as JSON.
    package static func invalid(_ field: String, _ value: JSON, _ detail: String) -> FieldProblem {
        FieldProblem(field, "FieldValueInvalid", "Invalid value: \(value.text)", detail)
    }

    /// The value is shown as it is given here.
    package static func invalid(_ field: String, text: String, _ detail: String) -> FieldProblem {
        FieldProblem(field, "FieldValueInvalid", "Invalid value: \(text)", detail)
    }

    package static func duplicate(_ field: String, _ value: JSON) -> FieldProblem {
        FieldProblem(field, "FieldValueDuplicate", "Duplicate value: \(value.text)", "")
    }

    package static func notFound(_ field: String, _ value: JSON) -> FieldProblem {
        FieldProblem(field, "FieldValueNotFound", "Not found: \(value.text)", "")
    }

    package static func forbidden(_ field: String, _ detail: String) -> FieldProblem {
        FieldProblem(field, "FieldValueForbidden", "Forbidden", detail)
    }

    package static func tooLong(_ field: String, _ limit: Int) -> FieldProblem {
        FieldProblem(field, "FieldValueTooLong", "Too long", "may not be more than \(limit) bytes")
    }

    package static func tooMany(_ field: String, _ count: Int, _ limit: Int) -> FieldProblem {
        FieldProblem(field, "FieldValueTooMany", "Too many: \(count)", "must have at most \(limit) items")
    }

    package static func notSupported(_ field: String, _ value: JSON, _ supported: [String]) -> FieldProblem {
        let list = supported.map { GoFormat.quoted($0) }.joined(separator: ", ")
        return FieldProblem(
            field, "FieldValueNotSupported", "Unsupported value: \(value.text)",
            list.isEmpty ? "" : "supported values: \(list)")
    }
}
