import Formats
import Planning
import TestSupport
import Testing

@Suite struct OutcomeTextTests {
    private static let plan = PlanTextTests.plan(PlanTextTests.documented)

    private static func outcome(_ odd: [String: ChangeResult] = [:]) -> Outcome {
        var results = Dictionary(
            uniqueKeysWithValues: plan.changes.map { ($0.address, ChangeResult.done(uid: "uid-1")) })
        results.merge(odd) { _, new in new }
        return Outcome(plan: plan, results: results)
    }

    private static let troubled = outcome([
        "k8s/prod/acme/core/ConfigMap/tenant-acme/branding": .failed(
            Failure(.rejected, "https://127.0.0.1:6443 refuses ConfigMap branding: exceeded quota")),
        "k8s/prod/acme/apps/Deployment/tenant-acme/backend": .notReady(
            reason: "1 of 3 replicas are updated after 5 min"),
        "idp/prod/users/u-1001": .skipped(reason: "after group acme/operator failed"),
    ])

    @Test func everythingDone() {
        #expect(
            Self.outcome().text() == """
                Apply complete: 2 added, 1 changed, 0 destroyed.
                Users: 1 created, 1 disabled. Memberships: +1 -1. Failed: 0. Not ready: 0. Skipped: 0. Blocked: 0.

                """)
    }

    @Test func someNot() throws {
        try Golden.check(Self.troubled.text(), "planning/outcome.txt")
    }

    @Test func aChangeWithoutAResultWasNotTried() {
        let outcome = Outcome(plan: Self.plan, results: [:])
        #expect(outcome.counts.skipped == 5)
        #expect(outcome.text().contains("Apply incomplete: 0 added, 0 changed, 0 destroyed.\n"))
    }

    @Test func asJSON() throws {
        try Golden.check(Self.troubled.json.prettyText, "planning/outcome.json")
        try PlanSchema.check(Self.troubled.json, "outcome")
    }
}
