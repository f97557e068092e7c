import Expressions
import Formats
import KubernetesModel

/// Renders blueprints into objects: for one tenant, or once for the environment.
struct ObjectRenderer {
    /// All of the fleet's.
    private let tenants: [Tenant]
    let environment: FleetEnvironment
    /// Nil for scope environment.
    private let context: TenantContext?
    /// Whether objects know who gave their values. Whoever only looks for mistakes asks for that where there are any.
    private let keepsOrigins: Bool
    var objects: [DesiredObject] = []
    /// Jobs that run once for each version.
    private(set) var actions: [DesiredAction] = []
    private(set) var outputs: [(name: String, value: String)] = []
    var checks: [DesiredCheck] = []
    private(set) var personOutputs: [PersonOutput] = []
    /// Whose objects are being made; nil for those that belong to nobody.
    private var person: PersonContext?
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var failures: [PatternRenderer.Failure] = []
    private(set) var findings: [ManifestFinding] = []
    private var places: [ObjectID: Place] = [:]
    /// The labels by which an object is ours.
    private var marks = JSONObject()

    init(
        fleet: Fleet, environment: FleetEnvironment, context: TenantContext? = nil, keepsOrigins: Bool = true
    ) {
        self.keepsOrigins = keepsOrigins
        tenants = fleet.tenants
        self.environment = environment
        self.context = context
        marks[Marks.managedBy] = .string(Marks.managedByValue)
        marks[Marks.fleet] = .string(fleet.name)
        marks[Marks.environment] = .string(environment.name)
        marks[Marks.tenant] = context.map { .string($0.tenant.name) }
        marks[Marks.tenantID] = context?.tenant.id.map { .string($0.value) }
    }

    private mutating func report(_ code: DiagnosticCode, at place: Place, _ message: String) {
        diagnostics.append(code.at(place, message))
    }

    mutating func fail(_ failure: PatternRenderer.Failure) {
        failures.append(failure)
    }

    mutating func report(_ found: [Diagnostic]) {
        diagnostics += found
    }

    /// `base` holds the names that do not depend on the blueprint.
    mutating func render(
        _ compiled: CompiledBlueprint, _ base: [String: LayeredValue], values: LayeredValue, version: LayeredValue
    ) {
        let names = names(of: compiled, over: base, values: values, version: version)
        let bindings = Bindings(names)
        let before = objects.count
        for selection in compiled.selections { render(selection, names, bindings) }
        var renderer = PatternRenderer(names, bindings, ScalarPlace(file: compiled.blueprint.source.file))
        for secret in compiled.secrets { render(secret, &renderer) }
        apply(compiled.rules, to: before..<objects.count, bindings, &renderer)
        for action in compiled.actions where action.action.run == .oncePerVersion {
            let suffix = compiled.blueprint.id.version.replacing(".", with: "-")
            let needs = ids(action.needs, in: before..<objects.count, &renderer)
            guard let wanted = job(of: action, compiled.blueprint, names, bindings, suffix, needs) else { continue }
            actions.append(wanted)
        }
        render(compiled.checks, of: compiled.blueprint, &renderer)
        for output in compiled.outputs {
            guard let text = renderer.text(output.template, output.marked) else { continue }
            if let person {
                personOutputs.append(PersonOutput(person: person.key, name: output.name, value: text))
            } else {
                outputs.append((output.name, text))
            }
        }
        failures += renderer.failures
    }

    func names(
        of compiled: CompiledBlueprint, over base: [String: LayeredValue], values: LayeredValue, version: LayeredValue
    ) -> [String: LayeredValue] {
        var names = base
        let place = compiled.blueprint.source
        names["values"] = values
        names["blueprint"] = LayeredValue(
            LayeredValue.map([
                ("name", LayeredValue(.string(compiled.blueprint.id.name), .blueprint, place)), ("version", version),
            ]), .blueprint, place)
        names["secrets"] = LayeredValue(
            LayeredValue.map(compiled.blueprint.secrets.map { ($0.name, $0.named(secretName($0))) }), .blueprint, place)
        return names
    }

    /// The same for a person of the tenant.
    mutating func render(
        _ compiled: CompiledBlueprint, for person: PersonContext, _ base: [String: LayeredValue], values: LayeredValue,
        version: LayeredValue
    ) {
        self.person = person
        marks[Marks.user] = .string(person.label)
        let before = objects.count
        var names = base
        names["user"] = person.name
        render(compiled, names, values: values, version: version)
        if !person.isActive { objects[before...] = ArraySlice(objects[before...].compactMap(person.suspended)) }
        self.person = nil
        marks[Marks.user] = nil
    }

