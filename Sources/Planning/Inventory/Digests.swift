import Cryptography
import Formats
package import Tenancy

/// The hash under which the lock remembers a person: it holds no address.
package enum KeyHash {
    /// 32 hexadecimal digits of the key's SHA-256.
    package static func of(_ key: String) -> String { Digest.of(key) }
}

/// Digests as plans and locks carry them: half a SHA-256, which nobody can make two texts for.
enum Digest {
    static func of(_ text: String) -> String { String(SHA256.hex(of: text).prefix(32)) }
    static func of(_ value: JSON) -> String { String(SHA256.hex(of: value.encoded()).prefix(32)) }
}

extension DesiredObject {
    /// Tells whether the manifest is the one that was applied: over the rendered object and the names, lengths,
    /// variables and rotations of its generated values, never over a value of those.
    package var digest: String {
        let keys = (secret ?? []).map { key -> JSON in
            let source: JSON =
                switch key.source {
                case .generate(let length): .int(Int64(length))
                case .environment(let variable): .string(variable)
                }
            return [.string(key.name), source, .int(Int64(key.rotation))]
        }
        return Digest.of(["object": object, "secret": secret == nil ? .null : .array(keys)])
    }
}

extension Precondition {
    /// The precondition that the touched fields hold the values that the plan shows as `before`.
    init(uid: String, fields: [FieldChange]) {
        let touched = fields.sorted { ByteOrderedPair($0) < ByteOrderedPair($1) }
            .map { JSON.array([.string($0.pointer), $0.before ?? .null]) }
        self.init(uid: uid, touched: Digest.of(.array(touched)))
    }
}

/// Fields by pointer, by bytes.
private struct ByteOrderedPair: Comparable {
    let pointer: String

    init(_ field: FieldChange) { pointer = field.pointer }

    static func < (left: Self, right: Self) -> Bool { ByteOrder.precedes(left.pointer, right.pointer) }
}
