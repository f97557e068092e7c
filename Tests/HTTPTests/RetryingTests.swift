import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// When a request is sent again, and how long the layer waits; no test waits in truth.
@Suite struct RetryingTests {
    /// A clock that stands still but for the layer's own sleep.
    final class Time: Sendable {
        private let slept = Mutex<[Double]>([])
        let random: Double

        init(random: Double = 0) { self.random = random }

        var waits: [Double] { slept.withLock { $0 } }
        var world: Retrying.World {
            Retrying.World(
                uptime: { self.waits.reduce(0, +) }, now: { 784_111_777 },
                sleep: { seconds in self.slept.withLock { $0.append(seconds) } }, random: { self.random })
        }
    }

    /// Answers with one result after the other, the last for ever.
    final class Script: Sendable {
        private let results: [Result<HTTPResponse, HTTPError>]
        private let sent = Mutex(0)

        init(_ results: Result<HTTPResponse, HTTPError>...) { self.results = results }

        var count: Int { sent.withLock { $0 } }
        var transport: Transport {
            { (_: HTTPRequest) async throws(HTTPError) -> HTTPResponse in
                let index = self.sent.withLock { sent in
                    sent += 1
                    return min(sent, self.results.count) - 1
                }
                return try self.results[index].get()
            }
        }
    }

    static func answer(_ status: Int, retryAfter: String? = nil) -> Result<HTTPResponse, HTTPError> {
        .success(HTTPResponse(status: status, headers: retryAfter.map { [("Retry-After", $0)] } ?? []))
    }

    static func error(_ cause: HTTPError.Cause) -> Result<HTTPResponse, HTTPError> {
        .failure(HTTPError(cause, origin: "https://a.example", "it failed"))
    }

    struct RetryAfterCase: Sendable, CustomTestStringConvertible {
        let id: String
        let header: String?
        let waits: [Double]
        var testDescription: String { id }
    }

