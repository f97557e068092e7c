import Formats

/// The `status.conditions` of an object.
struct Conditions {
    struct Condition {
        let type: String
        let status: String
        let reason: String
        let message: String

        var isTrue: Bool { status == "True" }
        var isFalse: Bool { status == "False" }

        /// The message, else the reason, else the type.
        var text: String {
            let text = message.isEmpty ? reason : message
            return text.isEmpty ? "condition \(type) is \(status)" : text.asClause
        }
    }

    private let conditions: [Condition]

    init(_ object: JSON) {
        conditions = (object[path: "status", "conditions"]?.array ?? []).map {
            Condition(
                type: $0.text("type"), status: $0.text("status"), reason: $0.text("reason"), message: $0.text("message")
            )
        }
    }

    subscript(type: String) -> Condition? { conditions.first { $0.type == type } }

    var all: [Condition] { conditions }

    /// Set while the status still tells of an earlier generation of the object.
    static func behind(_ object: JSON) -> Readiness? {
        let generation = object[path: "metadata", "generation"]?.int ?? 0
        let observed = object[path: "status", "observedGeneration"]?.int ?? 0
        guard observed < generation else { return nil }
        return Readiness(.inProgress, "its controller has not seen generation \(generation) yet")
    }
}

extension String {
    /// A sentence of the server as part of one of ours: without its full stop, and without its capital where that is only
    /// the beginning of a sentence.
    var asClause: String {
        var text = self
        while text.hasSuffix(".") { text.removeLast() }
        guard let first = text.first, first.isUppercase, let second = text.dropFirst().first, second.isLowercase,
            !text.prefix(while: { $0 != " " }).dropFirst().contains(where: \.isUppercase)
        else { return text }
        return first.lowercased() + text.dropFirst()
    }
}
