import Formats
import KubernetesModel
import Tenancy
import Testing

/// What a blueprint says of its objects besides their manifests, and the Jobs that it runs.
@Suite struct RulesTests {
    private static let path = "blueprints/app/1.0.0/blueprint.yaml"
    private static let job = """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: restore}
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: restore
                  image: "registry.example/app:${blueprint.version}"
                  args: ["${inputs.date}", "${string(inputs.days)}"]

        """

    private static func fleet(_ rules: String, job: String? = nil) -> FleetText {
        let blueprint = """
            apiVersion: reconcile.dev/v1
            kind: Blueprint
            metadata: {name: app}
            spec:
              version: 1.0.0
              values: {replicas: 2, color: blue, phase: Running}
              tenantValues: [replicas]
              manifests:
                - path: manifests/*.yaml
            \(rules)

            """
        return FleetText.with([Self.path: blueprint, "blueprints/app/1.0.0/jobs/restore.yaml": job])
    }

    private static let mistakes: [(rules: String, finding: String)] = [
        (
            "  ready: [{kind: ConfigMap, name: settings, when: object.data}]",
            // The type of what is live is not known before: only the evaluation tells.
            ""
        ),
        (
            "  ready: [{kind: ConfigMap, name: settings, when: \"1 + 1\"}]",
            "10:51: error: 'when' takes a condition that is true or false (a bool), found int [RCN1060]"
        ),
        (
            "  ready: [{kind: ConfigMap, name: settings, when: object.data == valeus.phase}]",
            "10:66: error: unknown name 'valeus'; did you mean 'values'? [RCN1060]"
        ),
        (
            "  ready: [{kind: ConfigMap, name: setings}]",
            "10:35: error: no manifest of this blueprint makes a ConfigMap named 'setings'; did you mean 'settings'? "
                + "[RCN1063]"
        ),
        (
            "  replace: [{kind: Deployment, name: web}]",
            "10:38: error: no manifest of this blueprint makes a Deployment named 'web' [RCN1063]"
        ),
        (
            "  onConflict: [{kind: ConfigMap, name: settings, path: data.users, then: ignore}]",
            "10:74: error: expected 'takeBack' or 'leave', found 'ignore' [RCN1304]"
        ),
        (
            "  actions: {restore: {job: jobs/restor.yaml, run: on-demand}}",
            "10:28: error: there is no file blueprints/app/1.0.0/jobs/restor.yaml; did you mean 'jobs/restore.yaml'? "
                + "[RCN1063]"
        ),
        (
            "  actions: {restore: {job: manifests/settings.yaml, run: on-demand}}",
            "10:28: error: manifests/settings.yaml has to hold one Job, and nothing else [RCN1062]"
        ),
    ]

    @Test(arguments: mistakes.indices) func whatIsWrongIsSaidAtItsPlace(_ index: Int) {
        let (rules, finding) = Self.mistakes[index]
        let job = Self.job.replacing(/[ ]+args: .*\n/, with: "")
        let expected = finding.isEmpty ? [] : ["\(Self.path):\(finding)"]
        #expect(Self.fleet(rules, job: job).findings() == expected)
    }

