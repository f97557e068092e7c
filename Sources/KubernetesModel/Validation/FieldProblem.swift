package import Formats

/// One reason why the server refuses an object: the field, what kind of fault, and what was expected.
package struct FieldProblem: Sendable, Hashable {
    enum Fault: Sendable, Hashable {
        case required, duplicate, forbidden, tooLong
        case invalid, notFound, tooMany
        case notSupported([String])
    }

    /// `spec.template.spec.containers[0].image`
    package let field: String
    /// `FieldValueRequired` and the like.
    package let reason: String
    /// `Required value: must specify a handler type`
    package let message: String
    let fault: Fault
    /// The value as the message shows it; empty where it shows none.
    let value: String
    /// What was expected, in the server's words.
    let detail: String
    /// The member of the field that is at fault, where the field itself does not say it: the name of a label.
    var member: String?
    /// The field at fault, where the server names only one above it.
    var place: String?

    private init(
        _ field: String, _ fault: Fault, _ reason: String, _ heading: String, _ value: String, _ detail: String
    ) {
        self.field = field
        self.fault = fault
        self.reason = reason
        self.value = value
        self.detail = detail
        let message = value.isEmpty ? heading : "\(heading): \(value)"
        self.message = detail.isEmpty ? message : "\(message): \(detail)"
    }

    package var line: String { "\(field): \(message)" }

    /// The same about one member of the field.
    func about(_ member: String) -> FieldProblem {
        var problem = self
        problem.member = member
        return problem
    }

    package static func required(_ field: String, _ detail: String = "") -> FieldProblem {
        FieldProblem(field, .required, "FieldValueRequired", "Required value", "", detail)
    }

    /// The value is shown as JSON, a text as the server's language quotes it.
    package static func invalid(_ field: String, _ value: JSON, _ detail: String) -> FieldProblem {
        invalid(field, text: value.string.map(GoFormat.quoted) ?? value.text, detail)
    }

    /// The value is shown as it is given here.
    package static func invalid(_ field: String, text: String, _ detail: String) -> FieldProblem {
        FieldProblem(field, .invalid, "FieldValueInvalid", "Invalid value", text, detail)
    }

    /// A value of another type than the schema's.
    package static func invalidType(_ field: String, _ value: JSON, _ detail: String) -> FieldProblem {
        FieldProblem(field, .invalid, "FieldValueTypeInvalid", "Invalid value", value.text, detail)
    }

    package static func duplicate(_ field: String, _ value: JSON) -> FieldProblem {
        duplicate(field, text: value.text)
    }

    /// The value is shown as it is given here.
    static func duplicate(_ field: String, text: String) -> FieldProblem {
        FieldProblem(field, .duplicate, "FieldValueDuplicate", "Duplicate value", text, "")
    }

    package static func notFound(_ field: String, _ value: JSON, _ detail: String = "") -> FieldProblem {
        FieldProblem(field, .notFound, "FieldValueNotFound", "Not found", value.text, detail)
    }

    package static func forbidden(_ field: String, _ detail: String) -> FieldProblem {
        FieldProblem(field, .forbidden, "FieldValueForbidden", "Forbidden", "", detail)
    }

    package static func tooLong(_ field: String, _ limit: Int) -> FieldProblem {
        FieldProblem(field, .tooLong, "FieldValueTooLong", "Too long", "", "may not be more than \(limit) bytes")
    }

    package static func tooMany(_ field: String, _ count: Int, _ limit: Int) -> FieldProblem {
        FieldProblem(
            field, .tooMany, "FieldValueTooMany", "Too many", "\(count)", "must have at most \(limit) items")
    }

    package static func notSupported(_ field: String, _ value: JSON, _ supported: [String]) -> FieldProblem {
        let list = supported.map { GoFormat.quoted($0) }.joined(separator: ", ")
        return FieldProblem(
            field, .notSupported(supported), "FieldValueNotSupported", "Unsupported value", value.text,
            list.isEmpty ? "" : "supported values: \(list)")
    }
}
