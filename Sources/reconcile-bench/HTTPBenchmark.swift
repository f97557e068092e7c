import Glibc
import HTTP

/// GETs of one URL, so many in flight; prints requests per second.
enum HTTPBenchmark {
    static func run(_ arguments: [String]) async -> Int32 {
        guard arguments.count == 5, let count = Int(arguments[1]), let inFlight = Int(arguments[2]) else { return 64 }
        let configuration = HTTPConfiguration(
            trust: .file(arguments[4]), version: arguments[3] == "2" ? .http2 : .http1)
        do {
            let client = try HTTPClient(configuration)
            let start = ContinuousClock.now
            let bytes = try await fetch(client, arguments[0], count, inFlight)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            let cpu =
                Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
                + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
            print("\(Int(Double(count) / seconds)) \(Int(cpu / Double(count))) \(bytes / count)")
            return 0
        } catch {
            print("error: \(error)")
            return 1
        }
    }

    /// Each of `inFlight` tasks sends its share, one request after the other.
    private static func fetch(_ client: HTTPClient, _ url: String, _ count: Int, _ inFlight: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<inFlight {
                let share = count / inFlight + (number < count % inFlight ? 1 : 0)
                group.addTask {
                    var bytes = 0
                    for _ in 0..<share {
                        let response = try await client.send(HTTPRequest(.get, url))
                        guard response.status == 200 else { throw WrongStatus(status: response.status) }
                        bytes += response.body.count
                    }
                    return bytes
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private struct WrongStatus: Error { let status: Int }
}
