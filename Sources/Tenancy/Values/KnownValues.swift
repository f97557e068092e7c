import Formats
import Synchronization

/// What values say, wherever it stands: keys, texts and whether those are plain, in bytes.
struct ValuesContent: Hashable, Sendable {
    private static let limit = 4_096
    private var bytes: [UInt8] = []

    /// Nil where the values are long, or were not written in a file.
    init?(_ values: LayeredValue) {
        bytes.reserveCapacity(512)
        guard add(values) else { return nil }
    }

    private mutating func add(_ value: LayeredValue) -> Bool {
        switch value.content {
        case .scalar(_, let written):
            guard let written else { return false }
            add(written.isPlain ? 1 : 2, written.text)
        case .list(let elements):
            add(3, count: elements.count)
            for element in elements where !add(element) { return false }
        case .map(let members):
            add(4, count: members.count)
            for member in members {
                add(5, member.key)
                guard add(member.value) else { return false }
            }
        }
        return bytes.count <= Self.limit
    }

    private mutating func add(_ kind: UInt8, _ text: String) {
        add(kind, count: text.utf8.count)
        bytes += text.utf8
    }

    /// The count says where the part ends, so that no two values come to the same bytes.
    private mutating func add(_ kind: UInt8, count: Int) {
        bytes.append(kind)
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
    }

    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

/// Values that the schema accepts, shared by the threads that render tenants: of thousands of tenants most say what others say.
final class KnownValues: Sendable {
    struct Outcome: Sendable {
        private let json: JSON
        /// Whether the schema takes everything for what it is by itself.
        private let isSame: Bool

        init(_ json: JSON, for values: LayeredValue) {
            self.json = json
            isSame = values.value.json == json
        }

        func applied(to values: LayeredValue) -> LayeredValue { isSame ? values : values.typed(json) }
    }

    private static let limit = 1_024
    private let outcomes = Mutex<[ValuesContent: Outcome]>([:])

    func outcome(of content: ValuesContent) -> Outcome? { outcomes.withLock { $0[content] } }

    func insert(_ content: ValuesContent, _ outcome: Outcome) {
        outcomes.withLock { if $0.count < Self.limit { $0[content] = outcome } }
    }
}
