import Expressions
import Formats
import KubernetesModel

/// Fills in the expressions of compiled manifests with the values of one tenant, or of the environment.
struct PatternRenderer {
    /// An expression that has no value here.
    struct Failure: Sendable, Hashable {
        let place: Place
        let message: String
        var code = DiagnosticCode.evaluation
        /// Who gave the values that the expression reads, in the tenant that was first to fail.
        var givers: [Diagnostic.Note] = []
        /// A list without elements that the expression reads.
        var emptyList: String?

        static func == (left: Failure, right: Failure) -> Bool {
            left.place == right.place && left.message == right.message && left.code == right.code
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(place)
            hasher.combine(message)
        }
    }

    private let bindings: Bindings
    private let names: [String: LayeredValue]
    private let keepsOrigins: Bool
    private(set) var origins: [Origin] = []
    private(set) var failures: [Failure] = []
    var places: ScalarPlace

    init(_ names: [String: LayeredValue], _ places: ScalarPlace) {
        self.init(names, Bindings(names), places)
    }

    init(
        _ names: [String: LayeredValue], _ bindings: Bindings, _ places: ScalarPlace, keepsOrigins: Bool = true
    ) {
        self.keepsOrigins = keepsOrigins
        self.names = names
        self.bindings = bindings
        self.places = places
    }

    /// The object; nil where the whole is null.
    mutating func render(_ pattern: ManifestPattern) -> JSON {
        switch pattern {
        case .constant(let value): return value
        case .slot(let slot): return render(slot)
        case .list(let elements): return .array(elements.map { render($0) })
        case .map(let members):
            var filled: [JSONObject.Member] = []
            filled.reserveCapacity(members.count)
            for member in members {
                let value = render(member.value)
                if !value.isNull { filled.append(JSONObject.Member(key: member.key, value: value)) }
            }
            return .object(JSONObject(filled))
        }
    }

    private mutating func render(_ slot: ManifestPattern.Slot) -> JSON {
        let text = slot.node.scalar?.text ?? ""
        do throws(ExpressionError) {
            let value = try slot.template.evaluate(bindings)
            guard let json = value.json(for: slot.schema) else {
                fail(slot, 0, text, "a value of type \(value.kind) that a manifest cannot hold")
                return .null
            }
            if keepsOrigins { note(slot, json) }
            return json
        } catch {
            fail(slot, error.offset, text, error.message)
            return .null
        }
    }

    /// The value of a text with expressions, as a string.
    mutating func text(_ template: Template?, _ marked: Marked<String>) -> String? {
        guard let template else { return marked.value }
        do throws(ExpressionError) {
            if let text = try template.evaluate(bindings).text { return text }
            fail(at: marked.place, "the value is no text", template.references)
        } catch {
            fail(at: marked.place, error.message, template.references)
        }
        return nil
    }

    /// The value of an expression of the blueprint's own file.
    mutating func value(_ expression: Expression, _ marked: Marked<String>) -> Value? {
        do throws(ExpressionError) { return try expression.evaluate(bindings) } catch {
            fail(at: marked.place, error.message, expression.references)
            return nil
        }
    }

    private mutating func fail(_ slot: ManifestPattern.Slot, _ offset: Int, _ text: String, _ message: String) {
        fail(at: places.place(of: offset, in: slot.node, text: text), message, slot.template.references)
    }

    private mutating func fail(at place: Place, _ message: String, _ references: [[String]]) {
        let empty = references.compactMap { reference -> String? in
            guard let root = reference.first, let named = names[root] else { return nil }
            let (found, path) = named.nearest(reference.dropFirst())
            return found.isEmptyList ? ([root] + path).joined(separator: ".") : nil
        }
        failures.append(
            Failure(place: place, message: message, givers: givers(references), emptyList: empty.first))
    }

    /// Who gave what the expression reads, as far as it is there.
    private func givers(_ references: [[String]]) -> [Diagnostic.Note] {
        var notes: [Diagnostic.Note] = []
        for reference in references {
            guard let root = reference.first, let named = names[root] else { continue }
            let (found, path) = named.nearest(reference.dropFirst())
            let note = found.note(of: [root] + path)
            if !notes.contains(note) { notes.append(note) }
        }
        return notes
    }

    /// Remembers who gave what the expressions read. A map or list that is put in as a whole tells it leaf by leaf.
    private mutating func note(_ slot: ManifestPattern.Slot, _ json: JSON) {
        for reference in slot.references {
            guard let root = reference.first, let named = names[root], let found = named.lookUp(reference.dropFirst())
            else {
                continue
            }
            switch json {
            case .array, .object:
                found.forEachLeaf { path, leaf in
                    let pointer = path.reduce(slot.pointer) { "\($0)/\(JSONPointer.escaped($1))" }
                    origins.append(Origin(pointer: pointer, layer: leaf.layer.rawValue, place: leaf.place))
                }
            default:
                let origin = Origin(pointer: slot.pointer, layer: found.layer.rawValue, place: found.place)
                if origins.last != origin { origins.append(origin) }
            }
        }
    }
}

extension Bindings {
    /// The values of the names, made as far as expressions read them.
    init(_ names: [String: LayeredValue]) {
        self.init(making: { names[$0]?.value }) { path in
            path.first.flatMap { names[$0]?.field(at: path.dropFirst())?.value }
        }
    }
}

extension Value {
    /// The value as JSON, where the schema says string as a string.
    fileprivate func json(for schema: FieldSchema?) -> JSON? {
        guard let schema else { return json }
        switch self {
        case .bool, .int, .uint, .double: return schema.isText ? text.map { .string($0) } : json
        case .list(let elements):
            var members: [JSON] = []
            for element in elements {
                guard let member = element.json(for: schema.element) else { return nil }
                members.append(member)
            }
            return .array(members)
        case .map(let map):
            var members: [JSONObject.Member] = []
            for entry in map.entries {
                guard case .string(let key) = entry.key, let member = entry.value.json(for: schema.member(key)) else {
                    return nil
                }
                if !member.isNull { members.append(JSONObject.Member(key: key, value: member)) }
            }
            return .object(JSONObject(members))
        case .null, .string, .bytes: return json
        }
    }
}
