import Formats
import KubernetesModel

/// Renders one tenant: its blueprints, and what every tenant has.
struct TenantRenderer {
    struct Rendered: Sendable {
        let tenant: DesiredTenant
        let found: Found
    }

    /// What is wrong with a tenant's objects, or with what they are made of.
    struct Found: Sendable {
        var diagnostics: [Diagnostic] = []
        var failures: [PatternRenderer.Failure] = []
        var findings: [ManifestFinding] = []

        var isEmpty: Bool { diagnostics.isEmpty && failures.isEmpty && findings.isEmpty }
    }

    let context: TenantContext
    let bases: BaseValues
    private(set) var diagnostics: [Diagnostic] = []

    init(context: TenantContext, bases: BaseValues) {
        self.context = context
        self.bases = bases
    }

    /// Held by what all renderings share: each with a copy of its own would count the references to every field of it.
    var fleet: Fleet { bases.fleet }

    /// Those that people of the tenant may have, by name.
    private var roles: [Role] {
        fleet.roles.values.filter { $0.allows(tenant: context.tenant.name, tier: context.tenant.tier.value) }
            .sorted { $0.name < $1.name }
    }

    private var environment: Environment { context.environment.environment }

    mutating func render() -> Rendered {
        let (renderer, found) = made(keepsOrigins: true)
        var objects = renderer.objects
        if context.state != .absent, environment.cluster != nil {
            objects = withNamespace(objects, labels: renderer.labels()) + bindings(labels: renderer.labels())
            if context.state == .suspended {
                let tenant = context.tenant
                let place = tenant.state.value == .suspended ? tenant.state.place : tenant.expires?.place
                objects = objects.compactMap { Suspension.applied(to: $0, .tenant, at: place ?? tenant.source) }
            }
        }
        let tenant = context.tenant
        let desired = DesiredTenant(
            name: tenant.name, displayName: tenant.displayName.value, tier: tenant.tier.value, state: context.state,
            isProtected: tenant.isProtected, cascades: tenant.cascades, namespace: context.namespace,
            source: tenant.source, objects: objects, actions: context.state == .active ? renderer.actions : [],
            id: tenant.id?.value, groups: groups, outputs: renderer.outputs,
            personOutputs: renderer.personOutputs, checks: context.state == .active ? renderer.checks : [])
        return Rendered(tenant: desired, found: found)
    }

    /// What `render` finds, without the tenant: of nearly all tenants that is nothing, and who gave which value matters to nobody.
    mutating func look() -> Found {
        var quick = self
        let found = quick.made(keepsOrigins: false).found
        return found.isEmpty ? found : made(keepsOrigins: true).found
    }

    /// Everything that the tenant's blueprints make, and what is wrong with it.
    private mutating func made(keepsOrigins: Bool) -> (renderer: ObjectRenderer, found: Found) {
        var renderer = ObjectRenderer(
            fleet: fleet, environment: context.environment, context: context, keepsOrigins: keepsOrigins)
        if context.state != .absent { renderBlueprints(&renderer) }
        let found = Found(
            diagnostics: diagnostics + renderer.diagnostics, failures: renderer.failures,
            findings: renderer.findings + danglingReferences(in: renderer))
        return (renderer, found)
    }

    /// The tenant without its objects: who it is, where it lives and what groups it has.
    func outline() -> Rendered {
        let tenant = context.tenant
        let desired = DesiredTenant(
            name: tenant.name, displayName: tenant.displayName.value, tier: tenant.tier.value, state: context.state,
            isProtected: tenant.isProtected, cascades: tenant.cascades, namespace: context.namespace,
            source: tenant.source, objects: [], id: tenant.id?.value, groups: groups, outputs: [])
        return Rendered(tenant: desired, found: Found())
    }

    /// Asked only where all is known that the tenant's blueprints make.
    private func danglingReferences(in renderer: ObjectRenderer) -> [ManifestFinding] {
        let compiled = context.pins.compactMap { name, pin in
            fleet.compiled[BlueprintID(name: name, version: pin.version.value)]
        }
        guard diagnostics.isEmpty, renderer.diagnostics.isEmpty, renderer.failures.isEmpty, renderer.findings.isEmpty,
            compiled.allSatisfy({ $0.isWhole && $0.blueprint.isSound })
        else { return [] }
        return ReferenceCheck(renderer.objects, external: compiled.flatMap(\.blueprint.external)).findings()
    }

    private mutating func renderBlueprints(_ renderer: inout ObjectRenderer) {
        for (name, pin) in context.pins.sorted(by: { $0.key < $1.key }) {
            guard let ready = ready(name, pin.version, .tenant) else { continue }
            renderer.render(
                ready.compiled, context.names, values: ready.values, version: LayeredValue(pin.version, pin.layer))
        }
        renderPersonal(&renderer)
    }