    @Test func rulesLieBesideTheirObjects() throws {
        let state = try Self.fleet(
            """
              ready:
                - {kind: ConfigMap, name: settings, when: "object.status.phase == values.phase"}
              replace: [{kind: ConfigMap, name: "${values.color == 'blue' ? 'settings' : 'other'}"}]
              onConflict:
                - {kind: ConfigMap, name: settings, path: data, then: leave}
                - {kind: ConfigMap, name: settings, path: data.users, then: takeBack}
            """
        ).desired()
        let object = try #require(state.tenants.first?.objects.first { $0.id.kind == "ConfigMap" })
        #expect(object.rules.mayBeReplaced)
        let found = ["data.users", "data.tenant", "data", "database", "metadata"].map {
            object.rules.resolution(of: $0)?.rawValue ?? "none"
        }
        #expect(found == ["takeBack", "leave", "leave", "none", "none"])
        let states: [(JSON, String)] = [
            (["status": ["phase": "Running"]], "ready"),
            (
                ["status": ["phase": "Starting"]],
                #"in progress: object.status.phase == values.phase does not hold (object.status.phase is "Starting")"#
            ),
            (
                [:],
                "in progress: object.status.phase == values.phase has no answer yet (object.status.phase is not there)"
            ),
            (
                ["metadata": ["generation": 2], "status": ["observedGeneration": 1, "phase": "Running"]],
                "in progress: its controller has not seen generation 2 yet"
            ),
        ]
        for (live, readiness) in states { #expect(object.readiness(of: live).description == readiness) }
    }

    @Test func whatIsNotRequiredIsAlwaysReady() throws {
        let state = try Self.fleet("  ready: [{kind: ConfigMap, name: settings, required: false}]").desired()
        let object = try #require(state.tenants.first?.objects.first { $0.id.kind == "ConfigMap" })
        #expect(!object.isRequired)
        #expect(object.readiness(of: ["status": ["conditions": [["type": "Stalled", "status": "True"]]]]).isReady)
    }

    private static let restore = """
          actions:
            restore:
              job: jobs/restore.yaml
              run: on-demand
              inputs: {date: {type: string}, days: {type: integer, default: 7}}
        """

    private func action(_ name: String, _ inputs: [String: String]) throws -> DesiredAction {
        let resolution = Self.fleet(Self.restore, job: Self.job).resolve()
        let fleet = try #require(resolution.fleet, "\(resolution.diagnostics.map(\.line))")
        let request = ActionRequest(
            name: name, tenant: "acme", environment: "sandbox", inputs: inputs, suffix: "1784505600")
        return try fleet.action(request, on: FleetText.day)
    }

    @Test func anActionOnDemandGetsItsInputs() throws {
        let action = try action("restore", ["date": "2026-01-31", "days": "30"])
        #expect(action.job.id.description == "Job tenant-acme/restore-1784505600")
        let container = action.job.object[path: "spec", "template", "spec", "containers"]?.array?.first
        #expect(container?["args"] == ["2026-01-31", "30"])
        #expect(container?["image"] == "registry.example/app:1.0.0")
        #expect(action.job.object[path: "metadata", "labels", Marks.action] == "restore")
        let byDefault = try self.action("app/restore", ["date": "x"])
        #expect(byDefault.job.object.text.contains(#""args":["x","7"]"#))
        let state = try Self.fleet(Self.restore, job: Self.job).desired()
        #expect(state.tenants.first?.actions.isEmpty == true, "nobody asked for it")
    }

    @Test(arguments: [
        ("restore", ["days": "1"], "action 'restore' needs --input date=STRING"),
        ("restore", ["date": "x", "days": "many"], "input 'days' is of type integer, and 'many' is none"),
        ("restore", ["date": "x", "day": "1"], "action 'restore' has no input 'day'; did you mean 'days'?"),
        ("restor", ["date": "x"], "the blueprints of tenant 'acme' have no action 'restor'; did you mean 'restore'?"),
    ]) func inputsAreChecked(_ name: String, _ inputs: [String: String], _ message: String) throws {
        let error = #expect(throws: ActionProblem.self) { try self.action(name, inputs) }
        guard case .request(let text)? = error else {
            Issue.record("another problem")
            return
        }
        #expect(text == message)
    }

    @Test func anActionRunsOnceForEachVersion() throws {
        let job = Self.job.replacing(/[ ]+args: .*\n/, with: "")
        let rules = """
              actions:
                migrate: {job: jobs/restore.yaml, run: once-per-version, needs: [{kind: ConfigMap, name: settings}]}
            """
        let state = try Self.fleet(rules, job: job).desired()
        let action = try #require(state.tenants.first?.actions.first)
        #expect([action.key, action.version, action.name] == ["app/migrate", "1.0.0", "migrate"])
        #expect(action.job.id.name == "restore-1-0-0")
        #expect(action.needs.map(\.description) == ["ConfigMap tenant-acme/settings"])
        #expect(action.job.object[path: "spec", "ttlSecondsAfterFinished"] == 604_800)
        #expect(state.tenants.first?.objects.contains { $0.id.kind == "Job" } == false)
    }

    @Test func aTenantsIdIsAMarkOnAllItsObjects() throws {
        let tenant = FleetText.small["tenants/acme.yaml"].map { $0 + "  id: cus-1\n" }
        let state = try FleetText.with(["tenants/acme.yaml": tenant]).desired()
        let objects = try #require(state.tenants.first).objects
        #expect(state.tenants.first?.id == "cus-1")
        #expect(objects.allSatisfy { $0.object[path: "metadata", "labels", Marks.tenantID] == "cus-1" })
    }
}
