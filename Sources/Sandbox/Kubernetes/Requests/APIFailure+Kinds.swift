import Formats

/// The refusals that more than one part of the server gives.
extension APIFailure {
    static func badRequest(_ message: String) -> APIFailure { APIFailure(400, "BadRequest", message) }

    static let unauthorized = APIFailure(401, "Unauthorized", "Unauthorized")

    /// Nothing is served under this path at all.
    static let pageNotFound: APIFailure = {
        var failure = APIFailure(404, "", "404 page not found\n")
        failure.isPlainText = true
        return failure
    }()

    static let resourceNotFound = APIFailure(
        404, "NotFound", "the server could not find the requested resource", details: [:])

    static let methodNotAllowed = APIFailure(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource", details: [:])

    static let unsupportedMediaType = APIFailure(
        415, "UnsupportedMediaType", "415: Unsupported Media Type", details: [:])

    static func notFound(_ resource: String, _ name: String) -> APIFailure {
        APIFailure(404, "NotFound", "\(resource) \"\(name)\" not found", details: details(of: resource, name))
    }

    static func alreadyExists(_ resource: String, _ name: String) -> APIFailure {
        APIFailure(409, "AlreadyExists", "\(resource) \"\(name)\" already exists", details: details(of: resource, name))
    }

    /// Also a name that was made up for the object.
    static func cannotGenerate(_ resource: String, _ name: String) -> APIFailure {
        var details = details(of: resource, name)
        details["retryAfterSeconds"] = 1
        return APIFailure(
            409, "AlreadyExists",
            "\(resource) \"\(name)\" already exists, the server was not able to generate a unique name for the object",
            details: details)
    }

    static func conflict(_ resource: String, _ name: String, _ why: String) -> APIFailure {
        APIFailure(
            409, "Conflict", "Operation cannot be fulfilled on \(resource) \"\(name)\": \(why)",
            details: details(of: resource, name))
    }

    static func modified(_ resource: String, _ name: String) -> APIFailure {
        let why = "the object has been modified; please apply your changes to the latest version and try again"
        return conflict(resource, name, why)
    }

    /// Without a name the whole collection is refused.
    static func forbidden(_ resource: String, _ name: String?, _ why: String, causes: [Cause] = []) -> APIFailure {
        let subject = name.map { "\(resource) \"\($0)\"" } ?? resource
        return APIFailure(
            403, "Forbidden", "\(subject) is forbidden: \(why)", details: details(of: resource, name, causes))
    }

    /// What a kind's own validation refuses: `Deployment.apps "backend" is invalid: …`.
    static func invalid(_ kind: String, _ name: String, _ causes: [Cause]) -> APIFailure {
        let lines = causes.map { "\($0.field): \($0.message)" }
        let summary = lines.count == 1 ? lines[0] : "[\(lines.joined(separator: ", "))]"
        return APIFailure(
            422, "Invalid", "\(kind) \"\(name)\" is invalid: \(summary)", details: details(of: kind, name, causes))
    }

    /// Name, group and kind, from a name qualified by its group: `deployments.apps`.
    private static func details(of qualified: String, _ name: String?, _ causes: [Cause] = []) -> JSONObject {
        var details: JSONObject = [:]
        if let name, !name.isEmpty { details["name"] = .string(name) }
        if let dot = qualified.firstIndex(of: ".") {
            details["group"] = .string(String(qualified[qualified.index(after: dot)...]))
            details["kind"] = .string(String(qualified[..<dot]))
        } else {
            details["kind"] = .string(qualified)
        }
        if !causes.isEmpty { details["causes"] = .array(causes.map(\.json)) }
        return details
    }
}
