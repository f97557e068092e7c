import Formats
import HTTP
import Planning
import TestSupport
import Testing

@testable import Kubernetes

/// Every refusal that was recorded of a real API server, as the line that a user reads.
@Suite struct RefusalTests {
    @Test func recordedRefusalsReadWell() async throws {
        var lines: [String] = []
        for (folder, name) in try recordings() {
            let recording = try JSON.parse(Fixture.bytes("kubernetes/\(folder)/\(name)"))
            for step in recording["steps"]?.array ?? [] {
                guard let response = step["response"], let status = response["status"]?.int, status >= 400 else {
                    continue
                }
                lines.append("\(name.dropLast(5)), \(step["note"]?.string ?? "-")")
                lines.append("    " + (await line(step["request"] ?? .null, response, Int(status))))
            }
        }
        try Golden.check(lines.joined(separator: "\n") + "\n", "kubernetes/golden/refusals.txt")
    }

    private func recordings() throws -> [(String, String)] {
        try ["transcripts", "faults"].flatMap { folder in
            try Fixture.names(in: "kubernetes/\(folder)", ending: ".json").map { (folder, $0) }
        }
    }

    private func line(_ request: JSON, _ response: JSON, _ status: Int) async -> String {
        let headers = (response["headers"]?.object ?? JSONObject()).map { (name: $0.key, value: $0.value.string ?? "") }
        let body = response["body"] ?? .null
        let api = FakeAPI { _ in
            let bytes = body.string.map { Array($0.utf8) } ?? body.encoded()
            return .success(HTTPResponse(status: status, headers: headers, body: bytes))
        }
        let method = HTTPRequest.Method(rawValue: request["method"]?.string ?? "") ?? .get
        let call = Call(
            attempt: "\(method.rawValue.lowercased()) it", method: method, path: request["path"]?.string ?? "")
        do throws(Failure) {
            _ = try await api.cluster.demand(call)
            return "no failure"
        } catch {
            return "\(error.kind.rawValue): \(error.message)"
        }
    }
}
