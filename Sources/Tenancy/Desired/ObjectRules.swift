package import Expressions
package import Formats
package import KubernetesModel

/// What a blueprint says of an object besides its manifest.
package struct ObjectRules: Sendable {
    /// Nil where the kind itself tells when it is ready.
    package var ready: ReadyRule?
    /// Where a field has to change that cannot, the object may be deleted and made anew.
    package var mayBeReplaced = false
    /// What becomes of fields that other managers own.
    package var onConflict: [ConflictRule] = []

    package static let none = ObjectRules()

    package init() {}

    /// What is said of the field, by the rule with the longest path: `spec.template.spec.containers[app].image`
    package func resolution(of path: String) -> ConflictRule.Resolution? {
        onConflict.filter { $0.covers(path) }.max { $0.path.utf8.count < $1.path.utf8.count }?.resolution
    }
}

/// What becomes of a field that another manager owns and the manifest has otherwise.
package struct ConflictRule: Sendable, Hashable {
    package enum Resolution: String, Sendable, Hashable, CaseIterable { case takeBack, leave }

    /// As plans show fields; whatever lies below it is meant too.
    package let path: String
    package let resolution: Resolution

    package init(path: String, resolution: Resolution) {
        self.path = path
        self.resolution = resolution
    }

    fileprivate func covers(_ other: String) -> Bool {
        guard other.hasPrefix(path) else { return false }
        return other.utf8.count == path.utf8.count
            || other.dropFirst(path.count).first.map { ".[".contains($0) } ?? false
    }
}

/// When an object is ready, in the blueprint's own words.
package struct ReadyRule: Sendable {
    /// False: nobody waits for the object, and nobody is told.
    package let isRequired: Bool
    /// What has to hold for `object`; nil where the kind itself tells.
    private let condition: (expression: Expression, bindings: Bindings)?

    package init(isRequired: Bool, condition: (expression: Expression, bindings: Bindings)? = nil) {
        self.isRequired = isRequired
        self.condition = condition
    }

    /// Nil where the rule does not say.
    func readiness(of object: JSON) -> Readiness? {
        guard isRequired else { return Readiness(.ready, "not required") }
        guard let (expression, bindings) = condition else { return nil }
        if let behind = Readiness.behind(object) { return behind }
        do throws(ExpressionError) {
            let value = try expression.evaluate(bindings.adding("object", Value(object)))
            if case .bool(true) = value { return Readiness(.ready) }
            return Readiness(.inProgress, "\(expression.text) does not hold\(Self.found(expression, object))")
        } catch {
            return Readiness(.inProgress, "\(expression.text) has no answer yet\(Self.found(expression, object))")
        }
    }

    /// ` (object.status.phase is "Setting up primary")`: what the expression reads of the object.
    private static func found(_ expression: Expression, _ object: JSON) -> String {
        let paths = expression.references.filter { $0.first == "object" && $0.count > 1 }
        let values = paths.prefix(3).map { path in
            let value = object[JSONPointer(Array(path.dropFirst()))]
            let text = value.map { String($0.text.prefix(80)) } ?? "not there"
            return "\(path.joined(separator: ".")) is \(text)"
        }
        return values.isEmpty ? "" : " (\(values.joined(separator: ", ")))"
    }
}

extension DesiredObject {
    /// How far the live object has come, by the blueprint's rule where there is one.
    package func readiness(of live: JSON, pods: [JSON] = [], claims: [JSON] = []) -> Readiness {
        guard live[path: "metadata", "deletionTimestamp"] == nil, let readiness = rules.ready?.readiness(of: live)
        else {
            return Readiness.of(live, pods: pods, claims: claims)
        }
        return readiness
    }

    /// Whether an apply waits for the object, and a status speaks of it.
    package var isRequired: Bool { rules.ready?.isRequired ?? true }
}
