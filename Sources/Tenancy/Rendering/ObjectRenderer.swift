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
            LayeredValue.map(compiled.blueprint.secrets.map { ($0.name, $0.revision) }), .blueprint, place)
        let bindings = Bindings(names.mapValues(\.value))
        for selection in compiled.selections { render(selection, names, bindings) }
        var renderer = PatternRenderer(names, bindings, ScalarPlace(file: place.file))
        for secret in compiled.secrets { render(secret, &renderer) }
        for output in compiled.outputs {
            if let text = renderer.text(output.template, output.marked) { outputs.append((output.name, text)) }
        }
        failures += renderer.failures
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
        guard renderer.failures.isEmpty, let (id, object) = finished(rendered, manifest) else { return }
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

    /// The object with its namespace and our marks; nil where it may not be made.
    private mutating func finished(_ rendered: JSON, _ manifest: CompiledBlueprint.Manifest) -> (ObjectID, JSON)? {
        let metadata = rendered["metadata"]
        guard let name = metadata?["name"]?.string, ObjectNames.isValid(name, manifest.gvk) else {
            let text = metadata?["name"]?.string ?? ""
            report(.manifest, at: manifest.place, "'\(text)' cannot be the name of a \(manifest.gvk.kind)")
            return nil
        }
        let isReserved = ["labels", "annotations"].contains { key in
            metadata?[key]?.object?.keys.contains(where: ManifestPolicy.isReserved) ?? false
        }
        guard !isReserved else {
            report(
                .markWritten, at: manifest.place, "a label or annotation that is not written by hand comes from a value"
            )
            return nil
        }
        let lifting = metadata?["labels"]?.object?.members.first {
            manifest.gvk.kind == "Namespace" && ManifestPolicy.liftsProtection($0.key, $0.value.string)
        }
        if let lifting {
            report(
                .privilegedNamespace, at: manifest.place,
                "'\(lifting.key): privileged' lifts the protection of the namespace")
            return nil
        }
        guard let placed = namespace(of: manifest, name, written: metadata?["namespace"]?.string) else { return nil }
        var filled = metadata?.object ?? JSONObject()
        filled["namespace"] = placed.namespace.map { .string($0) }
        filled["labels"] = labels(over: filled["labels"]?.object)
        var object = rendered
        object["metadata"] = .object(filled)
        let id = ObjectID(group: manifest.gvk.group, kind: manifest.gvk.kind, namespace: placed.namespace, name: name)
        return (id, object)
    }

    private struct Placed { let namespace: String? }

    private mutating func namespace(
        of manifest: CompiledBlueprint.Manifest, _ name: String, written: String?
    ) -> Placed? {
        let isCluster = manifest.kind.map { !$0.isNamespaced } ?? false
        guard let context else {
            if isCluster, written != nil {
                report(.manifest, at: manifest.place, "a \(manifest.gvk.kind) belongs to no namespace")
                return nil
            }
            if manifest.kind != nil, !isCluster, written == nil {
                report(
                    .manifest, at: manifest.place,
                    "a \(manifest.gvk.kind) of scope environment needs metadata.namespace")
                return nil
            }
            return Placed(namespace: written)
        }
        if isCluster {
            guard name == context.namespace else {
                report(
                    .foreignNamespace, at: manifest.place,
                    "'\(name)' is not the tenant's namespace '\(context.namespace)'")
                return nil
            }
            return Placed(namespace: nil)
        }
        guard written == nil || written == context.namespace else {
            report(
                .foreignNamespace, at: manifest.place,
                "'\(written ?? "")' is not the tenant's namespace '\(context.namespace)'")
            return nil
        }
        return Placed(namespace: context.namespace)
    }

    func labels(over written: JSONObject? = nil) -> JSON {
        written.map { .object(JSONObject($0.members + marks.members)) } ?? .object(marks)
    }

    // MARK: Secrets

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
        let id = ObjectID(group: "", kind: "Secret", namespace: namespace, name: secret.name)
        let object: JSON = [
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": ["name": .string(secret.name), "namespace": .string(namespace), "labels": labels()],
        ]
        add(
            DesiredObject(
                id: id, apiVersion: "v1", object: object, secret: keys, tenant: context?.tenant.name,
                source: secret.place))
    }
}

/// Names of objects and of environment variables.
enum ObjectNames {
    /// A DNS subdomain for most kinds; roles and their bindings may have any name that can stand in a path.
    static func isValid(_ name: String, _ gvk: GroupVersionKind) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        if gvk.group == "rbac.authorization.k8s.io" {
            return name != "." && name != ".."
                && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
        }
        return name.split(separator: "." as Character, omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.first != UInt8(ascii: "-") && part.utf8.last != UInt8(ascii: "-")
                && part.utf8.allSatisfy {
                    (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
                }
        }
    }

    /// The name as shells can set it: what is no letter, digit or `_` becomes `_`.
    static func variable(_ name: String) -> String {
        String(
            decoding: name.utf8.map { byte in
                let isAllowed =
                    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                return isAllowed ? byte : UInt8(ascii: "_")
            }, as: UTF8.self)
    }
}

extension Blueprint.GeneratedSecret {
    /// `secrets.<name>.revision`: another text after a rise of any `rotation`.
    var revision: LayeredValue {
        let total = keys.reduce(0) { $0 &+ $1.rotation }
        let text = LayeredValue(.string(String(total)), .blueprint, place)
        return LayeredValue(LayeredValue.map([("revision", text)]), .blueprint, place)
    }
}