    // MARK: Manifests

    private mutating func render(
        _ selection: CompiledBlueprint.Selection, _ names: [String: LayeredValue], _ bindings: Bindings
    ) {
        var renderer = PatternRenderer(names, bindings, ScalarPlace(file: ""))
        defer { failures += renderer.failures }
        if let when = selection.when {
            guard case .bool(true) = renderer.value(when.expression, when.marked) else { return }
        }
        guard let forEach = selection.forEach, let name = selection.element else {
            for manifest in selection.manifests {
                if let object = make(manifest, names, bindings) { add(object) }
            }
            return
        }
        guard case .list(let elements) = renderer.value(forEach.expression, forEach.marked) else { return }
        // Where the list is one of the values, each element knows who gave it.
        let path = forEach.expression.references.first ?? []
        let origin = path.first.flatMap { names[$0]?.lookUp(path.dropFirst()) }
        for (index, element) in elements.enumerated() {
            let layered =
                origin?[String(index)]
                ?? LayeredValue(element, origin?.layer ?? .blueprint, origin?.place ?? forEach.marked.place)
            var inner = names
            inner[name] = layered
            let innerBindings = bindings.adding(name, element)
            for manifest in selection.manifests {
                if let object = make(manifest, inner, innerBindings) { add(object) }
            }
        }
    }

    /// The object that a manifest makes, or nil with what is wrong with it.
    mutating func make(
        _ manifest: CompiledBlueprint.Manifest, _ names: [String: LayeredValue], _ bindings: Bindings
    ) -> DesiredObject? {
        var renderer = PatternRenderer(names, bindings, manifest.places, keepsOrigins: keepsOrigins)
        let rendered = renderer.render(manifest.pattern)
        failures += renderer.failures
        guard renderer.failures.isEmpty else { return nil }
        let locator = FieldLocator(manifest, origins: renderer.origins)
        guard let (id, object) = finished(rendered, manifest, locator) else { return nil }
        let tenant = context.map { ObjectPolicy.Tenant(namespace: $0.namespace, group: $0.group) }
        findings += manifest.inspection.findings(in: object, of: tenant, locator)
        // As the server keeps it: an apply of `stringData` would leave the key behind when the manifest drops it.
        let stored = KindRules.folded(object, manifest.gvk)
        return DesiredObject(
            id: id, apiVersion: manifest.gvk.apiVersion, object: stored, tenant: context?.tenant.name,
            source: manifest.place, origins: renderer.origins, manifest: manifest.node)
    }

    mutating func add(_ object: DesiredObject) {
        if let other = places[object.id] {
            diagnostics.append(
                DiagnosticCode.duplicateObject.at(
                    object.source,
                    "\(object.id.kind) '\(object.id.name)' is made already, at \(other.fileAndLine); rename or remove one of them",
                    notes: [Diagnostic.Note("the first one", at: other)]))
            return
        }
        places[object.id] = object.source
        objects.append(object)
    }

    /// The object with its namespace and our marks; nil where it may not be made.
    private mutating func finished(
        _ rendered: JSON, _ manifest: CompiledBlueprint.Manifest, _ locator: FieldLocator
    ) -> (ObjectID, JSON)? {
        let metadata = rendered["metadata"]
        guard let name = metadata?["name"]?.string, ObjectNames.isValid(name, manifest.gvk) else {
            let text = metadata?["name"]?.string ?? ""
            find(.manifest, ["metadata", "name"], locator, "'\(text)' cannot be the name of a \(manifest.gvk.kind)")
            return nil
        }
        let reserved = ["labels", "annotations"].flatMap { field in
            (metadata?[field]?.object?.keys ?? []).filter(ManifestPolicy.isReserved).map { ["metadata", field, $0] }
        }
        guard reserved.isEmpty else {
            for path in reserved {
                find(.markWritten, path, locator, "'\(path[2])' is not written by hand, and comes from a value")
            }
            return nil
        }
        guard let placed = namespace(of: manifest, name, metadata?["namespace"]?.string, locator) else { return nil }
        var filled = metadata?.object ?? JSONObject()
        filled["namespace"] = placed.namespace.map { .string($0) }
        filled["labels"] = labels(over: filled["labels"]?.object)
        var object = rendered
        object["metadata"] = .object(filled)
        let id = ObjectID(group: manifest.gvk.group, kind: manifest.gvk.kind, namespace: placed.namespace, name: name)
        return (id, object)
    }