    @Test(arguments: [
        RetryAfterCase(id: "seconds", header: "7", waits: [7]),
        RetryAfterCase(id: "zero", header: "0", waits: [0.125]),
        RetryAfterCase(id: "absent", header: nil, waits: [0.125]),
        RetryAfterCase(id: "negative", header: "-1", waits: [0.125]),
        RetryAfterCase(id: "scientific", header: "1e9", waits: [0.125]),
        RetryAfterCase(id: "huge", header: "1000000000", waits: [30]),
        RetryAfterCase(id: "beyond 64 bits", header: "99999999999999999999", waits: [0.125]),
        RetryAfterCase(id: "date", header: "Sun, 06 Nov 1994 08:49:42 GMT", waits: [5]),
        RetryAfterCase(id: "date in the past", header: "Sun, 06 Nov 1994 08:49:32 GMT", waits: [0.125]),
        RetryAfterCase(id: "date far away", header: "Fri, 31 Dec 9999 23:59:59 GMT", waits: [30]),
        RetryAfterCase(id: "words", header: "soon", waits: [0.125]),
    ])
    func waitsAsTheServerAsks(_ it: RetryAfterCase) async throws {
        for status in [429, 503] {
            let time = Time()
            let script = Script(Self.answer(status, retryAfter: it.header), Self.answer(201))
            let layer = Retrying(script.transport, world: time.world)
            let response = try await layer.transport(HTTPRequest(.post, "https://a.example/x"))
            #expect(response.status == 201)
            #expect(time.waits == it.waits)
        }
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200), ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 6 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 8:49 GMT", nil),
            ("", nil), ("Sun, 00 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov +994 08:49:37 GMT", nil),
        ] as [(String, Int?)])
    func readsDates(_ text: String, _ seconds: Int?) {
        #expect(HTTPDate.seconds(text) == seconds)
    }

    @Test func waitsLongerEachTimeWithJitter() async throws {
        let time = Time(random: 0.5)
        let script = Script(Self.answer(429))
        let layer = Retrying(script.transport, policy: Retrying.Policy(maxAttempts: 5), world: time.world)
        #expect(try await layer.transport(HTTPRequest(.get, "https://a.example/")).status == 429)
        #expect(time.waits == [0.1875, 0.375, 0.75, 1.5])
        #expect(script.count == 5)
    }

    @Test func asksNoLongerThanItsBudget() async throws {
        let time = Time()
        let script = Script(Self.answer(503, retryAfter: "25"))
        let layer = Retrying(script.transport, world: time.world)
        #expect(try await layer.transport(HTTPRequest(.get, "https://a.example/")).status == 503)
        #expect(time.waits == [25, 25])
    }

    @Test func whenOneHasGivenUpTheOthersDoNotWait() async throws {
        let time = Time()
        let script = Script(
            Self.answer(429), Self.answer(429), Self.answer(429), Self.answer(200), Self.answer(429), Self.answer(200))
        let layer = Retrying(script.transport, policy: Retrying.Policy(maxAttempts: 2), world: time.world)
        var statuses: [Int] = []
        for _ in 0..<4 {
            statuses.append(try await layer.transport(HTTPRequest(.get, "https://a.example/")).status)
        }
        // Two attempts, then one without a wait, then an answer that restores patience, then a wait again.
        #expect(statuses == [429, 429, 200, 200])
        #expect(time.waits.count == 2)
    }

    struct ErrorCase: Sendable, CustomTestStringConvertible {
        let id: String
        let result: Result<HTTPResponse, HTTPError>
        let method: HTTPRequest.Method
        var isRepeatable: Bool?
        let attempts: Int
        var testDescription: String { id }
    }

    @Test(arguments: [
        ErrorCase(id: "a GET after a broken connection", result: error(.interrupted), method: .get, attempts: 2),
        ErrorCase(id: "a GET after a timeout", result: error(.timeout), method: .get, attempts: 2),
        ErrorCase(id: "a POST that never left", result: error(.unreachable), method: .post, attempts: 2),
        ErrorCase(id: "a POST that may have been carried out", result: error(.interrupted), method: .post, attempts: 1),
        ErrorCase(id: "a POST without an answer", result: error(.timeout), method: .post, attempts: 1),
        ErrorCase(
            id: "a PATCH that may be repeated", result: error(.interrupted), method: .patch, isRepeatable: true,
            attempts: 2),
        ErrorCase(id: "a wrong certificate", result: error(.tls), method: .get, attempts: 1),
        ErrorCase(id: "a refused request", result: error(.refused), method: .get, attempts: 1),
        ErrorCase(id: "a cancelled request", result: error(.cancelled), method: .get, attempts: 1),
        ErrorCase(id: "an answer that is no HTTP", result: error(.badAnswer), method: .get, attempts: 1),
        ErrorCase(id: "a GET behind a broken gateway", result: answer(502), method: .get, attempts: 2),
        ErrorCase(id: "a POST behind a slow gateway", result: answer(504), method: .post, attempts: 1),
        ErrorCase(id: "a GET of a broken server", result: answer(500), method: .get, attempts: 1),
    ])
    func repeatsWhatMayBeRepeated(_ it: ErrorCase) async {
        let time = Time()
        let script = Script(it.result, Self.answer(200))
        let layer = Retrying(script.transport, world: time.world)
        let request = HTTPRequest(it.method, "https://a.example/", isRepeatable: it.isRepeatable)
        let response = try? await layer.transport(request)
        #expect(script.count == it.attempts)
        #expect((response?.status == 200) == (it.attempts == 2))
    }

    @Test func theLastErrorSaysHowOftenItWasTried() async {
        let script = Script(Self.error(.unreachable))
        let waits = Mutex<[String]>([])
        let layer = Retrying(
            script.transport, world: Time().world, onWait: { wait in waits.withLock { $0.append(wait.reason) } })
        let error = await #expect(throws: HTTPError.self) {
            try await layer.transport(HTTPRequest(.get, "https://a.example/"))
        }
        #expect(error?.message == "it failed (4 attempts)")
        #expect(waits.withLock { $0 } == ["it failed", "it failed", "it failed"])
    }

    @Test func aCancelledWaitEndsTheRequest() async {
        let script = Script(Self.answer(429))
        var world = Time().world
        world.sleep = { _ in throw CancellationError() }
        let layer = Retrying(script.transport, world: world)
        let error = await #expect(throws: HTTPError.self) {
            try await layer.transport(HTTPRequest(.get, "https://a.example/"))
        }
        #expect(error?.cause == .cancelled)
    }
}
