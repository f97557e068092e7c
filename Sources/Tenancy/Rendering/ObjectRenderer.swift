import Expressions
import Formats
import KubernetesModel

/// Renders blueprints into objects: for one tenant, or once for the environment.
struct ObjectRenderer {
    private let fleet: Fleet
    private let environment: FleetEnvironment
    /// Nil for scope environment.
    private let context: TenantContext?
    private(set) var objects: [DesiredObject] = []
    private(set) var outputs: [(name: String, value: String)] = []
    private(set) var personOutputs: [PersonOutput] = []
    /// Whose objects are being made; nil for those that belong to nobody.
    private var person: PersonContext?
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var failures: [PatternRenderer.Failure] = []
    private var places: [ObjectID: Place] = [:]
    /// The labels by which an object is ours.
    private var marks = JSONObject()

    init(fleet: Fleet, environment: FleetEnvironment, context: TenantContext? = nil) {
        self.fleet = fleet
        self.environment = environment
        self.context = context
        marks[Marks.managedBy] = .string(Marks.managedByValue)
        marks[Marks.fleet] = .string(fleet.name)
        marks[Marks.environment] = .string(environment.name)
        marks[Marks.tenant] = context.map { .string($0.tenant.name) }
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
        var names = base
        let place = compiled.blueprint.source
        names["values"] = values
        names["blueprint"] = LayeredValue(
            LayeredValue.map([
                ("name", LayeredValue(.string(compiled.blueprint.id.name), .blueprint, place)), ("version", version),
            ]), .blueprint, place)
        names["secrets"] = LayeredValue(
            LayeredValue.map(compiled.blueprint.secrets.map { ($0.name, $0.named(secretName($0))) }), .blueprint, place)
        let bindings = Bindings(names.mapValues(\.value))
        for selection in compiled.selections { render(selection, names, bindings) }
        var renderer = PatternRenderer(names, bindings, ScalarPlace(file: place.file))
        for secret in compiled.secrets { render(secret, &renderer) }
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
            for manifest in selection.manifests { add(manifest, names, bindings) }
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
            for manifest in selection.manifests { add(manifest, inner, innerBindings) }
        }
    }

    private mutating func add(
        _ manifest: CompiledBlueprint.Manifest, _ names: [String: LayeredValue], _ bindings: Bindings
    ) {
        var renderer = PatternRenderer(names, bindings, manifest.places)
        let rendered = renderer.render(manifest.pattern)
        failures += renderer.failures
        let filled = Filled(manifest: manifest, object: rendered, origins: renderer.origins)
        guard renderer.failures.isEmpty, let (id, object) = finished(filled) else { return }
        add(
            DesiredObject(
                id: id, apiVersion: manifest.gvk.apiVersion, object: object, tenant: context?.tenant.name,
                source: manifest.place, origins: renderer.origins, manifest: manifest.node))
    }

    mutating func add(_ object: DesiredObject) {
        if let other = places[object.id] {
            diagnostics.append(
                DiagnosticCode.duplicateObject.at(
                    object.source, "\(object.id) is made already, at \(other.fileAndLine)",
                    notes: [Diagnostic.Note("the first one", at: other)]))
            return
        }
        places[object.id] = object.source
        objects.append(object)
    }

    /// A manifest that was filled in, with what is needed to say what is wrong with it.
    private struct Filled {
        let manifest: CompiledBlueprint.Manifest
        let object: JSON
        let origins: [Origin]

        var gvk: GroupVersionKind { manifest.gvk }
        var metadata: JSON? { object["metadata"] }
        var name: String { metadata?["name"]?.string ?? "" }
        var isOfCluster: Bool { manifest.kind.map { !$0.isNamespaced } ?? false }
    }

    /// A finding at a field of the metadata, with who gave its value.
    private mutating func report(_ code: DiagnosticCode, _ filled: Filled, _ field: String, _ message: String) {
        let fields = Fields(node: filled.manifest.node, file: filled.manifest.places.file)["metadata"][field]
        diagnostics.append(
            code.at(
                fields.node == nil ? filled.manifest.place : fields.place, message,
                notes: filled.origins.givers(of: "/metadata/\(field)")))
    }

    /// The object with its namespace and our marks; nil where it may not be made.
    private mutating func finished(_ filled: Filled) -> (ObjectID, JSON)? {
        let (metadata, name, gvk) = (filled.metadata, filled.name, filled.gvk)
        guard ObjectNames.isValid(name, gvk) else {
            report(.manifest, filled, "name", "'\(name)' cannot be the name of a \(gvk.kind)")
            return nil
        }
        for field in ["labels", "annotations"] {
            guard let key = metadata?[field]?.object?.keys.first(where: ManifestPolicy.isReserved) else { continue }
            report(.markWritten, filled, field, "'\(key)' comes from a value and is not written by hand")
            return nil
        }
        let lifting = metadata?["labels"]?.object?.members.first {
            gvk.kind == "Namespace" && ManifestPolicy.liftsProtection($0.key, $0.value.string)
        }
        if let lifting {
            report(
                .privilegedNamespace, filled, "labels",
                "'\(lifting.key): privileged' lifts the protection of the namespace")
            return nil
        }
        guard let placed = namespace(of: filled) else { return nil }
        var object = filled.object
        object["metadata"]?["namespace"] = placed.namespace.map { .string($0) }
        object["metadata"]?["labels"] = labels(over: metadata?["labels"]?.object)
        return (ObjectID(group: gvk.group, kind: gvk.kind, namespace: placed.namespace, name: name), object)
    }

    private struct Placed { let namespace: String? }

    private mutating func namespace(of filled: Filled) -> Placed? {
        let written = filled.metadata?["namespace"]?.string
        guard let context else {
            if filled.isOfCluster, written != nil {
                report(.manifest, filled, "namespace", "a \(filled.gvk.kind) belongs to no namespace")
                return nil
            }
            if filled.manifest.kind != nil, !filled.isOfCluster, written == nil {
                report(
                    .manifest, at: filled.manifest.place,
                    "a \(filled.gvk.kind) of scope environment needs metadata.namespace")
                return nil
            }
            return Placed(namespace: written)
        }
        if filled.isOfCluster {
            guard filled.name == context.namespace else {
                report(
                    .foreignNamespace, filled, "name",
                    "'\(filled.name)' is not the tenant's namespace '\(context.namespace)'")
                return nil
            }
            return Placed(namespace: nil)
        }
        guard written == nil || written == context.namespace else {
            report(
                .foreignNamespace, filled, "namespace",
                "'\(written ?? "")' is not the tenant's namespace '\(context.namespace)'")
            return nil
        }
        return Placed(namespace: context.namespace)
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
