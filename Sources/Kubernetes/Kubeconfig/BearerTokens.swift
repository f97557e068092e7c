package import HTTP
import Planning

/// A bearer token and how long it may be used.
package struct BearerToken: Sendable, CustomStringConvertible, CustomReflectable {
    package let value: String
    /// When to ask for another one; nil for one that lasts.
    package let renewal: ContinuousClock.Instant?

    package init(_ value: String, renewal: ContinuousClock.Instant? = nil) {
        self.value = value
        self.renewal = renewal
    }

    package var description: String { "a token" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Tokens that change: of a file that is written anew, or of a program that makes them. Shared by all requests.
package actor BearerTokens {
    private let make: @Sendable () async throws(Failure) -> BearerToken
    private var held: BearerToken?
    private var pending: Task<Result<BearerToken, Failure>, Never>?

    init(_ held: BearerToken? = nil, make: @escaping @Sendable () async throws(Failure) -> BearerToken) {
        self.held = held
        self.make = make
    }

    private func current() async throws(Failure) -> String {
        if let held, held.renewal.map({ $0 > .now }) != false { return held.value }
        let task: Task<Result<BearerToken, Failure>, Never>
        if let pending {
            task = pending
        } else {
            let make = make
            task = Task {
                do throws(Failure) { return .success(try await make()) } catch { return .failure(error) }
            }
            pending = task
        }
        let result = await task.value
        pending = nil
        let fresh = try result.get()
        held = fresh
        return fresh.value
    }

    /// Forgets a token that the server refused, unless a newer one is held by now.
    private func forget(_ token: String) {
        if held?.value == token { held = nil }
    }

    /// The transport with the token in each request to the origin; one that the server refuses is renewed once.
    package nonisolated func around(_ send: @escaping Transport, for origin: Origin) -> Transport {
        { request async throws(HTTPError) in
            let token = try await self.token(for: origin)
            let answer = try await send(request.allowed(by: token, at: origin))
            guard answer.status == 401 else { return answer }
            await self.forget(token)
            let fresh = try await self.token(for: origin)
            return fresh == token ? answer : try await send(request.allowed(by: fresh, at: origin))
        }
    }

    private nonisolated func token(for origin: Origin) async throws(HTTPError) -> String {
        do throws(Failure) { return try await current() } catch {
            throw HTTPError(.refused, origin: origin.description, error.message)
        }
    }
}

extension HTTPRequest {
    fileprivate func allowed(by token: String, at origin: Origin) -> HTTPRequest {
        var request = self
        request.credential = Credential(origin: origin, bearer: token)
        return request
    }
}
