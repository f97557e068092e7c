import Formats

/// What is wrong with one attribute.
struct ProfileError {
    let attribute: String
    let message: String
    /// What the message's parameters are beside the attribute's name.
    var parameters: [JSON] = []

    static let missingUsername = "missingUsernameMessage"
    static let usernameExists = "usernameExistsMessage"
    static let emailExists = "emailExistsMessage"
    static let required = "error-user-attribute-required"
    static let readOnly = "error-user-attribute-read-only"

    var json: JSON {
        [
            "field": .string(attribute), "errorMessage": .string(message),
            "params": .array([.string(attribute)] + parameters),
        ]
    }

    /// The answer to a request with these errors.
    ///
    /// The server keeps them by message, in a set whose order shows, and three messages end the request at once.
    static func refusal(_ errors: [ProfileError]) -> Refusal? {
        guard !errors.isEmpty else { return nil }
        let byMessage = Dictionary(grouping: errors, by: \.message)
        var inOrder: [String] = []
        for error in errors where !inOrder.contains(error.message) { inOrder.append(error.message) }
        let messages = JavaOrder.sorted(inOrder)
        for message in messages {
            switch message {
            case missingUsername: return .message(400, "User name is missing")
            case usernameExists: return .message(409, "User exists with same username")
            case emailExists: return .message(409, "User exists with same email")
            default: break
            }
        }
        return .profile(messages.flatMap { byMessage[$0] ?? [] }.map(\.json))
    }
}
