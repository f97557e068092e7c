import Expressions
import Formats
import KubernetesModel

/// A blueprint's version, ready to be rendered: manifests parsed, expressions checked.
struct CompiledBlueprint: Sendable {
    struct CheckedExpression: Sendable {
        let expression: Expression
        let marked: Marked<String>
    }

    /// A class: each tenant's rendering goes through all of them.
    final class Manifest: Sendable {
        let gvk: GroupVersionKind
        /// Nil for kinds that the API server does not have by itself.
        let kind: ResourceKind?
        let pattern: ManifestPattern
        let node: Node
        let places: ScalarPlace
        let inspection: ManifestInspection

        init(
            gvk: GroupVersionKind, kind: ResourceKind?, pattern: ManifestPattern, node: Node, places: ScalarPlace,
            inspection: ManifestInspection
        ) {
            self.gvk = gvk
            self.kind = kind
            self.pattern = pattern
            self.node = node
            self.places = places
            self.inspection = inspection
        }

        var place: Place { Place(file: places.file, mark: node.mark) }
    }

    struct Selection: Sendable {
        let when: CheckedExpression?
        let forEach: CheckedExpression?
        let element: String?
        let manifests: [Manifest]
    }

    struct Output: Sendable {
        let name: String
        let template: Template?
        let marked: Marked<String>
    }

    struct SecretTemplate: Sendable {
        let secret: Blueprint.GeneratedSecret
        /// The names of environment variables that hold expressions, by key.
        let variables: [String: Template]
    }

    let blueprint: Blueprint
    let selections: [Selection]
    let outputs: [Output]
    let secrets: [SecretTemplate]
    /// Whether every manifest could be read, so that what is not made by one is made by none.
    let isWhole: Bool
    var rules: [Rule] = []
    var actions: [Action] = []
    var checks: [Check] = []
}

extension Resolver {
    /// Compiles every blueprint once, whatever the number of tenants.
    mutating func compile(_ fleet: Fleet, _ types: ScopeTypes) -> [BlueprintID: CompiledBlueprint] {
        var compiled: [BlueprintID: CompiledBlueprint] = [:]
        let custom = customKinds()
        for (id, blueprint) in fleet.blueprints.sorted(by: { $0.key < $1.key }) {
            let values = typeOfValues(blueprint, fleet)
            var compiler = BlueprintCompiler(
                blueprint, scope: types.scope(of: blueprint, values: values), files: files.blueprintFiles[id] ?? [],
                policy: ManifestPolicy(
                    scope: blueprint.scope, tenantKinds: fleet.tenantKinds, allowed: fleet.allowances[id.name] ?? [],
                    custom: custom))
            compiled[id] = compiler.compile()
            diagnostics += compiler.diagnostics
        }
        return compiled
    }

    private func typeOfValues(_ blueprint: Blueprint, _ fleet: Fleet) -> ValueType {
        if let schema = fleet.valuesSchemas[blueprint.id] { return schema.type }
        guard blueprint.isSound, blueprint.valuesSchema == nil else { return .dyn }
        return ValueType(keysOf: BlueprintValues(blueprint: blueprint).everywhere(in: fleet))
    }
}

/// Compiles one blueprint and collects what is wrong with it.
struct BlueprintCompiler {
    let blueprint: Blueprint
    let scope: Scope
    private let policy: ManifestPolicy
    let bytes: [String: [UInt8]]
    var diagnostics: [Diagnostic] = []

    init(_ blueprint: Blueprint, scope: Scope, files: [FleetFiles.BlueprintFile], policy: ManifestPolicy) {
        self.blueprint = blueprint
        self.scope = scope
        self.policy = policy
        bytes = Dictionary(files.map { ($0.path, $0.bytes) }) { first, _ in first }
    }

    mutating func compile() -> CompiledBlueprint {
        let selections = blueprint.selections.map { compile($0) }
        let outputs = blueprint.outputs.map { output in
            CompiledBlueprint.Output(name: output.name, template: template(output.text), marked: output.text)
        }
        let secrets = blueprint.secrets.map { secret in
            var variables: [String: Template] = [:]
            for key in secret.keys {
                if case .environment(let name) = key.source, let template = template(name) {
                    variables[key.key] = template
                }
            }
            return CompiledBlueprint.SecretTemplate(secret: secret, variables: variables)
        }
        var compiled = CompiledBlueprint(
            blueprint: blueprint, selections: selections, outputs: outputs, secrets: secrets,
            isWhole: diagnostics.isEmpty)
        compiled.rules = blueprint.rules.map { compile($0, compiled) }
        compiled.actions = blueprint.actions.compactMap { compile($0, compiled) }
        compiled.checks = compileChecks()
        return compiled
    }

