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

    /// The route and its parameters, or nil where nothing takes such a request.
    func find(_ method: String, _ path: [String]) -> (route: Route, parameters: [String])? {
        for route in routes {
            // A HEAD is a GET whose body nobody sees.
            guard route.method == (method == "HEAD" ? "GET" : method), let parameters = route.match(path) else {
                continue
            }
            return (route, parameters)
        }
        return nil
    }
}

/// A part of the paths that one class of the server answers for.
///
/// What it has no answer to is not found where the class has other requests of that method, and not allowed where it
/// has none. What the path names on the way there is looked up first.
struct Resource: Sendable {
    private let pattern: Route
    private let methods: Set<String>
    private let locate: @Sendable (Call) throws -> Void

    private init(
        _ pattern: String, _ methods: String, _ locate: @escaping @Sendable (Call) throws -> Void = { _ in }
    ) {
        self.pattern = Route("", pattern) { _ in .noContent }
        self.methods = Set(methods.split(separator: " ").map(String.init))
        self.locate = locate
    }

    /// The narrowest first.
    private static let all: [Resource] = [
        Resource("users/profile/{*}", "GET PUT"), Resource("users/profile", "GET PUT"),
        Resource("users/{id}/role-mappings/{*}", "GET POST DELETE") { _ = try $0.user() },
        Resource("users/{id}/role-mappings", "GET POST DELETE") { _ = try $0.user() },
        Resource("users/{id}/{*}", "GET PUT POST DELETE") { _ = try $0.user() },
        Resource("users/{id}", "GET PUT POST DELETE") { _ = try $0.user() },
        Resource("users", "GET POST"),
        Resource("groups/{id}/role-mappings/{*}", "GET POST DELETE") { _ = try $0.group() },
        Resource("groups/{id}/role-mappings", "GET POST DELETE") { _ = try $0.group() },
        Resource("groups/{id}/{*}", "GET PUT POST DELETE") { _ = try $0.group() },
        Resource("groups/{id}", "GET PUT POST DELETE") { _ = try $0.group() },
        Resource("groups", "GET POST"),
        Resource("clients/{id}/{*}", "GET PUT POST DELETE") { _ = try $0.client() },
        Resource("clients/{id}", "GET PUT POST DELETE") { _ = try $0.client() },
        Resource("clients", "GET POST"),
        Resource("roles/{*}", "GET PUT POST DELETE"), Resource("roles", "GET PUT POST DELETE"),
        Resource("roles-by-id/{*}", "GET PUT POST DELETE"),
        Resource("organizations/{id}/{*}", "GET PUT POST DELETE") { try $0.locateOrganization() },
        Resource("organizations/{id}", "GET PUT DELETE") { try $0.locateOrganization() },
        Resource("organizations", "GET POST"),
        Resource("", "GET PUT POST DELETE"),
    ]

    /// The answer to a request that no route takes.
    static func refusal(of call: Call, at path: [String]) -> Refusal {
        for resource in all {
            guard let parameters = resource.pattern.match(path) else { continue }
            do {
                try resource.locate(call.with(parameters))
            } catch {
                return error as? Refusal ?? .unknownError
            }
            let method = call.request.method == "HEAD" ? "GET" : call.request.method
            return resource.methods.contains(method) ? .notFound : .methodNotAllowed
        }
        return .notFound
    }
}
