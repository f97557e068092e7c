import Expressions
import Formats
import KubernetesModel

extension CompiledBlueprint {
    struct Reference: Sendable {
        let kind: String
        let name: Marked<String>
        /// Nil where the name holds no expression.
        let template: Template?
    }

    struct Rule: Sendable {
        let object: Reference
        let content: Blueprint.Rule.Content
        /// Of a rule `ready`.
        let when: Expression?
    }

    struct Action: Sendable {
        let action: Blueprint.Action
        let job: Manifest
        let needs: [Reference]
    }
}

extension BlueprintCompiler {
    mutating func compile(_ rule: Blueprint.Rule, _ compiled: CompiledBlueprint) -> CompiledBlueprint.Rule {
        var when: Expression?
        if case .ready(let condition?, _) = rule.content {
            when =
                expression(
                    condition, in: scope.adding("object", .dyn), wanted: .bool,
                    "'when' takes a condition that is true or false (a bool)")?
                .expression
        }
        return CompiledBlueprint.Rule(object: compile(rule.object, compiled), content: rule.content, when: when)
    }

    mutating func compile(_ action: Blueprint.Action, _ compiled: CompiledBlueprint) -> CompiledBlueprint.Action? {
        guard blueprint.scope == .tenant else {
            let message = "actions are run for tenants; a blueprint of scope \(blueprint.scope.rawValue) has none"
            diagnostics.append(DiagnosticCode.notSupported.at(action.name.place, message))
            return nil
        }
        if action.run == .oncePerVersion, !action.inputs.isEmpty {
            let message = "nobody gives inputs to what runs once for each version; use values"
            diagnostics.append(DiagnosticCode.wrongValue.at(action.name.place, message))
        }
        let needs = action.needs.map { compile($0, compiled) }
        guard bytes[action.job.value] != nil else {
            let hint = Suggestion.phrase(for: action.job.value, among: bytes.keys.sorted())
            diagnostics.append(
                DiagnosticCode.noManifest.at(
                    action.job.place, "there is no file \(blueprint.folder)\(action.job.value)\(hint)"))
            return nil
        }
        let types = Dictionary(action.inputs.map { ($0.name, $0.type) }) { first, _ in first }
        let inner = action.run == .onDemand ? scope.adding("inputs", .object(types)) : scope
        let before = diagnostics.count
        let manifests = compile(file: action.job.value, in: inner, isRaw: false)
        guard diagnostics.count == before else { return nil }
        guard manifests.count == 1, let job = manifests.first, job.gvk.group == "batch", job.gvk.kind == "Job" else {
            let message = "\(action.job.value) has to hold one Job, and nothing else"
            diagnostics.append(DiagnosticCode.manifest.at(action.job.place, message))
            return nil
        }
        return CompiledBlueprint.Action(action: action, job: job, needs: needs)
    }

    /// What is said of an object that no manifest makes is a mistake.
    private mutating func compile(
        _ object: Blueprint.ObjectReference, _ compiled: CompiledBlueprint
    ) -> CompiledBlueprint.Reference {
        let template = template(object.name)
        let known = compiled.names(of: object.kind)
        let isOpen = template != nil || known.contains { $0.contains("${") } || !compiled.isWhole
        if !isOpen, !known.contains(object.name.value) {
            let hint = Suggestion.phrase(for: object.name.value, among: known)
            diagnostics.append(
                DiagnosticCode.noManifest.at(
                    object.name.place,
                    "no manifest of this blueprint makes a \(object.kind) named '\(object.name.value)'\(hint)"))
        }
        return CompiledBlueprint.Reference(kind: object.kind, name: object.name, template: template)
    }
}

extension CompiledBlueprint {
    /// Names as the manifests have them, expressions and all.
    fileprivate func names(of kind: String) -> [String] {
        let manifests = selections.flatMap(\.manifests).filter { $0.gvk.kind == kind }
        return manifests.compactMap { $0.node["metadata"]?["name"]?.scalar?.text }
            + (kind == "Secret" ? secrets.map(\.secret.name) : [])
    }
}
