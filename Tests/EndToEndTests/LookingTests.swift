import Formats
import Foundation
import TestSupport
import Testing

/// What can be asked without changing anything: drift, history, access.
@Suite struct LookingTests {
    @Test func driftShowsWhatOthersChangedAndNothingElse() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        #expect(
            try await fleet.succeed("drift", "--detailed-exitcode").text == "No drift in sandbox at the work tree.\n")
        // A pending change of the files is none, also where it is of the object that drifted.
        try fleet.replace("Globex", by: "Globex Corporation", in: "tenants/globex.yaml")
        try fleet.replace("replicas: 1", by: "replicas: 2", in: "blueprints/app/1.0.0/blueprint.yaml")
        try await fleet.commit("More")
        try await world.cluster(
            "PATCH", "/apis/apps/v1/namespaces/tenant-acme/deployments/app?fieldManager=kubectl-set",
            #"{"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "registry.example/app:hotfix"}]}}}}"#,
            type: "application/strategic-merge-patch+json")
        try await world.cluster("DELETE", "/api/v1/namespaces/tenant-globex/services/app", "", type: "application/json")
        let drift = try await fleet.reconcile("drift", "--detailed-exitcode")
        #expect(drift.status == 2)
        let text = drift.text.replacing(#/by kubectl-set, .*? →/#, with: "by kubectl-set, NOW →")
            .replacing(#/since the apply of [0-9a-f]{7}/#, with: "since the apply of COMMIT")
        try Golden.check(text, "golden/drift.txt")
        let json = try JSON.parse(try await fleet.succeed("drift", "--output", "json").text)
        #expect(json["changes"]?.array?.count == 2, "\(json.prettyText)")
    }

    @Test func liveStatusNamesWhatIsNotReady() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        let ready = try await fleet.succeed("status", "--live")
        #expect(ready.text.contains(#/\n  acme    ready      \d objects\n/#), "\(ready.text)")
        #expect(ready.text.hasSuffix("All is ready.\n"))
        try await world.cluster(
            "PATCH", "/apis/apps/v1/namespaces/tenant-acme/deployments/app?fieldManager=kubectl-set",
            #"{"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "registry.example/app:missing"}]}}}}"#,
            type: "application/strategic-merge-patch+json")
        try await eventually("the pod does not start") {
            try await fleet.reconcile("status", "--live", "--tenant", "acme").status == 5
        }
        let unready = try await fleet.reconcile("status", "--live", "--tenant", "acme")
        #expect(unready.status == 5, "\(unready.text)")
        #expect(unready.text.contains("    Deployment tenant-acme/app: "), "\(unready.text)")
        let recorded = try await fleet.succeed("status", "--tenant", "acme", "--tenant", "nobody")
        #expect(recorded.text.hasPrefix("sandbox\n  acme: ready, basic, since "), "\(recorded.text)")
        #expect(recorded.text.hasSuffix("  nobody: nothing is recorded\n"))
    }

    @Test func historyAndAccessTellWhatWasAppliedWhen() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        #expect(try await fleet.succeed("history").text == "sandbox: nothing has been applied yet\n")
        #expect(try await fleet.succeed("who-has-access").text == "sandbox: nothing had been applied\n")
        try await fleet.succeed("apply", "--yes")
        let begin = try await fleet.git("rev-parse", "--short=7", "HEAD")
        try fleet.replace("ada@acme.example,operator,Ada,Lovelace\n", by: "", in: "users/acme.csv")
        try await fleet.commit("Ada leaves")
        // Not applied yet: she has access still.
        let before = try await fleet.succeed("who-has-access", "--user", "ADA@acme.example").text
        #expect(before == "sandbox, as applied from \(begin)\n  acme/operator  ada@acme.example  users/acme.csv:3\n")
        try await fleet.succeed("apply", "--yes")
        let end = try await fleet.git("rev-parse", "--short=7", "HEAD")
        #expect(
            try await fleet.succeed("who-has-access").text == """
                sandbox, as applied from \(end)
                  acme/owner    owner@acme.example    users/acme.csv:2
                  globex/owner  owner@globex.example  users/globex.csv:2

                """)
        #expect(
            try await fleet.succeed("who-has-access", "--at", "2001-01-01").text.contains("nothing had been applied"))
        #expect(try await fleet.reconcile("who-has-access", "--at", "yesterday").status == 64)
        let history = try await fleet.succeed("history").text
            .replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#, with: "TIME").replacing(
                #/as [0-9a-f]{7}/#, with: "as RECORD")
        #expect(
            history == """
                sandbox
                  TIME  \(end)  recorded as RECORD  acme
                  TIME  \(begin)  recorded as RECORD  acme, globex

                """)
        #expect(try await fleet.succeed("history", "--limit", "1").text.contains(begin) == false)
    }
}
