import Formats
import Foundation
import Sandbox
import TestSupport
import Testing

/// What a real server answered, replayed against the sandbox. No step is left out.
@Suite struct KeycloakReplayTests {
    struct Scenario: CustomTestStringConvertible {
        let name: String
        let steps: Int
        var testDescription: String { name }
    }

    static let scenarios = [
        Scenario(name: "admin-events", steps: 8), Scenario(name: "clients", steps: 16),
        Scenario(name: "groups", steps: 42), Scenario(name: "least-privilege", steps: 110),
        Scenario(name: "organizations", steps: 20), Scenario(name: "paging-under-deletes", steps: 17),
        Scenario(name: "partial-import", steps: 8), Scenario(name: "realms", steps: 14),
        Scenario(name: "roles", steps: 29), Scenario(name: "tokens", steps: 21),
        Scenario(name: "user-profile", steps: 16), Scenario(name: "users-create", steps: 32),
        Scenario(name: "users-delete-and-sessions", steps: 30), Scenario(name: "users-list", steps: 35),
        Scenario(name: "users-update", steps: 30),
    ]

    @Test(arguments: scenarios) func answersAsRecorded(_ scenario: Scenario) async throws {
        try await check(scenario, seeds: [0])
    }

    @Test(arguments: scenarios) func answersFiveTakingTurns(_ scenario: Scenario) async throws {
        try await check(scenario, seeds: [1, 2, 3, 4, 5])
    }

    private func check(_ scenario: Scenario, seeds: [Int]) async throws {
        let document = try JSON.parse(try Fixture.bytes("keycloak/transcripts/\(scenario.name).json"))
        let sandbox = try IdentitySandbox(
            journal: nil, administrator: .init(username: "admin", password: "admin"))
        var copies = try seeds.map { try Replay(document, seed: $0, handler: sandbox.handler) }
        for copy in copies { await copy.removeRealm() }
        for index in 0..<scenario.steps {
            for number in copies.indices {
                let found = await copies[number].step(index)
                #expect(found == [], "\(scenario.name), step \(index), seed \(copies[number].seed)")
            }
        }
        #expect(copies.allSatisfy { $0.steps.count == scenario.steps })
        for copy in copies { await copy.removeRealm() }
    }
}
