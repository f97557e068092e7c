import Formats
import KubernetesModel
import Tenancy

/// The rotation of each key of a generated Secret, remembered on the Secret itself: one annotation,
/// `reconcile.dev/rotations: jwt-secret=1,signing-key=4`.
///
/// One annotation rather than one for each key, because a Secret's key may be longer than an annotation's name. Keys hold
/// neither `=` nor `,`.
package struct SecretRotations: Equatable {
    package static let annotation = "reconcile.dev/rotations"
    private var numbers: [String: Int]

    init(of live: LiveObject?) {
        numbers = [:]
        let text = live?.object[path: "metadata", "annotations", Self.annotation]?.string ?? ""
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
            if parts.count == 2, let number = Int(parts[1]) { numbers[String(parts[0])] = number }
        }
    }

    subscript(_ key: String) -> Int { numbers[key] ?? 0 }

    /// A number only ever rises: lowering it in the file rotates nothing.
    mutating func raise(_ key: SecretKey) { numbers[key.name] = max(self[key.name], key.rotation) }

    /// Nil where every key is at its first value.
    var text: String? {
        let pairs = numbers.filter { $0.value > 0 }.sorted { ByteOrder.precedes($0.key, $1.key) }
        return pairs.isEmpty ? nil : pairs.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}

extension DesiredObject {
    /// The Secret with the annotation that says which rotation its values are of, once the change is carried out.
    func rememberingRotations(beside live: LiveObject?) -> DesiredObject {
        var rotations = SecretRotations(of: live)
        for key in secret ?? [] { rotations.raise(key) }
        guard let text = rotations.text else { return self }
        var object = object
        var metadata = object["metadata"] ?? [:]
        var annotations = metadata["annotations"] ?? [:]
        annotations[SecretRotations.annotation] = .string(text)
        metadata["annotations"] = annotations
        object["metadata"] = metadata
        return with(object: object)
    }
}

extension PlanInput {
    /// `2 generated values`, `1 value from RECONCILE_SECRET_GITHUB_ACME (unknown here)`
    func notes(on keys: [SecretKey]) -> [String] {
        let generated = keys.count { if case .generate = $0.source { true } else { false } }
        let notes = generated == 0 ? [] : ["\(generated) generated \(generated == 1 ? "value" : "values")"]
        let variables = keys.compactMap { key -> String? in
            guard case .environment(let variable) = key.source else { return nil }
            return unsetVariables.contains(variable) ? "\(variable) (unknown here)" : variable
        }
        return notes + variables.sorted().map { "1 value from \($0)" }
    }
}
