import Formats
import KubernetesModel

/// A refusal in the API's own words: thrown where it is found, answered as a `Status` object.
struct APIFailure: Error, Sendable {
    /// One of the reasons why an object or an option is refused.
    struct Cause: Sendable, Hashable {
        let reason: String
        let message: String
        /// Empty where no field is to blame.
        let field: String

        init(_ reason: String, _ message: String, at field: String = "") {
            self.reason = reason
            self.message = message
            self.field = field
        }

        var json: JSON {
            var value: JSONObject = [:]
            if !reason.isEmpty { value["reason"] = .string(reason) }
            if !message.isEmpty { value["message"] = .string(message) }
            if !field.isEmpty { value["field"] = .string(field) }
            return .object(value)
        }
    }

    let code: Int
    /// Empty for failures that the API does not classify.
    let reason: String
    let message: String
    /// Nil where the answer has no details at all; an empty object is another answer.
    var details: JSONObject?
    /// A token to go on with, in the list that could not be finished consistently.
    var continueToken: String?
    var retryAfter: Int?
    /// Answered as text, not as a `Status`.
    var isPlainText = false

    init(_ code: Int, _ reason: String, _ message: String, details: JSONObject? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    /// The `Status` object.
    var status: JSON {
        var body: JSONObject = ["kind": "Status", "apiVersion": "v1", "status": "Failure", "code": .int(Int64(code))]
        body["metadata"] = .object(continueToken.map { ["continue": .string($0)] } ?? [:])
        body["message"] = .string(message)
        if !reason.isEmpty { body["reason"] = .string(reason) }
        if let details { body["details"] = .object(details) }
        return .object(body)
    }
}

extension APIFailure {
    /// What the kind's own rules refuse.
    init(_ status: APIStatus) {
        self.init(status.code, status.reason, status.message, details: status.json["details"]?.object)
    }
}
