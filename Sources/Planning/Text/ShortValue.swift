import Formats

/// Values as plans show them: JSON on one line, shortened where they are long.
enum ShortValue {
    /// The two values beside one another: what both begin with is left out where they are long.
    static func pair(_ before: JSON?, _ after: JSON?) -> (before: String, after: String) {
        if case .string(let one) = before, case .string(let other) = after, max(one.count, other.count) > 24 {
            let (one, other) = withoutSharedStart(one, other)
            return (text(.string(one)), text(.string(other)))
        }
        return (before.map(text) ?? "(none)", after.map(text) ?? "(none)")
    }

    private static func text(_ value: JSON) -> String {
        let text = value.text
        return text.count <= 60 ? text : "\(text.prefix(59))…"
    }

    /// `…:1.3.9` and `…:1.4.0` of two images of one repository: cut before the last separator that both share.
    private static func withoutSharedStart(_ one: String, _ other: String) -> (String, String) {
        let shared = zip(one, other).prefix { $0 == $1 }.count
        let start = one.prefix(shared)
        guard let cut = start.lastIndex(where: { "/:@,= \n".contains($0) }) else { return (one, other) }
        let length = start.distance(from: start.startIndex, to: cut)
        guard length >= 8 else { return (one, other) }
        return ("…\(one.dropFirst(length))", "…\(other.dropFirst(length))")
    }
}
