import Formats
import KubernetesModel
import Planning
import Tenancy
import TestSupport
import Testing

@Suite struct PlanTextTests {
    /// 2026-11-21T12:10:00Z
    static let now: Int64 = 1_795_263_000

    /// As the design shows it, without the update that needs a difference of objects.
    static let source = Sample.source

    private static func change(
        _ action: Action, _ title: String, _ address: String, source: Place? = nil, reason: String? = nil,
        fields: [FieldChange] = [], memberships: [MembershipChange] = [], notes: [String] = [], wave: Wave,
        operation: Operation? = nil
    ) -> Change {
        Change(
            address: address, action: action, title: title, tenant: "acme", source: source, reason: reason,
            fields: fields, memberships: memberships, notes: notes, wave: wave, operation: operation)
    }

    private static func place(_ file: String, _ line: Int) -> Place {
        Place(file: file, mark: Mark(line: line, column: 1))
    }

    static let branding = Sample.configMap("branding", of: "acme")
    static let credentials = Sample.secret("credentials", of: "acme", keys: [])

    /// The changes of the plan that people know from the documentation.
    static let documented: [Change] = [
        change(
            .create, "ConfigMap tenant-acme/branding", "k8s/prod/acme/core/ConfigMap/tenant-acme/branding",
            source: place("blueprints/platform/1.4.0/manifests/branding.yaml", 1), wave: .configuration,
            operation: .cluster(.apply(branding, uid: nil, forced: false))),
        change(
            .create, "Secret tenant-acme/credentials", "k8s/prod/acme/core/Secret/tenant-acme/credentials",
            source: place("blueprints/platform/1.4.0/blueprint.yaml", 12), notes: ["2 generated values"],
            wave: .configuration, operation: .cluster(.createSecret(credentials))),
        change(
            .update, "Deployment tenant-acme/backend", "k8s/prod/acme/apps/Deployment/tenant-acme/backend",
            source: place("blueprints/platform/1.4.0/manifests/backend.yaml", 1),
            fields: [
                FieldChange(
                    pointer: "/spec/replicas", path: "spec.replicas", before: 2, after: 3,
                    source: place("tenants/acme.yaml", 19)),
                FieldChange(
                    pointer: "/spec/template/spec/containers/0/image",
                    path: "spec.template.spec.containers[backend].image", before: "registry.example/backend:1.3.9",
                    after: "registry.example/backend:1.4.0", manager: "kubectl-set", since: "2026-11-21T10:00:00Z",
                    source: place("blueprints/platform/1.4.0/manifests/backend.yaml", 11)),
            ], wave: .workloads, operation: .cluster(.apply(branding, uid: "u", forced: true))),
        change(
            .create, "user ada@acme.example", "idp/prod/users/u-1001", source: place("users/acme.csv", 2),
            memberships: [MembershipChange(group: "acme/operator", joins: true)], wave: .people,
            operation: .identity(.createPerson(Sample.person("ada@acme.example")))),
        change(
            .disable, "user bob@acme.example", "idp/prod/users/u-1002",
            source: Place(file: "users/acme.csv", mark: Mark(line: 0, column: 0)),
            reason: "row gone since the apply of 3f2a91c",
            memberships: [MembershipChange(group: "acme/analyst", joins: false)], notes: ["disable", "sessions end"],
            wave: .people, operation: .identity(.disablePerson(id: "s-2", leave: ["/acme/analyst"]))),
    ]

    static func plan(
        _ changes: [Change], gates: [Gate] = [], pending: [PendingTenant] = [], diagnostics: [Diagnostic] = []
    ) -> Plan {
        Plan(
            environment: "prod", source: source,
            sections: [PlanSection(tenant: "acme", file: "tenants/acme.yaml", changes: changes)], gates: gates,
            pending: pending, diagnostics: diagnostics)
    }

    @Test func theDocumentedPlan() throws {
        try Golden.check(Self.plan(Self.documented).text(now: Self.now), "planning/documented.txt")
    }

    @Test func colours() throws {
        try Golden.check(
            Self.plan(Self.documented, gates: [Self.gate(tenant: nil)]).text(now: Self.now, isColored: true),
            "planning/coloured.txt")
    }

    static func gate(tenant: String?, isApproved: Bool = false) -> Gate {
        let name = "\(tenant ?? "fleet")/users"
        return Gate(
            name: name, tenant: tenant,
            finding: "\(name): too many removals, 39.85% is over 25.00% (104/261)",
            digest: "7f3c0000000000000000000000000000", isApproved: isApproved)
    }

    @Test func everythingThatStandsInTheWay() throws {
        let blocked = Self.change(
            .blocked, "ConfigMap tenant-acme/features", "k8s/prod/acme/core/ConfigMap/tenant-acme/features",
            source: Self.place("blueprints/platform/1.4.0/manifests/features.yaml", 1),
            reason: "exists and is not ours; reconcile adopt k8s/prod/acme/core/ConfigMap/tenant-acme/features",
            wave: .configuration)
        let plan = Self.plan(
            [blocked],
            gates: [
                Self.gate(tenant: nil), Self.gate(tenant: "acme"), Self.gate(tenant: "beta", isApproved: true),
            ],
            pending: (1...12).map { PendingTenant(name: "t\(100 + $0)", reason: "maxChangedTenants is 100") },
            diagnostics: [
                Diagnostic(
                    "RCN2002", at: nil, "https://sso.example.com does not answer: connection refused")
            ])
        try Golden.check(plan.text(now: Self.now), "planning/in-the-way.txt")
    }

