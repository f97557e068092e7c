import Formats

/// Requirements on the labels of an object, all of which have to hold.
struct LabelSelector: Sendable, Hashable {
    struct Requirement: Sendable, Hashable {
        enum Operation: Sendable, Hashable { case exists, absent, isIn, isNotIn, greater, less }

        let key: String
        let operation: Operation
        let values: Set<String>

        func matches(_ labels: JSONObject?) -> Bool {
            let value = labels?[key]?.string
            switch operation {
            case .exists: return value != nil
            case .absent: return value == nil
            case .isIn: return value.map(values.contains) ?? false
            case .isNotIn: return value.map { !values.contains($0) } ?? true
            case .greater, .less:
                guard let number = value.flatMap({ Int64($0) }), let bound = values.first.flatMap({ Int64($0) }) else {
                    return false
                }
                return operation == .greater ? number > bound : number < bound
            }
        }
    }

    let requirements: [Requirement]

    static let everything = LabelSelector(requirements: [])

    var isEverything: Bool { requirements.isEmpty }

    func matches(_ object: JSON) -> Bool {
        guard !isEverything else { return true }
        return matches(labels: object["metadata"]?["labels"]?.object)
    }

    func matches(labels: JSONObject?) -> Bool { requirements.allSatisfy { $0.matches(labels) } }
}

extension LabelSelector {
    /// A selector as queries write it: `tier in (odd,even),!nope`.
    init(parsing text: String) throws(APIFailure) {
        var parser = LabelSelectorParser(text)
        do {
            requirements = try parser.parse()
        } catch {
            throw .badRequest(error.message)
        }
    }

    /// A selector as objects hold it: `matchLabels` and `matchExpressions`. Nil selects nothing.
    init?(object: JSON?) {
        guard let object else { return nil }
        var requirements = (object["matchLabels"]?.object ?? [:]).map { label in
            Requirement(key: label.key, operation: .isIn, values: [label.value.string ?? ""])
        }
        for expression in object["matchExpressions"]?.array ?? [] {
            let operations: [String: Requirement.Operation] = [
                "In": .isIn, "NotIn": .isNotIn, "Exists": .exists, "DoesNotExist": .absent,
            ]
            guard let key = expression["key"]?.string, let name = expression["operator"]?.string,
                let operation = operations[name]
            else { return nil }
            let values = Set((expression["values"]?.array ?? []).compactMap(\.string))
            requirements.append(Requirement(key: key, operation: operation, values: values))
        }
        self.init(requirements: requirements)
    }
}
