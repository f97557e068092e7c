import Formats
import HTTPServer
import KubernetesModel

extension ServerResponse {
    static func json(_ value: JSON, status: Int = 200) -> ServerResponse {
        json(bytes: value.encoded(), status: status)
    }

    static func json(
        bytes: [UInt8], status: Int = 200, contentType: String = "application/json"
    ) -> ServerResponse {
        ServerResponse(status: status, headers: [("Content-Type", contentType)], body: .bytes(bytes))
    }

    static func text(_ text: String, status: Int = 200) -> ServerResponse {
        ServerResponse(
            status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: .bytes(Array(text.utf8)))
    }

    static func failure(_ failure: APIFailure) -> ServerResponse {
        var response =
            failure.isPlainText
            ? text(failure.message, status: failure.code) : json(failure.status, status: failure.code)
        if let seconds = failure.retryAfter { response.headers.append(("Retry-After", String(seconds))) }
        return response
    }

    /// The answer to a request that failed.
    static func refusal(_ error: any Error) -> ServerResponse {
        switch error {
        case let failure as APIFailure: .failure(failure)
        case let status as APIStatus: .failure(APIFailure(status))
        default: .failure(APIFailure(500, "InternalError", "Internal error occurred: \(error)"))
        }
    }

    /// The answer or the refusal, with remarks on what the request brought, unless it could not be read at all.
    static func remarking(
        _ texts: () -> [String], _ answer: () throws -> ServerResponse
    ) -> ServerResponse {
        do { return try answer().warning(texts()) } catch {
            let refusal = refusal(error)
            return refusal.status == 400 ? refusal : refusal.warning(texts())
        }
    }

    /// With remarks that the client shows to people: RFC 9110's old `Warning` header, as the API still uses it.
    func warning(_ texts: [String]) -> ServerResponse {
        guard !texts.isEmpty else { return self }
        var response = self
        response.headers += texts.map { ("Warning", "299 - \(JSON.string($0).text)") }
        return response
    }
}