    @Test func noChanges() {
        let plan = Plan(environment: "prod", source: Self.source, sections: [], gates: [], diagnostics: [])
        #expect(plan.text(now: Self.now) == "No changes. prod matches 3f2a91c.\n")
        let work = PlanSource(repository: "/fleet", ref: nil, commit: nil, inputs: "1a2b")
        let other = Plan(environment: "prod", source: work, sections: [], gates: [], diagnostics: [])
        #expect(other.text(now: Self.now) == "No changes. prod matches the work tree.\n")
    }

    @Test func anUnknownSystemIsNeverNoChanges() {
        let plan = Plan(
            environment: "prod", source: Self.source, sections: [], gates: [],
            diagnostics: [Diagnostic("RCN2001", at: nil, "https://127.0.0.1:6443 does not answer")])
        #expect(
            plan.text(now: Self.now) == """
                Environment prod at 3f2a91c (main)

                error: https://127.0.0.1:6443 does not answer [RCN2001]

                Plan: not known, since Kubernetes could not be read.
                Users: 0 to create, 0 to disable. Memberships: +0 -0. Blocked: 0. Drift: 0.

                """)
    }

    /// What a terminal would obey is written out, wherever it comes from.
    @Test func controlCharactersAreVisible() {
        let evil = "\u{1b}]52;c;aGk=\u{07}\u{202e}\r\n"
        let change = Self.change(
            .update, "ConfigMap tenant-acme/\(evil)", "k8s/x", source: Self.place("a\(evil).yaml", 1), reason: evil,
            fields: [
                FieldChange(pointer: "/\(evil)", path: evil, before: .string(evil), after: .string("b"), manager: evil)
            ],
            memberships: [MembershipChange(group: evil, joins: true)], notes: [evil], wave: .people)
        let text = Self.plan(
            [change], gates: [Gate(name: evil, tenant: nil, finding: evil, digest: "d", isApproved: false)],
            pending: [PendingTenant(name: evil, reason: evil)], diagnostics: [Diagnostic("RCN2001", at: nil, evil)]
        ).text(now: Self.now)
        #expect(
            !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7f || $0.value == 0x202e })
        #expect(text.contains(#"\x1b]52;c;aGk=\x07\u{202e}\r\n"#))
    }

    static let ages: [(since: String, shown: String)] = [
        ("2026-11-21T12:10:00Z", "just now"), ("2026-11-21T13:10:00Z", "just now"),
        ("2026-11-21T12:09:30Z", "30 s ago"), ("2026-11-21T12:00:00Z", "10 min ago"),
        ("2026-11-21T10:00:00Z", "2 h ago"), ("2026-11-19T12:10:00Z", "2 d ago"), ("2024-02-29T12:10:00Z", "996 d ago"),
    ]

    @Test(arguments: ages.map(\.since)) func theAgeOfDrift(_ since: String) throws {
        let row = try #require(Self.ages.first { $0.since == since })
        let field = FieldChange(pointer: "/a", path: "a", before: 1, after: 2, manager: "kubectl-edit", since: since)
        let text = Self.plan([Self.change(.update, "x", "y", fields: [field], wave: .workloads)]).text(now: Self.now)
        #expect(text.contains("a: drift, 1 by kubectl-edit, \(row.shown) → 2\n"))
    }

    static let values: [(before: JSON?, after: JSON?, shown: String)] = [
        (nil, 3, "(none) → 3"), ("x", nil, "\"x\" → (none)"), (true, .null, "true → null"),
        (["a": 1], ["a": [1, 2]], #"{"a":1} → {"a":[1,2]}"#),
        ("registry.example/backend:1.3.9", "registry.example/backend:1.4.0", "\"…:1.3.9\" → \"…:1.4.0\""),
        ("short:1", "short:2", "\"short:1\" → \"short:2\""),
        (
            .string(String(repeating: "a", count: 80)), "b",
            "\"\(String(repeating: "a", count: 58))… → \"b\""
        ),
    ]

    @Test(arguments: values.map(\.shown)) func valuesAreShort(_ shown: String) throws {
        let row = try #require(Self.values.first { $0.shown == shown })
        let field = FieldChange(pointer: "/a", path: "a", before: row.before, after: row.after)
        let text = Self.plan([Self.change(.update, "x", "y", fields: [field], wave: .workloads)]).text(now: Self.now)
        #expect(text.contains("        a: \(shown)\n"))
    }

    @Test func sensitiveValuesAreNotShown() {
        let field = FieldChange(
            pointer: "/data/password", path: "data.password", before: "c2VjcmV0", after: "b3RoZXI=", isSensitive: true,
            manager: "kubectl-edit", since: "2026-11-21T10:00:00Z")
        let plan = Self.plan([Self.change(.update, "x", "y", fields: [field], wave: .workloads)])
        #expect(plan.text(now: Self.now).contains("data.password: (sensitive) drift, by kubectl-edit, 2 h ago\n"))
        for text in [plan.text(now: Self.now), plan.json.text] {
            #expect(!text.contains("c2VjcmV0"))
            #expect(!text.contains("b3RoZXI="))
        }
    }
}
