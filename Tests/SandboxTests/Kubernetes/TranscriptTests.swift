import Sandbox
import TestSupport
import Testing

/// The bare API held to what the real server answered.
@Suite struct TranscriptTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let scenario: String
        let steps: Int
        var testDescription: String { scenario }
    }

    static let cases = [
        Case(scenario: "apply-change-and-remove", steps: 9), Case(scenario: "create-and-read-each-kind", steps: 54),
        Case(scenario: "create-races", steps: 9), Case(scenario: "custom-resources", steps: 10),
        Case(scenario: "delete", steps: 18),
        Case(scenario: "lease-lock", steps: 6), Case(scenario: "lists-and-pages", steps: 22),
        Case(scenario: "apply-conflicts", steps: 9), Case(scenario: "patch-kinds", steps: 6),
        Case(scenario: "dry-run", steps: 8), Case(scenario: "errors", steps: 24), Case(scenario: "tables", steps: 37),
        Case(scenario: "watch", steps: 8), Case(scenario: "discovery", steps: 9),
        Case(scenario: "quota-and-admission", steps: 3), Case(scenario: "rbac-and-tokens", steps: 11),
    ]

    private static func sandbox() throws -> KubernetesSandbox {
        let administrator = ClusterUser(name: "judge", groups: [ClusterUser.administrators])
        return try KubernetesSandbox(
            .init(tokens: [TranscriptReplay.bearer: administrator], controllers: nil))
    }

    @Test func everyScenarioIsReplayed() throws {
        let recorded = try Fixture.names(in: "kubernetes/transcripts", ending: ".json").map { $0.dropLast(5) }
        #expect(Self.cases.map { $0.scenario[...] }.sorted() == recorded.sorted())
        #expect(Self.cases.reduce(0) { $0 + $1.steps } == 243)
    }

    @Test(arguments: cases, [0, 1]) func answersAsRecorded(_ scenario: Case, seed: Int) async throws {
        let replay = try TranscriptReplay(scenario.scenario, seed: seed, handler: try Self.sandbox().handler)
        #expect(replay.steps.count == scenario.steps)
        await replay.begin()
        for number in replay.steps.indices {
            let found = try await replay.step(number)
            #expect(found.isEmpty, "step \(number): \(found.prefix(3).joined(separator: "; "))")
        }
    }

    @Test(arguments: cases) func twoCopiesTakeTurns(_ scenario: Case) async throws {
        guard !TranscriptReplay.outside.contains(scenario.scenario) else { return }
        let handler = try Self.sandbox().handler
        let copies = try [2, 3].map { try TranscriptReplay(scenario.scenario, seed: $0, handler: handler) }
        for copy in copies { await copy.begin() }
        for number in copies[0].steps.indices {
            for copy in copies {
                let found = try await copy.step(number)
                #expect(found.isEmpty, "step \(number): \(found.prefix(3).joined(separator: "; "))")
            }
        }
    }
}
