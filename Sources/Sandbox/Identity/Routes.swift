import Formats
import HTTPServer

/// One kind of request to a realm's administration.
struct Route: Sendable {
    let method: String
    private let pattern: [Substring]
    private let work: @Sendable (Call) throws -> Reply

    /// A pattern like `users/{id}/groups`; a last `{*}` stands for all that follows.
    init(_ method: String, _ pattern: String, _ work: @escaping @Sendable (Call) throws -> Reply) {
        self.method = method
        self.pattern = pattern.split(separator: "/")
        self.work = work
    }

    func answer(_ call: Call) throws(Refusal) -> Reply {
        do {
            return try work(call)
        } catch {
            // The type of what a closure throws is not inferred: it is a refusal all the same.
            throw error as? Refusal ?? .unknownError
        }
    }

    /// What stands in the braces, or nil where the path is another.
    func match(_ path: [String]) -> [String]? {
        let isOpen = pattern.last == "{*}"
        guard isOpen ? path.count >= pattern.count : path.count == pattern.count else { return nil }
        var parameters: [String] = []
        for (index, part) in pattern.enumerated() {
            if part == "{*}" {
                parameters.append(path[index...].joined(separator: "/"))
            } else if part.first == "{" {
                parameters.append(path[index])
            } else if part != path[index] {
                return nil
            }
        }
        return parameters
    }
}

/// All requests that are understood. Earlier routes go first: `users/count` before `users/{id}`.
struct RouteTable: Sendable {
    private let routes: [Route]

    init(_ routes: [Route]) { self.routes = routes }

    /// The route and its parameters.
    func find(_ method: String, _ path: [String]) throws(Refusal) -> (route: Route, parameters: [String]) {
        var isKnown = false
        for route in routes {
            guard let parameters = route.match(path) else { continue }
            // A HEAD is a GET whose body nobody sees.
            if route.method == (method == "HEAD" ? "GET" : method) { return (route, parameters) }
            isKnown = true
        }
        throw isKnown ? .methodNotAllowed : .notFound
    }
}
