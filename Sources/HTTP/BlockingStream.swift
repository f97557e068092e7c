import Dispatch
import Synchronization

/// An answer that is read by a thread which may block, for a library that asks for bytes and waits.
///
/// Never on a thread of Swift's own pool: there the wait would keep away what it waits for.
package final class BlockingStream {
    package let status: Int
    package let headers: [(name: String, value: String)]
    private let body: HTTPBody

    /// Sends the request and returns with the answer's headers.
    package init(_ request: HTTPRequest, by client: HTTPClient) throws(HTTPError) {
        let stream = try Self.wait { () async throws(HTTPError) in try await client.stream(request) }
        status = stream.status
        headers = stream.headers
        body = stream.body
    }

    /// The next piece of the body; nil at its end.
    package func next() throws(HTTPError) -> [UInt8]? {
        let body = body
        return try Self.wait { () async throws(HTTPError) in
            var iterator = body.makeAsyncIterator()
            return try await iterator.next()
        }
    }

    /// Sends a request and takes the answer whole.
    package static func send(_ request: HTTPRequest, by transport: @escaping Transport) throws(HTTPError)
        -> HTTPResponse
    {
        try wait { () async throws(HTTPError) in try await transport(request) }
    }

    private static func wait<Value: Sendable>(
        for body: @escaping @Sendable () async throws(HTTPError) -> Value
    ) throws(HTTPError) -> Value {
        let done = DispatchSemaphore(value: 0)
        let answer = Answer<Value>()
        Task.detached {
            do throws(HTTPError) { answer.put(.success(try await body())) } catch { answer.put(.failure(error)) }
            done.signal()
        }
        done.wait()
        return try answer.take()
    }
}

/// What one thread leaves for another.
private final class Answer<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, HTTPError>?>(nil)

    func put(_ value: Result<Value, HTTPError>) { result.withLock { $0 = value } }

    func take() throws(HTTPError) -> Value {
        guard let found = result.withLock({ $0 }) else {
            throw HTTPError(.cancelled, origin: "", "the request was given up")
        }
        return try found.get()
    }
}
