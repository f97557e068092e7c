import Formats
import Foundation
import Planning
import Tenancy
import TestSupport
import Testing

enum PlanSchema {
    struct Mismatch: Error, CustomStringConvertible {
        let description: String
    }

    /// Throws where the document is not what `schemas/<name>.json` says.
    static func check(_ json: JSON, _ name: String) throws {
        let url = Fixture.root.appending(path: "schemas/\(name).json")
        let schema = try JSONSchema(JSON.parse([UInt8](Data(contentsOf: url))))
        let findings = schema.findings(in: json)
        guard findings.isEmpty else {
            throw Mismatch(description: findings.map { "\($0.pointer): \($0.message)" }.joined(separator: "\n"))
        }
    }
}

@Suite struct PlanJSONTests {
    @Test func theDocumentedPlan() throws {
        let plan = PlanTextTests.plan(
            PlanTextTests.documented,
            gates: [PlanTextTests.gate(tenant: nil), PlanTextTests.gate(tenant: "acme", isApproved: true)],
            pending: [PendingTenant(name: "beta", reason: "maxChangedTenants is 100")],
            diagnostics: [
                Diagnostic("RCN2001", at: nil, "https://127.0.0.1:6443 does not answer"),
                Diagnostic("RCN2003", .note, at: Place(file: "tenants/acme.yaml"), "is still being deleted"),
            ])
        try Golden.check(plan.json.prettyText, "planning/documented.json")
    }

    static let situations =
        ClusterSituationTests.creations + ClusterSituationTests.secrets + ClusterSituationTests.removals
        + RealmSituationTests.groups + RealmSituationTests.people + RealmSituationTests.others

    @Test(arguments: situations) func isWhatTheSchemaSays(_ situation: Situation) throws {
        try PlanSchema.check(situation.plan.json, "plan")
    }

    @Test(arguments: situations) func addressesAreUnique(_ situation: Situation) {
        let addresses = situation.plan.changes.map(\.address)
        #expect(Set(addresses).count == addresses.count)
    }

    @Test(arguments: situations) func isReadBackAsItIsShown(_ situation: Situation) throws {
        let plan = situation.plan
        let read = try #require(Plan(shown: JSON.parse(plan.json.encoded())))
        #expect(read.json == plan.json)
    }

    @Test func theSchemaRefusesWhatIsNotThere() throws {
        var json = PlanTextTests.plan(PlanTextTests.documented).json
        json["extra"] = true
        #expect(throws: PlanSchema.Mismatch.self) { try PlanSchema.check(json, "plan") }
        json["extra"] = nil
        json["format_version"] = "2.0"
        #expect(throws: PlanSchema.Mismatch.self) { try PlanSchema.check(json, "plan") }
    }

    @Test func theBaseIsWhatTheSchemaSays() throws {
        var plan = PlanTextTests.plan(PlanTextTests.documented)
        let place = Place(file: "reconcile.yaml", mark: Mark(line: 28, column: 5))
        let changes = [
            PolicyChange(name: "limits.maxDeletes", before: 50, after: 500, place: place),
            PolicyChange(
                name: "roles.analyst", before: ["tenants": "all"], after: nil, place: .whole("roles/analyst.yaml")),
        ]
        var base = PlanBase(ref: "main", commit: String(repeating: "9ab1", count: 10), changes: changes)
        base.part = FleetPart(tenants: ["beta", "acme"], hasShared: true)
        plan.base = base
        try PlanSchema.check(plan.json, "plan")
        #expect(plan.json["base"]?["affected"] == ["tenants": ["acme", "beta"], "shared": true])
        #expect(plan.digest == PlanTextTests.plan(PlanTextTests.documented).digest)
        #expect(Plan(shown: plan.json)?.json == plan.json)
        try Golden.check(plan.text(now: PlanTextTests.now), "planning/policy-change.txt")
    }

    @Test func theDigestIsOfWhatWouldBeDone() {
        let one = PlanTextTests.plan(PlanTextTests.documented)
        let elsewhere = PlanSource(repository: "other", ref: nil, commit: nil, inputs: "ffff")
        let other = Plan(
            environment: "prod", source: elsewhere, sections: one.sections, gates: one.gates, diagnostics: [])
        #expect(one.digest == other.digest)
        #expect(one.digest != PlanTextTests.plan(Array(PlanTextTests.documented.dropLast())).digest)
    }

    @Test func aRepositoryIsShownWithoutCredentials() {
        for (given, shown) in [
            ("https://ci:hunter2@git.example/a/b.git", "https://git.example/a/b.git"),
            ("https://git.example/a@b.git", "https://git.example/a@b.git"), ("/srv/fleet", "/srv/fleet"),
        ] {
            let source = PlanSource(repository: given, ref: nil, commit: nil, inputs: "")
            let plan = Plan(environment: "prod", source: source, sections: [], gates: [], diagnostics: [])
            #expect(plan.json[path: "source", "repository"]?.string == shown)
        }
    }
}
