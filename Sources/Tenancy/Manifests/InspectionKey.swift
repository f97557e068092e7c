import Formats
import KubernetesModel
import Synchronization

/// Tells objects of one manifest apart as far as a check could: 10,000 tenants with names of one kind are one case.
struct InspectionKey: Sendable {
    private struct Slot {
        let pointer: JSONPointer
        /// Whether the place takes any text, such as a variable's value.
        let isFree: Bool
    }

    private let slots: [Slot]
    /// Texts that stand in the manifest itself. A value that equals one may make or break a reference.
    private let constants: Set<String>
    /// Whether it matters which name a name is.
    private let isExact: Bool

    init(slots: [String], draft: JSON, _ gvk: GroupVersionKind) {
        self.slots = slots.compactMap { JSONPointer(parsing: $0) }.map {
            Slot(pointer: $0, isFree: Self.isFree($0, gvk))
        }
        var constants: Set<String> = []
        Self.collect(draft, &constants)
        self.constants = constants
        isExact = gvk.group == "rbac.authorization.k8s.io" || gvk.kind == "Namespace"
    }

    func value(of object: JSON, _ tenant: ObjectPolicy.Tenant?) -> [JSON] {
        var names: [String: Int64] = [:]
        var key: [JSON] = isExact ? [.string(tenant?.namespace ?? "")] : []
        for slot in slots {
            let value = object[slot.pointer] ?? .null
            guard let text = value.string else {
                key.append(value)
                continue
            }
            if slot.isFree {
                key.append(.int(text.utf8.count > 4_096 ? Int64(text.utf8.count) : text.isEmpty ? 0 : 1))
            } else if !isExact, Self.isName(text), !constants.contains(text) {
                // Which names are equal to each other may matter, which names they are does not.
                let number = names[text] ?? Int64(names.count)
                names[text] = number
                key.append([.int(number), .bool(text.utf8.count <= 15)])
            } else {
                key.append(value)
            }
        }
        return key
    }

    /// A DNS label of at most 40 letters, digits and `-` that begins with a letter: good wherever any name is.
    private static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...40).contains(bytes.count), let first = bytes.first, let last = bytes.last,
            (0x61...0x7a).contains(first), last != UInt8(ascii: "-")
        else { return false }
        return bytes.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
    }

    private static func isFree(_ pointer: JSONPointer, _ gvk: GroupVersionKind) -> Bool {
        let tokens = pointer.tokens
        guard tokens.count >= 2 else { return false }
        let (parent, above) = (tokens[tokens.count - 2], tokens.dropLast(2).last)
        if parent == "annotations", above == "metadata" { return true }
        if gvk.group.isEmpty, gvk.kind == "ConfigMap", tokens.count == 2, parent == "data" { return true }
        guard tokens.contains("containers") || tokens.contains("initContainers") else { return false }
        return ["args", "command"].contains(parent) || tokens.last == "value" && above == "env"
    }

    private static func collect(_ value: JSON, _ texts: inout Set<String>) {
        switch value {
        case .string(let text): texts.insert(text)
        case .array(let elements): for element in elements { collect(element, &texts) }
        case .object(let members): for member in members { collect(member.value, &texts) }
        default: break
        }
    }
}

/// Keys of objects that nothing is wrong with, shared by the threads that render tenants.
final class CleanKeys: Sendable {
    private static let limit = 1_024
    private let keys = Mutex<Set<[JSON]>>([])

    func contains(_ key: [JSON]) -> Bool { keys.withLock { $0.contains(key) } }

    func insert(_ key: [JSON]) {
        keys.withLock { if $0.count < Self.limit { $0.insert(key) } }
    }
}