    private mutating func compile(_ selection: Blueprint.Selection) -> CompiledBlueprint.Selection {
        let when = selection.when.flatMap {
            expression($0, in: scope, wanted: .bool, "'when' takes a condition that is true or false (a bool)")
        }
        let forEach = selection.forEach.flatMap {
            expression($0, in: scope, wanted: .list(.dyn), "'forEach' takes a list")
        }
        var inner = scope
        if let name = selection.element {
            if scope.names[name] != nil, let place = selection.forEach?.place {
                diagnostics.append(
                    DiagnosticCode.duplicateName.at(
                        place, "'\(name)' is a name of every expression; choose another after 'as'"))
            }
            let type: ValueType = if case .list(let element) = forEach?.expression.type { element } else { .dyn }
            inner = scope.adding(name, type)
        }
        let manifests = selection.files.flatMap { compile(file: $0, in: inner, isRaw: selection.isRaw) }
        return CompiledBlueprint.Selection(
            when: when, forEach: forEach, element: selection.element, manifests: manifests)
    }

    mutating func expression(
        _ marked: Marked<String>, in scope: Scope, wanted: ValueType, _ advice: String
    ) -> CompiledBlueprint.CheckedExpression? {
        switch Expression.compile(marked.value, in: scope) {
        case .success(let expression):
            let fits =
                switch (wanted, expression.type) {
                case (_, .dyn), (.bool, .bool), (.list, .list): true
                default: false
                }
            if !fits {
                diagnostics.append(DiagnosticCode.expression.at(marked.place, "\(advice), found \(expression.type)"))
            }
            return CompiledBlueprint.CheckedExpression(expression: expression, marked: marked)
        case .failure(let errors):
            report(errors, marked)
            return nil
        }
    }

    mutating func template(_ marked: Marked<String>) -> Template? {
        switch Template.compile(marked.value, in: scope) {
        case .success(let template): return template
        case .failure(let errors):
            report(errors, marked)
            return nil
        }
    }

    private mutating func report(_ errors: ExpressionErrors, _ marked: Marked<String>) {
        let node = Node(.scalar(Node.Scalar(text: marked.value, isPlain: true)), at: marked.place.mark)
        diagnostics += ScalarPlace(file: marked.place.file).diagnostics(errors, in: node, text: marked.value)
    }

    mutating func compile(file path: String, in scope: Scope, isRaw: Bool) -> [CompiledBlueprint.Manifest] {
        guard let content = bytes[path] else { return [] }
        let file = blueprint.folder + path
        let parsed = YAML.parse(content, file: file, stream: .many)
        diagnostics += parsed.diagnostics
        guard parsed.diagnostics.isEmpty else { return [] }
        if parsed.documents.isEmpty {
            diagnostics.append(DiagnosticCode.manifest.at(.whole(file), "the file holds no manifest"))
        }
        return parsed.documents.compactMap { compile($0, ScalarPlace(file: file, bytes: content), scope, isRaw) }
    }

    private mutating func compile(
        _ node: Node, _ places: ScalarPlace, _ scope: Scope, _ isRaw: Bool
    ) -> CompiledBlueprint.Manifest? {
        let fields = Fields(node: node, file: places.file)
        guard node.mapping != nil, let apiVersion = fields["apiVersion"].text, let kind = fields["kind"].text,
            !apiVersion.isEmpty, !kind.isEmpty
        else {
            let place = Place(file: places.file, mark: node.mark)
            let missing = ["apiVersion", "kind"].filter { fields[$0].text?.isEmpty ?? true }
            let keys = missing.map { "'\($0)'" }.joined(separator: " and no ")
            diagnostics.append(
                DiagnosticCode.manifest.at(
                    place, "the manifest has no \(keys); add \(missing.count == 1 ? "it" : "them")"))
            return nil
        }
        for head in [fields["apiVersion"], fields["kind"]] where head.text?.contains("${") == true {
            diagnostics.append(DiagnosticCode.manifest.at(head.place, "apiVersion and kind cannot hold expressions"))
            return nil
        }
        let gvk = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        let found = policy.check(node, gvk, file: places.file) + checkPersonal(fields["metadata"]["name"])
        diagnostics += found
        var compiler = ManifestCompiler(scope: scope, places: places, isRaw: isRaw)
        let pattern = compiler.compile(node, (policy.custom[gvk]?.schema ?? ObjectSchema.of(gvk))?.root)
        diagnostics += compiler.diagnostics
        guard found.isEmpty, compiler.diagnostics.isEmpty else { return nil }
        let manifest = CompiledBlueprint.Manifest(
            gvk: gvk, kind: BuiltinKinds.kind(gvk) ?? policy.custom[gvk]?.kind, pattern: pattern, node: node,
            places: places,
            inspection: ManifestInspection(pattern, gvk, policy))
        let findings = manifest.inspection.constantFindings(FieldLocator(manifest))
        diagnostics += ManifestFinding.united([(nil, findings)])
        return manifest
    }

    /// Of two people each has an object of its own, so the name says whose it is.
    private func checkPersonal(_ name: Fields) -> [Diagnostic] {
        guard blueprint.scope == .user, let text = name.text, !text.isEmpty,
            case .success(let template) = Result(catching: { () throws(ExpressionError) in try Template.parse(text) })
        else { return [] }
        let elements = blueprint.selections.compactMap(\.element)
        let isPersonal = (template?.references ?? []).contains {
            $0.first == "user" || elements.contains($0.first ?? "")
        }
        if isPersonal { return [] }
        return [
            DiagnosticCode.manifest.at(
                name.place, "every person would have the same object; put ${user.label} into its name")
        ]
    }
}
