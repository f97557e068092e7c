import Formats
import HTTP
import Planning

/// Reading of answers: what a server said, in one line that names it.
enum Answer {
    /// The JSON of a successful answer.
    static func json(_ answer: HTTPResponse, of server: String, for what: String) throws(Failure) -> JSON {
        let type = answer.header("Content-Type") ?? "no Content-Type"
        guard type.lowercased().hasPrefix("application/json") else {
            throw Failure(.unreachable, "\(server) answered \(what) with \(type) instead of JSON: \(isThisKeycloak)")
        }
        do throws(JSONError) {
            return try JSON.parse(answer.body)
        } catch {
            throw Failure(
                .unreachable,
                "\(server) answered \(what) with broken JSON: \(error); try again, and look for a proxy that cuts answers"
            )
        }
    }

    private static let isThisKeycloak = "is this the address of a Keycloak, with no proxy or login page before it?"

    /// What went wrong with a request that was not answered.
    static func failure(_ error: HTTPError) -> Failure {
        let advice =
            switch error.cause {
            case .unreachable: "; check that it runs and that the keycloak url of the environment is right"
            case .tls: "; check its certificate and the authorities in SSL_CERT_FILE"
            case .timeout: "; try again, with a longer --timeout if the server is slow"
            case .interrupted: "; try again"
            case .badAnswer: "; is the keycloak url of the environment right?"
            case .cancelled, .refused, .fenced: ""
            }
        return Failure(error.cause == .fenced ? .conflict : .unreachable, error.message + advice)
    }

    /// What went wrong with a request that was answered, by Keycloak's four shapes of errors.
    static func failure(_ answer: HTTPResponse, of settings: KeycloakSettings, for what: String) -> Failure {
        let said = description(answer)
        switch answer.status {
        case 200..<300:
            return Failure(
                .unreachable,
                "\(settings.url) answered \(what) with \(answer.status), which Keycloak does not; try again"
            ).uncertain
        case 300..<400:
            // Only where to: what follows may be a ticket.
            let target = answer.header("Location").flatMap { try? Origin(of: $0) }?.description ?? "elsewhere"
            return Failure(
                .unreachable,
                "\(settings.url) redirects \(what) to \(target): redirects are not followed, set the url to where it is"
            )
        case 429, 502, 503, 504:
            return Failure(.unreachable, "\(settings.url) is too busy for \(what) (\(answer.status)): try again later")
        case _ where answer.status < 500 && !answer.body.isEmpty && !isJSON(answer):
            let type = answer.header("Content-Type") ?? "no Content-Type"
            return Failure(
                .unreachable,
                "\(settings.url) answered \(what) with \(answer.status) and \(type) instead of JSON: \(isThisKeycloak)")
        case 401:
            return Failure(
                .unreachable,
                "\(settings.url) does not accept the token that it gave client '\(settings.clientId)' for \(what) (401): "
                    + "check that the client is enabled, and that the url is the one that Keycloak knows as its own")
        case 403:
            return Failure(
                .unreachable,
                "\(settings.url) refuses \(what): the service account of '\(settings.clientId)' lacks a role of "
                    + "realm-management (manage-users and view-realm are needed): \(said)")
        case 409: return Failure(.conflict, "\(settings.url) refuses \(what): \(said)")
        case 500...:
            return Failure(.unreachable, "\(settings.url) failed at \(what): \(said); see the log of the server")
        default: return Failure(.rejected, "\(settings.url) refuses \(what): \(said)")
        }
    }

    private static func isJSON(_ answer: HTTPResponse) -> Bool {
        answer.header("Content-Type")?.lowercased().hasPrefix("application/json") ?? false
    }

    /// `409 User exists with same username`
    static func description(_ answer: HTTPResponse) -> String {
        guard let body = try? JSON.parse(answer.body) else {
            return "\(answer.status) with \(answer.header("Content-Type") ?? "no Content-Type")"
        }
        if let errors = body["errors"]?.array, !errors.isEmpty {
            return "\(answer.status) " + errors.compactMap(profileError).joined(separator: ", ")
        }
        if let text = profileError(body) { return "\(answer.status) \(text)" }
        let parts = [body["error"]?.string, body["error_description"]?.string].compactMap { $0 }
        guard !parts.isEmpty else { return "\(answer.status)" }
        // `HTTP 403 Forbidden` names it already.
        let text = parts.joined(separator: ": ")
        return text.hasPrefix("HTTP \(answer.status)") ? text : "\(answer.status) \(text)"
    }

    /// `error-user-attribute-required (dept)`
    private static func profileError(_ body: JSON) -> String? {
        guard let message = body["errorMessage"]?.string else { return nil }
        return body["field"]?.string.map { "\(message) (\($0))" } ?? message
    }
}
