import Formats
import KubernetesModel
import Tenancy
import Testing

/// How tenants and people leave, and how they do not.
@Suite struct RemovalTests {
    private static let path = "tenants/acme.yaml"

    private func applied(_ text: FleetText = FleetText()) -> AppliedTree {
        AppliedTree(commit: "3f2a91cdeadbeef", tree: text.tree())
    }

    private func acme(_ lines: String) -> String? { FleetText.small[Self.path].map { $0 + lines } }

    @Test func aTenantsFileThatVanishesIsAnError() {
        #expect(
            FleetText.with([Self.path: nil, "users/acme.csv": nil]).findings(applied: applied()) == [
                "tenants/acme.yaml:1:1: error: the file has vanished since 3f2a91c; bring it back, and let the tenant leave by 'state: absent' [RCN1008]"
            ])
        #expect(FleetText.with([Self.path: nil, "users/acme.csv": nil]).findings() == [], "nothing was applied yet")
    }

    @Test func aUsersFileThatVanishesIsAnError() {
        #expect(
            FleetText.with(["users/acme.csv": nil]).findings(applied: applied()) == [
                "users/acme.csv:1:1: error: the file has vanished since 3f2a91c; bring it back, with its header alone where nobody is left [RCN1008]"
            ])
        let empty = FleetText.with(["users/acme.csv": "email,role\n"])
        #expect(
            FleetText.with(["users/acme.csv": nil]).findings(applied: applied(empty)) == [], "there was nobody in it")
    }

    @Test func aTenantsFileMayMove() {
        #expect(FleetText.with([Self.path: nil, "tenants/eu/acme.yaml": acme("")]).findings(applied: applied()) == [])
    }

    @Test func allFilesOfTenantsGoneAreAsManyErrors() {
        #expect(FleetText.with([Self.path: nil, "users/acme.csv": nil]).findings(applied: applied()).count == 1)
    }

    @Test func protectionIsLiftedInAnEarlierCommit() {
        let absent = FleetText.with([Self.path: acme("  state: absent\n  deletion: {protect: false}\n")])
        #expect(
            absent.findings(applied: applied()) == [
                "tenants/acme.yaml:10:10: error: tenant 'acme' is protected in what was applied last: set 'state' back to what it was, put 'deletion: {protect: false}' under 'spec' and let that be applied, then set 'state: absent' in a later commit [RCN1032]"
            ])
        let lifted = FleetText.with([Self.path: acme("  deletion: {protect: false}\n")])
        #expect(absent.findings(applied: applied(lifted)) == [])
        let gone = FleetText.with([Self.path: nil, "users/acme.csv": nil])
        #expect(gone.findings(applied: applied(absent)) == [], "what is absent may be forgotten")
    }

    @Test func leavingAnEnvironmentIsARemovalToo() {
        var two = FleetText()
        two.files["reconcile.yaml"]? += "    - {name: prod, cluster: {kubernetes: {}}, blueprints: {app: 1.0.0}}\n"
        two.files[Self.path] = two.files[Self.path]?.replacing("[sandbox]", with: "[sandbox, prod]")
        var one = two
        one.files[Self.path] = two.files[Self.path]?.replacing("[sandbox, prod]", with: "[prod]")
        #expect(
            one.findings(applied: applied(two)) == [
                "tenants/acme.yaml:1:1: error: tenant 'acme' leaves sandbox and is protected: stay there, put 'deletion: {protect: false}' under 'spec' and let that be applied, then leave in a later commit [RCN1032]"
            ])
    }

    // MARK: States

    private static let workloads = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: ${values.replicas}
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: database}
        spec:
          replicas: 1
          selector: {matchLabels: {app: database}}
          template: {metadata: {labels: {app: database}}, spec: {containers: [{name: database, image: "database:1"}]}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: backup}
        spec:
          schedule: "1 2 * * *"
          jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: backup, image: "backup:1"}]}}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec: {maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """

    private func tenant(_ lines: String, on day: CalendarDate = FleetText.day) throws -> (
        DesiredTenant, [DesiredPerson]
    ) {
        let text = FleetText.with([
            Self.path: acme(lines), "blueprints/app/1.0.0/manifests/settings.yaml": Self.workloads,
        ])
        let state = try text.desired(on: day)
        return (try #require(state.tenants.first), state.people)
    }

    @Test func suspendedKeepsDataAndStopsWork() throws {
        let (tenant, people) = try tenant("  state: suspended\n")
        #expect(tenant.state == .suspended)
        func spec(_ kind: String) -> JSON? { tenant.objects.first { $0.id.kind == kind }?.object["spec"] }
        #expect(spec("Deployment")?["replicas"] == 0)
        #expect(spec("StatefulSet")?["replicas"] == 0)
        #expect(spec("CronJob")?["suspend"] == true)
        #expect(!tenant.objects.contains { $0.id.kind == "HorizontalPodAutoscaler" })
        #expect(tenant.objects.contains { $0.id.kind == "PersistentVolumeClaim" })
        let web = try #require(tenant.objects.first { $0.id.kind == "Deployment" })
        #expect(web.origins.map(\.place.description) == ["tenants/acme.yaml:10:10"])
        #expect(tenant.groups.count == 3)
        #expect(people.flatMap(\.memberships).map(\.isActive) == [false])
        #expect(people.map(\.isActive) == [false])
    }

    @Test func absentHasNothing() throws {
        let (tenant, people) = try tenant("  state: absent\n  deletion: {protect: false, cascade: true}\n")
        #expect(tenant.state == .absent)
        #expect(!tenant.isProtected && tenant.cascades)
        #expect(tenant.objects.isEmpty && tenant.groups.isEmpty && people.isEmpty)
    }

    @Test func expiresSuspendsOnItsDay() throws {
        let lines = "  expires: 2026-01-15\n"
        let days = try ["2026-01-14", "2026-01-15", "2026-02-01"].map { try #require(CalendarDate($0)) }
        #expect(try days.map { try tenant(lines, on: $0).0.state } == [.active, .suspended, .suspended])
        let text = FleetText.with([Self.path: acme(lines)])
        #expect(
            text.findings() == [
                "tenants/acme.yaml:10:12: warning: tenant 'acme' expires in 14 days, on 2026-01-15, and is suspended then; move or remove 'expires' to keep it active [RCN1033]"
            ])
    }

    @Test func isProtectedUnlessItSaysOtherwise() throws {
        #expect(try tenant("").0.isProtected)
        #expect(try tenant("").0.cascades == false)
    }
}
