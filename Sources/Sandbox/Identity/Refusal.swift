import Formats

/// An answer that is an error, in one of the four shapes that the server has.
struct Refusal: Error {
    let status: Int
    let body: JSON

    private init(_ status: Int, _ body: JSON) {
        self.status = status
        self.body = body
    }

    /// What it says in words.
    var text: String { body["error_description"]?.string ?? body["errorMessage"]?.string ?? "" }

    /// `{"error": code, "error_description": text}`
    static func described(_ status: Int, _ code: String, _ description: String) -> Refusal {
        Refusal(status, ["error": .string(code), "error_description": .string(description)])
    }

    /// `{"error": prose}`
    static func error(_ status: Int, _ text: String) -> Refusal { Refusal(status, ["error": .string(text)]) }

    /// `{"errorMessage": text}`
    static func message(_ status: Int, _ text: String) -> Refusal { Refusal(status, ["errorMessage": .string(text)]) }

    /// One profile error alone, several as a list.
    static func profile(_ errors: [JSON]) -> Refusal {
        errors.count == 1 ? Refusal(400, errors[0]) : Refusal(400, ["errors": .array(errors)])
    }

    static let unauthorized = error(401, "HTTP 401 Unauthorized")
    static let forbidden = error(403, "HTTP 403 Forbidden")
    static let notFound = error(404, "HTTP 404 Not Found")
    static let methodNotAllowed = error(405, "HTTP 405 Method Not Allowed")
    static let unknownError = described(500, "unknown_error", "For more on this error consult the server log.")
    static let malformed = described(400, "invalid_request", "Cannot parse the JSON")
    /// A number that its type cannot hold, or a control character in a text.
    static let outOfRange = described(400, "HTTP 400 Bad Request", "Cannot parse the JSON")
    static let wrongType = described(400, "unknown_error", "Cannot parse the JSON")

    static let realmNotFound = error(404, "Realm not found.")
    static let userNotFound = error(404, "User not found")
    static let groupNotFound = error(404, "Could not find group by id")
    static let clientNotFound = error(404, "Could not find client")
    static let roleNotFound = error(404, "Could not find role")
}
