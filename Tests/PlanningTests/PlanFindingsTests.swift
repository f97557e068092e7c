import Formats
import Planning
import TestSupport
import Testing

@Suite struct PlanFindingsTests {
    private static let blocked = Change(
        address: "k8s/prod/acme/core/ConfigMap/tenant-acme/features", action: .blocked,
        title: "ConfigMap tenant-acme/features", tenant: "acme",
        source: Place(file: "blueprints/a.yaml", mark: Mark(line: 7, column: 1)), reason: "exists and is not ours",
        wave: .configuration, operation: nil)

    private static let plan = PlanTextTests.plan(
        [blocked] + PlanTextTests.documented,
        gates: [PlanTextTests.gate(tenant: nil), PlanTextTests.gate(tenant: "acme", isApproved: true)],
        diagnostics: [Diagnostic("RCN2001", at: nil, "https://127.0.0.1:6443 does not answer")])

    @Test func whatStandsInTheWayHasItsPlace() {
        #expect(
            Self.plan.findings.map(\.line) == [
                "error: https://127.0.0.1:6443 does not answer [RCN2001]",
                "error: prod: fleet/users: too many removals, 39.85% is over 25.00% (104/261). To proceed: reconcile approve "
                    + "7f3c0000000000000000000000000000 [RCN3005]",
                "blueprints/a.yaml:7:1: warning: ConfigMap tenant-acme/features in prod: exists and is not ours [RCN3004]",
            ])
    }

    @Test func testsFailWhereSomethingIsNotCarriedOut() throws {
        let report = DiagnosticReport([]) { _ in nil }.junit("files")
        try Golden.check(JUnitReport([report, Self.plan.junit]).xml, "planning/junit.xml")
    }

    @Test func withoutChangesOneTestPasses() {
        let xml = JUnitReport([PlanTextTests.plan([]).junit]).xml
        #expect(xml.contains("<testsuite name=\"plan prod\" tests=\"1\" failures=\"0\""))
    }
}
