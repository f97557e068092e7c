package import Formats

/// A refusal as the API server answers it: the `Status` object of an error.
package struct APIStatus: Error, Sendable, Hashable {
    package struct Cause: Sendable, Hashable {
        /// `FieldValueRequired`
        package let reason: String
        package let message: String
        /// `spec.replicas`
        package let field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    package struct Details: Sendable, Hashable {
        package var name = ""
        package var group = ""
        package var kind = ""
        package var uid = ""
        package var causes: [Cause] = []
        package var retryAfterSeconds = 0

        package init(name: String = "", group: String = "", kind: String = "", causes: [Cause] = []) {
            self.name = name
            self.group = group
            self.kind = kind
            self.causes = causes
        }
    }

    package let code: Int
    /// Empty for an error of the server itself that has no name.
    package let reason: String
    package let message: String
    package let details: Details?

    package init(code: Int, reason: String, message: String, details: Details? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    package var json: JSON {
        var value: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
            "code": .int(Int64(code)),
        ]
        if !reason.isEmpty { value["reason"] = .string(reason) }
        if let details { value["details"] = details.json }
        return value
    }
}

extension APIStatus.Details {
    fileprivate var json: JSON {
        var value: JSON = [:]
        for (key, text) in [("name", name), ("group", group), ("kind", kind), ("uid", uid)] where !text.isEmpty {
            value[key] = .string(text)
        }
        if retryAfterSeconds > 0 { value["retryAfterSeconds"] = .int(Int64(retryAfterSeconds)) }
        if !causes.isEmpty {
            value["causes"] = .array(
                causes.map {
                    var cause: JSON = ["message": .string($0.message)]
                    if !$0.reason.isEmpty { cause["reason"] = .string($0.reason) }
                    if !$0.field.isEmpty { cause["field"] = .string($0.field) }
                    return cause
                })
        }
        return value
    }
}

extension APIStatus {
    package static func badRequest(_ message: String) -> APIStatus {
        APIStatus(code: 400, reason: "BadRequest", message: message)
    }

    /// A failure that the server does not blame on the request, though it should.
    package static func internalError(_ message: String) -> APIStatus {
        APIStatus(code: 500, reason: "", message: message)
    }

    package static func notFound(_ kind: ResourceKind, name: String) -> APIStatus {
        APIStatus(
            code: 404, reason: "NotFound", message: "\(kind.qualifiedPlural) \(GoFormat.quoted(name)) not found",
            details: Details(name: name, group: kind.group, kind: kind.plural))
    }

    package static func alreadyExists(_ kind: ResourceKind, name: String) -> APIStatus {
        APIStatus(
            code: 409, reason: "AlreadyExists",
            message: "\(kind.qualifiedPlural) \(GoFormat.quoted(name)) already exists",
            details: Details(name: name, group: kind.group, kind: kind.plural))
    }

    /// The object has another version than the one that was sent.
    package static func modified(_ kind: ResourceKind, name: String) -> APIStatus {
        APIStatus(
            code: 409, reason: "Conflict",
            message:
                "Operation cannot be fulfilled on \(kind.qualifiedPlural) \(GoFormat.quoted(name)): the object has "
                + "been modified; please apply your changes to the latest version and try again",
            details: Details(name: name, group: kind.group, kind: kind.plural))
    }

    /// The kind's own validation refuses the object.
    package static func invalid(_ kind: GroupVersionKind, name: String, _ problems: [FieldProblem]) -> APIStatus {
        let qualified = kind.group.isEmpty ? kind.kind : "\(kind.kind).\(kind.group)"
        var lines: [String] = []
        for problem in problems where !lines.contains(problem.line) { lines.append(problem.line) }
        let text = lines.count == 1 ? lines[0] : "[\(lines.joined(separator: ", "))]"
        return APIStatus(
            code: 422, reason: "Invalid", message: "\(qualified) \(GoFormat.quoted(name)) is invalid: \(text)",
            details: Details(
                name: name, group: kind.group, kind: kind.kind,
                causes: problems.map { Cause(reason: $0.reason, message: $0.message, field: $0.field) }))
    }

    /// An apply that was not forced met fields of others.
    package static func conflicts(_ conflicts: [OwnershipConflict]) -> APIStatus {
        let causes = conflicts.map {
            Cause(
                reason: "FieldManagerConflict", message: "conflict with \($0.writer.label)", field: $0.path.description)
        }
        var text = "Apply failed with \(conflicts.count) conflicts: "
        if let only = conflicts.first, conflicts.count == 1 {
            text = "Apply failed with 1 conflict: conflict with \(only.writer.label): \(only.path)"
        } else {
            var lines: [String] = []
            for (index, conflict) in conflicts.enumerated() {
                if index == 0 || conflicts[index - 1].writer != conflict.writer {
                    lines.append("conflicts with \(conflict.writer.label):")
                }
                lines.append("- \(conflict.path)")
            }
            text += lines.joined(separator: "\n")
        }
        return APIStatus(code: 409, reason: "Conflict", message: text, details: Details(causes: causes))
    }
}