    private mutating func find(
        _ code: DiagnosticCode, _ path: [String], _ locator: FieldLocator, _ message: String
    ) {
        findings.append(ManifestFinding(code, at: locator.spot(JSONPointer(path)), message))
    }

    private struct Placed { let namespace: String? }

    private mutating func namespace(
        of manifest: CompiledBlueprint.Manifest, _ name: String, _ written: String?, _ locator: FieldLocator
    ) -> Placed? {
        let isCluster = manifest.kind.map { !$0.isNamespaced } ?? false
        let place = ["metadata", "namespace"]
        guard let context else {
            if isCluster, written != nil {
                find(.manifest, place, locator, "a \(manifest.gvk.kind) belongs to no namespace")
                return nil
            }
            if manifest.kind != nil, !isCluster, written == nil {
                find(
                    .manifest, place, locator, "a \(manifest.gvk.kind) of scope environment needs metadata.namespace")
                return nil
            }
            let inner = isCluster ? (manifest.gvk.kind == "Namespace" ? name : nil) : written
            if let inner, let reason = systemFault(inner, manifest) {
                find(.foreignNamespace, isCluster ? ["metadata", "name"] : place, locator, reason)
                return nil
            }
            return Placed(namespace: written)
        }
        let own = context.namespace
        guard isCluster else {
            if let written, written != own {
                find(.foreignNamespace, place, locator, "'\(written)' is not the tenant's namespace '\(own)'")
                return nil
            }
            return Placed(namespace: own)
        }
        guard name == own else {
            find(.foreignNamespace, ["metadata", "name"], locator, "'\(name)' is not the tenant's namespace '\(own)'")
            return nil
        }
        return Placed(namespace: nil)
    }

    /// Why a blueprint of scope environment may not have objects in the namespace.
    private func systemFault(_ namespace: String, _ manifest: CompiledBlueprint.Manifest) -> String? {
        let prefix = environment.environment.namespacePrefix
        if tenants.contains(where: { namespace == prefix + $0.name }) {
            return "'\(namespace)' is the namespace of a tenant"
        }
        guard namespace.hasPrefix("kube-") || namespace == "reconcile-system",
            !manifest.inspection.allows(.systemNamespaces)
        else { return nil }
        return "'\(namespace)' is a namespace of the system"
    }

    func labels(over written: JSONObject? = nil) -> JSON {
        written.map { .object(JSONObject($0.members + marks.members)) } ?? .object(marks)
    }

    // MARK: Secrets

    /// Each person has a Secret of their own: `secrets.<name>.name` says how it is called.
    private func secretName(_ secret: Blueprint.GeneratedSecret) -> String {
        person.map { "\(secret.name)-\($0.label)" } ?? secret.name
    }

    private mutating func render(_ template: CompiledBlueprint.SecretTemplate, _ renderer: inout PatternRenderer) {
        let secret = template.secret
        guard let namespace = context?.namespace else {
            report(
                .notSupported, at: secret.place,
                "secrets are made for tenants; a blueprint of scope environment has none")
            return
        }
        let keys = secret.keys.compactMap { key -> SecretKey? in
            switch key.source {
            case .generate(let length):
                return SecretKey(name: key.key, source: .generate(length: length), rotation: key.rotation)
            case .environment(let marked):
                guard let name = renderer.text(template.variables[key.key], marked) else { return nil }
                return SecretKey(
                    name: key.key, source: .environment(variable: ObjectNames.variable(name)), rotation: key.rotation)
            }
        }
        let name = secretName(secret)
        let id = ObjectID(group: "", kind: "Secret", namespace: namespace, name: name)
        let object: JSON = [
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": labels()],
        ]
        add(
            DesiredObject(
                id: id, apiVersion: "v1", object: object, secret: keys, tenant: context?.tenant.name,
                source: secret.place))
    }
}

extension Blueprint.GeneratedSecret {
    /// `secrets.<name>`: its name in the cluster, and a revision that is another text after a rise of any `rotation`.
    func named(_ name: String) -> LayeredValue {
        let total = keys.reduce(0) { $0 &+ $1.rotation }
        let members = [("name", name), ("revision", String(total))].map { key, text in
            (key, LayeredValue(.string(text), .blueprint, place))
        }
        return LayeredValue(LayeredValue.map(members), .blueprint, place)
    }
}
