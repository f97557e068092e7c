import HTTP
import Synchronization
import Testing

@testable import Reconciliation

@Suite struct WriteFenceTests {
    private static let answer = HTTPResponse(status: 200, headers: [], body: [])

    /// Each write was found to make the fence one call deeper, until a large apply ran out of stack.
    @Test func isAsShallowAfterManyWritesAsAfterOne() async throws {
        let fence = WriteFence()
        let last = Mutex<HTTPRequest?>(nil)
        fence.stand { "the lease is lost" }
        let send = fence.around { (request: HTTPRequest) async throws(HTTPError) -> HTTPResponse in
            last.withLock { $0 = request }
            return Self.answer
        }
        for _ in 0..<300_000 { _ = try await send(HTTPRequest(.post, "https://a.example/")) }
        #expect(last.withLock { $0?.fence?() } == "the lease is lost")
    }

    @Test func standsBeforeWritesAlone() async throws {
        let fence = WriteFence()
        let seen = Mutex<[Bool]>([])
        let send = fence.around { (request: HTTPRequest) async throws(HTTPError) -> HTTPResponse in
            seen.withLock { $0.append(request.fence != nil) }
            return Self.answer
        }
        _ = try await send(HTTPRequest(.post, "https://a.example/"))
        fence.stand { nil }
        _ = try await send(HTTPRequest(.get, "https://a.example/"))
        _ = try await send(HTTPRequest(.post, "https://a.example/"))
        fence.fall()
        _ = try await send(HTTPRequest(.post, "https://a.example/"))
        #expect(seen.withLock { $0 } == [false, false, true, false])
    }
}
