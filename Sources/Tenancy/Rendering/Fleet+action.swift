import Expressions
package import Formats

/// An action that somebody wants run now.
package struct ActionRequest: Sendable {
    /// `restore`, or `platform/restore` where several blueprints have one of that name.
    package let name: String
    package let tenant: String
    package let environment: String
    /// As typed.
    package let inputs: [String: String]
    /// What tells this run's Job from those of other runs.
    package let suffix: String

    package init(name: String, tenant: String, environment: String, inputs: [String: String], suffix: String) {
        self.name = name
        self.tenant = tenant
        self.environment = environment
        self.inputs = inputs
        self.suffix = suffix
    }
}

/// Why an action cannot be run.
package enum ActionProblem: Error {
    /// What was asked for is not there, or is not what it takes.
    case request(String)
    /// The files have mistakes.
    case files([Diagnostic])
}

extension Fleet {
    /// The Job of an action for one tenant, whichever way the action is run otherwise.
    package func action(_ request: ActionRequest, on day: CalendarDate) throws(ActionProblem) -> DesiredAction {
        guard let environment = environment(request.environment),
            let tenant = tenants.first(where: { $0.name == request.tenant })
        else {
            let hint = Suggestion.phrase(for: request.tenant, among: tenants.map(\.name))
            throw .request("there is no tenant '\(request.tenant)'\(hint)")
        }
        let shared = TenantContext.Shared(self, environment)
        guard let context = TenantContext(tenant, environment, on: day, shared: shared), context.state != .absent else {
            throw .request("tenant '\(request.tenant)' is not in environment '\(request.environment)'")
        }
        var renderer = TenantRenderer(context: context, bases: BaseValues(self, environment))
        return try renderer.action(request)
    }
}

extension TenantRenderer {
    fileprivate mutating func action(_ request: ActionRequest) throws(ActionProblem) -> DesiredAction {
        var known: [(key: String, blueprint: CompiledBlueprint, action: CompiledBlueprint.Action, pin: String)] = []
        for (name, pin) in context.pins.sorted(by: { $0.key < $1.key }) {
            guard let compiled = fleet.compiled[BlueprintID(name: name, version: pin.version.value)] else { continue }
            known += compiled.actions.map { ("\(name)/\($0.action.name.value)", compiled, $0, name) }
        }
        let found = known.filter { $0.key == request.name || $0.action.action.name.value == request.name }
        guard let one = found.first else {
            let hint = Suggestion.phrase(for: request.name, among: known.map(\.action.action.name.value))
            throw .request("the blueprints of tenant '\(request.tenant)' have no action '\(request.name)'\(hint)")
        }
        guard found.count == 1 else {
            throw .request("several blueprints have that action: \(found.map(\.key).joined(separator: ", "))")
        }
        let inputs = try one.action.action.values(of: request.inputs)
        guard let pin = context.pins[one.pin], let ready = ready(one.pin, pin.version, .tenant) else {
            throw diagnostics.isEmpty
                ? .request("environment '\(request.environment)' has no cluster") : .files(diagnostics)
        }
        var objects = ObjectRenderer(fleet: fleet, environment: context.environment, context: context)
        let action = objects.action(
            one.action, of: ready.compiled, context.names, values: ready.values,
            version: LayeredValue(pin.version, pin.layer), inputs: inputs, suffix: request.suffix)
        guard let action else {
            throw .files(objects.diagnostics + EvaluationFailures.united([(request.tenant, objects.failures)]))
        }
        return action
    }
}

extension Blueprint.Action {
    /// The typed texts as values, with the defaults of what was not given.
    fileprivate func values(of texts: [String: String]) throws(ActionProblem) -> Value {
        for name in texts.keys.sorted() where !inputs.contains(where: { $0.name == name }) {
            let hint = Suggestion.phrase(for: name, among: inputs.map(\.name))
            throw .request("action '\(self.name.value)' has no input '\(name)'\(hint)")
        }
        var values: [(String, Value)] = []
        for input in inputs {
            guard let text = texts[input.name] else {
                guard let value = input.initialValue else {
                    throw .request(
                        "action '\(name.value)' needs --input \(input.name)=\(input.kind.rawValue.uppercased())")
                }
                values.append((input.name, value))
                continue
            }
            guard let value = input.value(of: text) else {
                throw .request("input '\(input.name)' is of type \(input.kind.rawValue), and '\(text)' is none")
            }
            values.append((input.name, value))
        }
        return .map(ValueMap(values))
    }
}
