import Formats
import HTTP
import TestSupport

/// An answer that no server should give, and to which requests.
struct BadAnswer: Sendable {
    typealias Step = FaultServer.Step

    /// Names the case and its golden file.
    let id: String
    /// Nil where the request is passed on.
    let answer: FaultProxy.Replacement

    init(_ id: String, _ answer: @escaping FaultProxy.Replacement) {
        self.id = id
        self.answer = answer
    }

    /// The same steps for every listing of that path.
    private init(_ id: String, listing path: String, _ steps: [Step]) {
        self.init(id) { $0.path.hasSuffix(path) ? steps : nil }
    }

    /// Those that look the same from any server.
    private static func common(listing path: String, unauthorized: String, forbidden: String) -> [BadAnswer] {
        let page = "<!DOCTYPE html><html><title>Sign in</title></html>"
        return [
            BadAnswer("html", listing: path, [.answer(200, type: "text/html; charset=utf-8", body: page)]),
            BadAnswer("cut-json") { exchange in
                guard exchange.path.hasSuffix(path), let whole = exchange.answer() else { return nil }
                let half = Array(whole.body.prefix(whole.body.count / 2))
                return [.answer(HTTPResponse(status: 200, headers: whole.headers, body: half))]
            },
            BadAnswer("cut-connection") { exchange in
                guard exchange.path.hasSuffix(path), let whole = exchange.answer() else { return nil }
                return Step.cut(String(decoding: whole.body, as: UTF8.self))
            },
            BadAnswer("unauthorized", listing: path, [.json(unauthorized, status: 401)]),
            BadAnswer("forbidden", listing: path, [.json(forbidden, status: 403)]),
            BadAnswer(
                "redirect", listing: path,
                [.answer(302, headers: ["Location: https://login.example.com/start?ticket=1"])]),
            BadAnswer(
                "too-many-requests", listing: path,
                [
                    .answer(
                        429, headers: ["Retry-After: 1"], type: "text/plain; charset=utf-8",
                        body: "Too many requests, please try again later.\n")
                ]),
            BadAnswer("reset", listing: path, [.reset]),
            BadAnswer("silence", listing: path, [.silence]),
            BadAnswer("content-type") { exchange in
                guard exchange.path.hasSuffix(path), let whole = exchange.answer() else { return nil }
                return [.answer(HTTPResponse(status: 200, headers: [("Content-Type", "text/plain")], body: whole.body))]
            },
        ]
    }

    /// From an API server: its listing of ConfigMaps.
    static let kubernetes: [BadAnswer] =
        common(
            listing: "/configmaps",
            unauthorized: #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","#
                + #""message":"Unauthorized","reason":"Unauthorized","code":401}"#,
            forbidden: #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"configmaps is "#
                + #"forbidden: User \"system:serviceaccount:ci:planner\" cannot list resource \"configmaps\" in API "#
                + #"group \"\" at the cluster scope","reason":"Forbidden","details":{"kind":"configmaps"},"code":403}"#)
        + [
            BadAnswer(
                "empty-but-counted", listing: "/configmaps",
                [
                    .json(
                        #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"7","#
                            + #""remainingItemCount":2},"items":[]}"#)
                ]),
            BadAnswer("gone-on-page-2") { exchange in
                guard exchange.path.hasSuffix("/configmaps") else { return nil }
                if exchange.request.path.contains("continue=") { return [.json(Self.expired, status: 410)] }
                // A page of one, so that there is a second.
                return exchange.answer(path: exchange.request.path.replacing("limit=500", with: "limit=1"))
                    .map { [.answer($0)] }
            },
        ]

    /// As a real server says it, with a token to go on inconsistently.
    private static let expired =
        #"{"kind":"Status","apiVersion":"v1","metadata":{"continue":"eyJydiI6LTF9"},"status":"Failure","message":"The "#
        + "provided continue parameter is too old to display a consistent list result. You can start a new list without "
        + "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
        + "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
        + "deleted between the time the first chunk was returned and now may show up in the list.\","
        + #""reason":"Expired","code":410}"#

    /// From a Keycloak: its listing of users.
    static let keycloak: [BadAnswer] =
        common(
            listing: "/users", unauthorized: #"{"error":"HTTP 401 Unauthorized"}"#,
            forbidden: #"{"error":"HTTP 403 Forbidden"}"#)
        + [
            BadAnswer("empty-but-counted", listing: "/users", [.json("[]")]),
            BadAnswer("gone-on-page-2") { exchange in
                guard exchange.path.hasSuffix("/users"), exchange.request.method == "GET" else { return nil }
                guard exchange.request.path.contains("first=0") else {
                    return [.answer(410, type: "text/plain", body: "Gone")]
                }
                // Filled up to a whole page, so that a second is asked for.
                guard let whole = exchange.answer(), var people = (try? JSON.parse(whole.body))?.array else {
                    return nil
                }
                for number in people.count..<500 {
                    people.append([
                        "id": .string("00000000-0000-4000-8000-\(String(number + 1_000_000_000_000))"),
                        "username": .string("stranger\(number)@example.com"), "enabled": true,
                    ])
                }
                return [.json(JSON.array(people).text)]
            },
            BadAnswer("wrong-secret") { exchange in
                guard exchange.path.hasSuffix("/token") else { return nil }
                return [
                    .json(
                        #"{"error":"unauthorized_client","error_description":"Invalid client or Invalid client "#
                            + #"credentials"}"#, status: 401)
                ]
            },
        ]
}
