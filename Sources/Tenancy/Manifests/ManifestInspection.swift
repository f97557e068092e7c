import Formats
import KubernetesModel

/// What is looked at in every object that one manifest makes: whether its kind accepts it, and whether policy does.
struct ManifestInspection: Sendable {
    /// Nil for kinds of which nothing is known.
    private let check: ManifestCheck?
    private let policy: ObjectPolicy
    private let key: InspectionKey
    private let clean = CleanKeys()
    /// Where the manifest puts values in.
    private let holes: Set<JSONPointer>
    private let draft: JSON

    init(_ pattern: ManifestPattern, _ gvk: GroupVersionKind, _ policy: ManifestPolicy) {
        let slots = pattern.slots
        check =
            BuiltinKinds.kind(gvk).flatMap { ManifestCheck(kind: $0) }
            ?? policy.custom[gvk].flatMap { ManifestCheck($0) }
        self.policy = policy.ofObjects(gvk)
        key = InspectionKey(slots: slots.map(\.pointer), draft: pattern.draft, gvk)
        holes = Set(slots.compactMap { JSONPointer(parsing: $0.pointer) })
        draft = pattern.draft
    }

    func allows(_ allowance: Allowance) -> Bool { policy.allowed.contains(allowance) }

    /// What is wrong whatever the values are.
    func constantFindings(_ locator: FieldLocator) -> [ManifestFinding] {
        if holes.isEmpty { return findings(in: draft, nil, locator) }
        let problems = check?.shapeProblems(in: draft, holes: holes) ?? []
        return problems.map { finding($0, locator) } + policy.findings(in: draft, nil, locator)
    }

    /// What is wrong with one object. Objects that differ only in what does not matter are looked at once.
    func findings(
        in object: JSON, of tenant: ObjectPolicy.Tenant?, _ locator: FieldLocator
    ) -> [ManifestFinding] {
        let key = key.value(of: object, tenant)
        if clean.contains(key) { return [] }
        let found = findings(in: object, tenant, locator)
        if found.isEmpty { clean.insert(key) }
        return found
    }

    private func findings(
        in object: JSON, _ tenant: ObjectPolicy.Tenant?, _ locator: FieldLocator
    ) -> [ManifestFinding] {
        let problems = check?.problems(in: object) ?? []
        return problems.map { finding($0, locator) } + policy.findings(in: object, tenant, locator)
    }

    private func finding(_ problem: ManifestProblem, _ locator: FieldLocator) -> ManifestFinding {
        ManifestFinding(
            DiagnosticCode(problem.kind), at: locator.spot(problem.pointer, isAboutKey: problem.isAboutKey),
            problem.message)
    }
}

extension ManifestPattern {
    /// The scalars with expressions, in the order of the manifest.
    var slots: [Slot] {
        switch self {
        case .constant: []
        case .slot(let slot): [slot]
        case .list(let elements): elements.flatMap(\.slots)
        case .map(let members): members.flatMap(\.value.slots)
        }
    }

    /// The object with null where values go.
    var draft: JSON {
        switch self {
        case .constant(let value): value
        case .slot: .null
        case .list(let elements): .array(elements.map(\.draft))
        case .map(let members):
            .object(JSONObject(members.map { JSONObject.Member(key: $0.key, value: $0.value.draft) }))
        }
    }
}
