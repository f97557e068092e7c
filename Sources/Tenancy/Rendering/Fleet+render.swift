package import Formats
import KubernetesModel

extension Fleet {
    /// What the repository asks of an environment on a day: its objects, groups and people, and what is wrong with them.
    ///
    /// Nil where a finding is an error, and where there is no such environment. `fleet` is one that `resolve` found sound.
    ///
    /// - Parameter part: what objects are rendered of; groups and people are those of everybody in any case. Nil for all.
    package func desiredState(
        environment: String, on day: CalendarDate, of part: FleetPart? = nil
    ) -> (state: DesiredState?, diagnostics: [Diagnostic]) {
        guard isComplete, let found = self.environment(environment) else { return (nil, []) }
        let (state, diagnostics) = EnvironmentRenderer(fleet: self, environment: found, day: day, part: part)
            .state()
        return (diagnostics.contains { $0.severity == .error } ? nil : state, diagnostics)
    }

    /// Renders an environment piece by piece and gives what `make` makes of each: of what is there once, then of the tenants by name.
    ///
    /// Nothing else is kept of a piece, so that a fleet takes no more memory than what is made of it. The fleet may have mistakes.
    package func rendered<Part: Sendable>(
        environment name: String, on day: CalendarDate, as make: @Sendable (RenderedPart) -> Part
    ) -> (parts: [Part], diagnostics: [Diagnostic]) {
        guard isComplete, let environment = environment(name) else { return ([], []) }
        return EnvironmentRenderer(fleet: self, environment: environment, day: day).render(as: make)
    }

    /// What rendering every environment finds.
    func renderFindings(on day: CalendarDate) -> [Diagnostic] {
        guard isComplete else { return [] }
        var findings = RenderFindings()
        for environment in environments {
            let renderer = EnvironmentRenderer(fleet: self, environment: environment, day: day)
            findings.formUnion(renderer.findings())
        }
        return findings.diagnostics
    }
}

/// A piece of an environment.
package enum RenderedPart: Sendable {
    /// What is there once, of no tenant.
    case shared([DesiredObject], checks: [DesiredCheck])
    case tenant(DesiredTenant)

    package var objects: [DesiredObject] {
        switch self {
        case .shared(let objects, _): objects
        case .tenant(let tenant): tenant.objects
        }
    }
}

/// Renders one environment: its tenants, each by itself, what is there once, and the people.
struct EnvironmentRenderer {
    private let fleet: Fleet
    private let environment: FleetEnvironment
    private let day: CalendarDate
    private let shared: TenantContext.Shared
    /// What objects are rendered of; nil for all.
    private let part: FleetPart?

    init(fleet: Fleet, environment: FleetEnvironment, day: CalendarDate, part: FleetPart? = nil) {
        (self.fleet, self.environment, self.day, self.part) = (fleet, environment, day, part)
        shared = TenantContext.Shared(fleet, environment)
    }

    func render<Part: Sendable>(
        as make: @Sendable (RenderedPart) -> Part
    ) -> (parts: [Part], diagnostics: [Diagnostic]) {
        let made = ofEachTenant { renderer -> (part: Part, found: TenantRenderer.Found) in
            let rendered = part?.holds(renderer.context.tenant.name) == false ? renderer.outline() : renderer.render()
            return (make(.tenant(rendered.tenant)), rendered.found)
        }
        let once = renderedOnce()
        let findings = findings(of: made.map { ($0.tenant, $0.result.found) }, once)
        let shared = make(.shared(once.objects, checks: once.checks))
        return ([shared] + made.map(\.result.part), findings.diagnostics)
    }

    /// What rendering finds, in a form that can be put together with that of other environments. Nothing is made of what is rendered.
    func findings() -> RenderFindings {
        findings(of: ofEachTenant { $0.look() }.map { ($0.tenant, $0.result) }, renderedOnce())
    }

    private func findings(
        of tenants: [(tenant: Tenant, found: TenantRenderer.Found)], _ once: ObjectRenderer
    ) -> RenderFindings {
        RenderFindings(
            plain: Set(tenants.flatMap { $0.found.diagnostics + expiry(of: $0.tenant) } + once.diagnostics),
            failures: tenants.map { ($0.tenant.name, $0.found.failures) } + [(nil, once.failures)],
            ofObjects: tenants.map { ($0.tenant.name, $0.found.findings) } + [(nil, once.findings)])
    }

    /// What the closure gives for each tenant that is in the environment, by name; all processors work on them.
    private func ofEachTenant<Result: Sendable>(
        _ render: @Sendable (inout TenantRenderer) -> Result
    ) -> [(tenant: Tenant, result: Result)] {
        let bases = BaseValues(fleet, environment)
        // A tenant's names are made and gone with its piece: those of all would take more memory than the files.
        return parallelMap(fleet.tenants) { tenant -> (tenant: Tenant, result: Result)? in
            guard let context = TenantContext(tenant, environment, on: day, shared: shared) else { return nil }
            var renderer = TenantRenderer(context: context, bases: bases)
            return (tenant, render(&renderer))
        }.compactMap { $0 }
    }

    func state() -> (state: DesiredState, diagnostics: [Diagnostic]) {
        let (parts, diagnostics) = render { $0 }
        let state = DesiredState(
            fleet: fleet.name, environment: environment.environment,
            objects: parts.flatMap { part -> [DesiredObject] in
                if case .shared(let objects, _) = part { objects } else { [] }
            },
            checks: parts.flatMap { part -> [DesiredCheck] in
                if case .shared(_, let checks) = part { checks } else { [] }
            },
            tenants: parts.compactMap { part -> DesiredTenant? in
                if case .tenant(let tenant) = part { tenant } else { nil }
            },
            people: people())
        return (state, diagnostics)
    }

