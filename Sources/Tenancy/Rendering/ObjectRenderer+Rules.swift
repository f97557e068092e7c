import Expressions
import Formats
import KubernetesModel

extension ObjectRenderer {
    /// Puts what the blueprint says of its objects beside those that it has just made.
    mutating func apply(
        _ rules: [CompiledBlueprint.Rule], to range: Range<Int>, _ bindings: Bindings, _ renderer: inout PatternRenderer
    ) {
        for rule in rules {
            for index in indexes(rule.object, in: range, &renderer) {
                var own = objects[index].rules
                switch rule.content {
                case .ready(_, let isRequired):
                    own.ready = ReadyRule(
                        isRequired: isRequired, condition: rule.when.map { (expression: $0, bindings: bindings) })
                case .replace: own.mayBeReplaced = true
                case .conflict(let conflict): own.onConflict.append(conflict)
                }
                objects[index] = objects[index].with(rules: own)
            }
        }
    }

    func ids(
        _ references: [CompiledBlueprint.Reference], in range: Range<Int>, _ renderer: inout PatternRenderer
    ) -> [ObjectID] {
        references.flatMap { indexes($0, in: range, &renderer) }.map { objects[$0].id }
    }

    private func indexes(
        _ reference: CompiledBlueprint.Reference, in range: Range<Int>, _ renderer: inout PatternRenderer
    ) -> [Int] {
        guard let name = renderer.text(reference.template, reference.name) else { return [] }
        return range.filter { objects[$0].id.kind == reference.kind && objects[$0].id.name == name }
    }

    /// The Job of an action that is run now, with what it was given.
    mutating func action(
        _ action: CompiledBlueprint.Action, of compiled: CompiledBlueprint, _ base: [String: LayeredValue],
        values: LayeredValue, version: LayeredValue, inputs: Value, suffix: String
    ) -> DesiredAction? {
        var names = names(of: compiled, over: base, values: values, version: version)
        names["inputs"] = LayeredValue(inputs, .blueprint, action.action.name.place)
        let bindings = Bindings(names)
        return job(of: action, compiled.blueprint, names, bindings, suffix, [])
    }

    /// The Job of an action, under a name that ends with the suffix.
    mutating func job(
        of action: CompiledBlueprint.Action, _ blueprint: Blueprint, _ names: [String: LayeredValue],
        _ bindings: Bindings, _ suffix: String, _ needs: [ObjectID]
    ) -> DesiredAction? {
        guard let made = make(action.job, names, bindings) else { return nil }
        let name = dnsLabel("\(made.id.name)-\(suffix)")
        var job = made.object
        job["metadata"]?["name"] = .string(name)
        job["metadata"]?["labels"]?[Marks.action] = .string(action.action.name.value)
        // Nobody else clears away what has run.
        if job["spec"]?["ttlSecondsAfterFinished"] == nil { job["spec"]?["ttlSecondsAfterFinished"] = 604_800 }
        let id = ObjectID(group: made.id.group, kind: made.id.kind, namespace: made.id.namespace, name: name)
        let desired = DesiredObject(
            id: id, apiVersion: made.apiVersion, object: job, tenant: made.tenant, source: made.source,
            origins: made.origins, manifest: made.manifest)
        return DesiredAction(
            key: "\(blueprint.id.name)/\(action.action.name.value)", version: blueprint.id.version, job: desired,
            needs: needs)
    }
}
