import Formats
import KubernetesModel

/// Renders one tenant: its blueprints, and what every tenant has.
struct TenantRenderer {
    struct BaseKey: Hashable, Sendable {
        let blueprint: BlueprintID
        let tier: String
    }

    struct Rendered: Sendable {
        let tenant: DesiredTenant
        let diagnostics: [Diagnostic]
        let failures: [PatternRenderer.Failure]
    }

    let fleet: Fleet
    let context: TenantContext
    let bases: [BaseKey: LayeredValue]
    private var diagnostics: [Diagnostic] = []

    init(fleet: Fleet, context: TenantContext, bases: [BaseKey: LayeredValue]) {
        self.fleet = fleet
        self.context = context
        self.bases = bases
    }

    private var environment: Environment { context.environment.environment }

    mutating func render() -> Rendered {
        var renderer = ObjectRenderer(fleet: fleet, environment: context.environment, context: context)
        if context.state != .absent { renderBlueprints(&renderer) }
        var objects = renderer.objects
        if context.state != .absent, environment.cluster != nil {
            objects = withNamespace(objects, labels: renderer.labels()) + bindings(labels: renderer.labels())
            if context.state == .suspended { objects = objects.compactMap(suspended) }
        }
        let tenant = context.tenant
        let desired = DesiredTenant(
            name: tenant.name, displayName: tenant.displayName.value, tier: tenant.tier.value, state: context.state,
            isProtected: tenant.isProtected, cascades: tenant.cascades, namespace: context.namespace,
            source: tenant.source, objects: objects, groups: groups, outputs: renderer.outputs)
        return Rendered(
            tenant: desired, diagnostics: diagnostics + renderer.diagnostics, failures: renderer.failures)
    }

    private mutating func renderBlueprints(_ renderer: inout ObjectRenderer) {
        for (name, pin) in context.pins.sorted(by: { $0.key < $1.key }) {
            let id = BlueprintID(name: name, version: pin.version.value)
            guard let compiled = fleet.compiled[id], compiled.blueprint.scope == .tenant,
                compiled.blueprint.isSound,
                let base = bases[BaseKey(blueprint: id, tier: context.tenant.tier.value)]
            else { continue }
            let source = BlueprintValues(fleet: fleet, blueprint: compiled.blueprint)
            var values = source.values(context, over: base)
            if let schema = fleet.valuesSchemas[id] {
                let (typed, found) = schema.check(values, of: id)
                diagnostics += found
                guard found.isEmpty else { continue }
                values = typed
            }
            guard environment.cluster != nil else { continue }
            renderer.render(compiled, context.names, values: values, version: LayeredValue(pin.version, pin.layer))
        }
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

    private var roles: [Role] {
        fleet.roles.values.filter { $0.allows(tenant: context.tenant.name, tier: context.tenant.tier.value) }
            .sorted { $0.name < $1.name }
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

    // MARK: Suspension

    /// Workloads at zero, schedules stopped, data kept. An autoscaler would start its workload again, so it goes.
    private func suspended(_ object: DesiredObject) -> DesiredObject? {
        let (pointer, value): (String, JSON)
        switch (object.id.group, object.id.kind) {
        case ("autoscaling", "HorizontalPodAutoscaler"): return nil
        case ("apps", "Deployment"), ("apps", "StatefulSet"): (pointer, value) = ("replicas", 0)
        case ("batch", "CronJob"), ("batch", "Job"): (pointer, value) = ("suspend", true)
        default: return object
        }
        var changed = object.object
        changed["spec"]?[pointer] = value
        let place =
            context.tenant.state.value == .suspended ? context.tenant.state.place : context.tenant.expires?.place
        let origin = Origin(
            pointer: "/spec/\(pointer)", layer: Layer.tenant.rawValue, place: place ?? context.tenant.source)
        return DesiredObject(
            id: object.id, apiVersion: object.apiVersion, object: changed, secret: object.secret, tenant: object.tenant,
            source: object.source, origins: object.origins.filter { $0.pointer != origin.pointer } + [origin],
            manifest: object.manifest)
    }
}