    struct Ready {
        let compiled: CompiledBlueprint
        let values: LayeredValue
    }

    /// A blueprint of that scope and the tenant's values for it; nil where it is of another scope, or where either has mistakes.
    mutating func ready(_ name: String, _ version: Marked<String>, _ scope: Blueprint.Scope) -> Ready? {
        let id = BlueprintID(name: name, version: version.value)
        guard let compiled = fleet.compiled[id], compiled.blueprint.scope == scope, compiled.blueprint.isSound,
            let base = bases.of(id, tier: context.tenant.tier.value)
        else { return nil }
        var values = BlueprintValues(blueprint: compiled.blueprint).values(context, over: base)
        if let schema = fleet.valuesSchemas[id] {
            let (typed, found) = schema.check(values, of: id)
            diagnostics += found
            guard found.isEmpty else { return nil }
            values = typed
        }
        return environment.cluster == nil ? nil : Ready(compiled: compiled, values: values)
    }

    // MARK: People

    /// What roles give to each person: once, also where two of the roles name one blueprint.
    private mutating func renderPersonal(_ renderer: inout ObjectRenderer) {
        guard let rows = fleet.people.tenants[context.tenant.name] else { return }
        let givers = roles.filter { $0.blueprint != nil }
        guard !givers.isEmpty else { return }
        var found: [String: Ready?] = [:]
        for index in rows {
            let own = fleet.people.roles(index)
            let wanted = givers.filter { own.contains($0.name) }
            guard !wanted.isEmpty else { continue }
            let person = PersonContext(
                fleet.people.row(index), key: fleet.people.key(ofRow: index), on: context.day)
            for name in Set(wanted.compactMap(\.blueprint?.value)).sorted() {
                guard let pin = context.pins[name] else {
                    reportMissing(name, wanted, &renderer)
                    continue
                }
                let ready = found[name] ?? ready(name, pin.version, .user)
                found[name] = .some(ready)
                guard let ready else { continue }
                renderer.render(
                    ready.compiled, for: person, context.names, values: ready.values,
                    version: LayeredValue(pin.version, pin.layer))
            }
        }
    }

    private func reportMissing(_ name: String, _ roles: [Role], _ renderer: inout ObjectRenderer) {
        guard fleet.blueprints.keys.contains(where: { $0.name == name }),
            let place = roles.compactMap(\.blueprint).first(where: { $0.value == name })?.place
        else { return }
        renderer.fail(
            PatternRenderer.Failure(
                place: place,
                message: "nothing pins a version of blueprint '\(name)' in environment '\(environment.name)'",
                code: .unknownBlueprint))
    }

    // MARK: What every tenant has

    /// The tenant's namespace, unless a blueprint has a manifest for it.
    private func withNamespace(_ objects: [DesiredObject], labels: JSON) -> [DesiredObject] {
        let id = ObjectID(group: "", kind: "Namespace", namespace: nil, name: context.namespace)
        guard !objects.contains(where: { $0.id == id }) else { return objects }
        let object: JSON = [
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": ["name": .string(context.namespace), "labels": labels],
        ]
        let namespace = DesiredObject(
            id: id, apiVersion: "v1", object: object, tenant: context.tenant.name, source: context.tenant.source)
        return objects + [namespace]
    }

    /// One binding for each role that has a cluster role: to the group, never to a person.
    private func bindings(labels: JSON) -> [DesiredObject] {
        guard environment.identity != nil else { return [] }
        return roles.compactMap { role in
            guard let clusterRole = role.clusterRole else { return nil }
            let group = "rbac.authorization.k8s.io"
            let name = "reconcile.dev-\(role.name)"
            let object: JSON = [
                "apiVersion": .string("\(group)/v1"), "kind": "RoleBinding",
                "metadata": ["name": .string(name), "namespace": .string(context.namespace), "labels": labels],
                "roleRef": ["apiGroup": .string(group), "kind": "ClusterRole", "name": .string(clusterRole.value)],
                "subjects": [
                    ["apiGroup": .string(group), "kind": "Group", "name": .string("\(context.group)/\(role.name)")]
                ],
            ]
            return DesiredObject(
                id: ObjectID(group: group, kind: "RoleBinding", namespace: context.namespace, name: name),
                apiVersion: "\(group)/v1", object: object, tenant: context.tenant.name, source: clusterRole.place)
        }
    }

    private var groups: [DesiredGroup] {
        guard context.state != .absent, environment.identity != nil else { return [] }
        let own = DesiredGroup(
            path: context.group, tenant: context.tenant.name, role: nil, realmRoles: [], source: context.tenant.source)
        return [own]
            + roles.map { role in
                DesiredGroup(
                    path: "\(context.group)/\(role.name)", tenant: context.tenant.name, role: role.name,
                    realmRoles: role.realmRoles, isAdmin: role.isAdmin, source: role.source)
            }
    }
}
