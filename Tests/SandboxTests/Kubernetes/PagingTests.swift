import Formats
import Sandbox
import TestSupport
import Testing

/// Pages of lists: one moment for all of them, and what happens when that moment is forgotten.
@Suite struct PagingTests {
    private static let path = "/api/v1/namespaces/t/configmaps"

    private func begin(_ count: Int) async throws -> SandboxClient {
        let client = try SandboxClient(controllers: nil)
        try await client.makeNamespace("t")
        for number in 0..<count { try await make(client, "c\(number)") }
        return client
    }

    private func make(_ client: SandboxClient, _ name: String) async throws {
        try await client.send(
            "POST", Self.path, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)]])
    }

    private func names(_ list: JSON) -> [String] {
        (list["items"]?.array ?? []).compactMap { $0["metadata"]?["name"]?.string }
    }

    private func recorded(_ step: Int) throws -> JSON {
        let document = try JSON.parse(Fixture.bytes("kubernetes/faults/fault-expired.json"))
        return try #require(document["steps"]?.array?[step]["response"])
    }

    @Test func pagesShowOneMoment() async throws {
        let client = try await begin(5)
        let first = try await client.send("GET", "\(Self.path)?limit=2").value
        #expect(names(first) == ["c0", "c1"])
        #expect(first["metadata"]?["remainingItemCount"] == 3)
        try await client.send("DELETE", "\(Self.path)/c2")
        try await make(client, "c2a")
        try await client.send(
            "PATCH", "\(Self.path)/c3", ["data": ["new": "yes"]], type: "application/merge-patch+json")
        let token = try #require(first["metadata"]?["continue"]?.string)
        let second = try await client.send("GET", "\(Self.path)?limit=2&continue=\(token)").value
        #expect(names(second) == ["c2", "c3"])
        #expect(second["items"]?.array?.last?["data"] == nil)
        #expect(second["metadata"]?["resourceVersion"] == first["metadata"]?["resourceVersion"])
        let last = try #require(second["metadata"]?["continue"]?.string)
        let third = try await client.send("GET", "\(Self.path)?limit=2&continue=\(last)").value
        #expect(names(third) == ["c4"])
        #expect(third["metadata"]?["continue"] == nil)
    }

    @Test func anExpiredTokenOffersAWayOn() async throws {
        let client = try await begin(5)
        let first = try await client.send("GET", "\(Self.path)?limit=2").value
        try await make(client, "later")
        client.sandbox.compact()
        let token = try #require(first["metadata"]?["continue"]?.string)
        let expired = try await client.send("GET", "\(Self.path)?limit=2&continue=\(token)")
        var wanted = try recorded(0)
        let way = try #require(expired.value["metadata"]?["continue"]?.string)
        wanted["body"]?["metadata"]?["continue"] = .string(way)
        #expect(JSON.int(Int64(expired.status)) == wanted["status"])
        #expect(expired.value == wanted["body"])
        let rest = try await client.send("GET", "\(Self.path)?limit=2&continue=\(way)").value
        #expect(names(rest) == ["c2", "c3"])
        #expect(rest["metadata"]?["remainingItemCount"] == 2)
    }

    @Test func aWatchThatBeginsTooEarlyIsToldSo() async throws {
        let client = try await begin(2)
        let list = try await client.send("GET", Self.path).value
        let version = try #require(list["metadata"]?["resourceVersion"]?.string)
        try await make(client, "later")
        client.sandbox.compact()
        guard
            case .stream(let stream) = await client.respond("GET", "\(Self.path)?watch=1&resourceVersion=\(version)")
                .body
        else {
            Issue.record("a watch has to be a stream")
            return
        }
        var lines: [JSON] = []
        for await line in stream { lines.append(try JSON.parse(line)) }
        var wanted = try #require(try recorded(2)["body"]?.array?.first)
        let now = try await client.send("GET", Self.path).value["metadata"]?["resourceVersion"]?.string ?? ""
        wanted["object"]?["message"] = .string("too old resource version: \(version) (\(now))")
        #expect(lines == [wanted])
    }

    @Test func anExactVersionThatIsGoneIsRefused() async throws {
        let client = try await begin(2)
        client.sandbox.compact()
        let gone = try await client.send("GET", "\(Self.path)?resourceVersion=2&resourceVersionMatch=Exact")
        #expect(gone.value == (try recorded(3)["body"]))
    }

    @Test func aVersionFromTheFutureIsWaitedForAndRefused() async throws {
        let client = try await begin(1)
        let response = await client.respond("GET", "\(Self.path)?resourceVersion=99999999")
        let wanted = try recorded(4)
        #expect(response.headers.contains { $0.name == "Retry-After" && $0.value == "1" })
        guard case .bytes(let bytes) = response.body else { return }
        var got = try JSON.parse(bytes)
        let message = try #require(got["message"]?.string)
        #expect(message.hasPrefix("Timeout: Too large resource version: 99999999, current: "))
        got["message"] = wanted["body"]?["message"]
        #expect(got == wanted["body"])
    }

    @Test func whatIsTooLargeIsRefusedAsRecorded() async throws {
        let client = try SandboxClient(controllers: nil)
        let replay = try TranscriptReplay("fault-too-large", in: "faults", seed: 0, handler: client.sandbox.handler)
        await replay.begin()
        #expect(replay.steps.count == 3)
        for number in replay.steps.indices {
            let differences = try await replay.step(number)
            #expect(differences.isEmpty, "\(number): \(differences)")
        }
    }
}