    /// What is there once: the blueprints of scope environment.
    private func renderedOnce() -> ObjectRenderer {
        var renderer = ObjectRenderer(fleet: fleet, environment: environment)
        guard part?.hasShared != false, environment.environment.cluster != nil else { return renderer }
        for (name, version) in environment.pins.sorted(by: { $0.key < $1.key }) {
            let id = BlueprintID(name: name, version: version.value)
            guard let compiled = fleet.compiled[id], compiled.blueprint.scope == .environment,
                compiled.blueprint.isSound
            else { continue }
            var base = BlueprintValues(blueprint: compiled.blueprint).base(environment, tier: nil)
            if let schema = fleet.valuesSchemas[id] {
                let (typed, found) = schema.check(base, of: id)
                renderer.report(found)
                guard found.isEmpty else { continue }
                base = typed
            }
            let names = TenantContext.environmentNames(fleet, environment)
            renderer.render(compiled, names, values: base, version: LayeredValue(version, .environment))
        }
        return renderer
    }

    private func expiry(of tenant: Tenant) -> [Diagnostic] {
        guard tenant.state.value == .active, let expires = tenant.expires else { return [] }
        let days = expires.value.daysSince1970 - day.daysSince1970
        guard (1...14).contains(days) else { return [] }
        let when = days == 1 ? "tomorrow" : "in \(days) days"
        let message =
            "tenant '\(tenant.name)' expires \(when), on \(expires.value), and is suspended then; move or remove 'expires' to keep it active"
        return [DiagnosticCode.expiresSoon.at(expires.place, message, .warning)]
    }

    /// People with a membership in this environment.
    private func people() -> [DesiredPerson] {
        guard environment.environment.identity != nil else { return [] }
        let contexts = parallelMap(fleet.tenants) { TenantContext($0, environment, on: day, shared: shared) }
        let present = Dictionary(
            contexts.compactMap { $0 }.filter { $0.state != .absent }.map { context in
                (context.tenant.name, (state: context.state, group: context.group))
            }
        ) { first, _ in first }
        let people = fleet.people
        let persons = parallelMap(Array(0..<people.count)) { number -> DesiredPerson? in
            let all = people.rows(of: number)
            let rows = all.filter { present[$0.tenant] != nil }
            guard let home = rows.first else { return nil }
            let memberships = rows.flatMap { row -> [Membership] in
                guard let context = present[row.tenant] else { return [] }
                return row.roles.map { role in
                    Membership(
                        tenant: row.tenant, role: role, group: "\(context.group)/\(role)",
                        isActive: context.state == .active && row.isActive(on: day),
                        isAdmin: fleet.roles[role]?.isAdmin ?? false, source: row.source)
                }
            }
            return DesiredPerson(
                key: People.key(of: all), email: home.email, givenName: home.givenName, familyName: home.familyName,
                home: home.tenant, source: home.source, memberships: memberships)
        }
        return persons.compactMap { $0 }
    }
}

/// What rendering finds, before it is said for how many tenants.
struct RenderFindings {
    private var plain: Set<Diagnostic> = []
    private var failures: [(tenant: String?, failures: [PatternRenderer.Failure])] = []
    private var ofObjects: [(tenant: String?, findings: [ManifestFinding])] = []

    init() {}

    init(
        plain: Set<Diagnostic>, failures: [(tenant: String?, failures: [PatternRenderer.Failure])],
        ofObjects: [(tenant: String?, findings: [ManifestFinding])]
    ) {
        self.plain = plain
        self.failures = failures.filter { !$0.failures.isEmpty }
        self.ofObjects = ofObjects.filter { !$0.findings.isEmpty }
    }

    mutating func formUnion(_ other: RenderFindings) {
        plain.formUnion(other.plain)
        failures += other.failures
        ofObjects += other.ofObjects
    }

    /// One finding for each cause, however many tenants meet it in however many environments, sorted by place.
    var diagnostics: [Diagnostic] {
        plain.union(EvaluationFailures.united(failures)).union(ManifestFinding.united(ofObjects)).sorted()
    }
}

/// Expressions without a value, in one finding each, however many tenants they have none for.
enum EvaluationFailures {
    static func united(_ found: [(tenant: String?, failures: [PatternRenderer.Failure])]) -> [Diagnostic] {
        var tenants: [PatternRenderer.Failure: [String]] = [:]
        for (tenant, failures) in found {
            for failure in Set(failures) { tenants[failure, default: []] += [tenant].compactMap { $0 } }
        }
        return tenants.map { failure, names in
            let sorted = Set(names).sorted()
            let who =
                switch sorted.count {
                case 0: ""
                case 1: " for tenant '\(sorted[0])'"
                case 2...3: " for tenants " + sorted.map { "'\($0)'" }.joined(separator: ", ")
                default: " for tenants '\(sorted[0])', '\(sorted[1])' and \(sorted.count - 2) more"
                }
            return failure.code.at(failure.place, failure.message + who + failure.advice, notes: failure.givers)
        }
    }
}

extension PatternRenderer.Failure {
    fileprivate var advice: String {
        guard code == .evaluation else { return "" }
        guard let list = emptyList else { return "; set it, or guard the expression" }
        return "; give the list an element, or guard the expression, as in size(\(list)) > 0 ? \(list)[0] : ''"
    }
}
