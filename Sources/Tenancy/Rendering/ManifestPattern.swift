import Expressions
import Formats
import KubernetesModel

/// A manifest, compiled: what is the same in every tenant is JSON already.
indirect enum ManifestPattern: Sendable {
    case constant(JSON)
    case slot(Slot)
    case list([ManifestPattern])
    case map([Member])

    struct Member: Sendable {
        let key: String
        let value: ManifestPattern
    }

    /// A scalar with expressions.
    struct Slot: Sendable {
        let template: Template
        /// The paths that the template reads.
        let references: [[String]]
        let node: Node
        /// A JSON Pointer to it.
        let pointer: String
        /// What the kind has there; nil where that is not known.
        let schema: FieldSchema?
    }

    var constant: JSON? {
        if case .constant(let value) = self { value } else { nil }
    }
}

/// Compiles the scalars of one manifest and collects what is wrong with them.
struct ManifestCompiler {
    let scope: Scope
    let places: ScalarPlace
    /// `${…}` stays as it is.
    let isRaw: Bool
    private(set) var diagnostics: [Diagnostic] = []
    /// Of more mistakes in one manifest nobody reads, and each is looked for in the file.
    private static let diagnosticLimit = 100

    init(scope: Scope, places: ScalarPlace, isRaw: Bool) {
        self.scope = scope
        self.places = places
        self.isRaw = isRaw
    }

    mutating func compile(_ node: Node, _ schema: FieldSchema?, _ pointer: String = "") -> ManifestPattern {
        switch node.content {
        case .scalar(let scalar): return compile(scalar, node, schema, pointer)
        case .sequence(let elements):
            var patterns: [ManifestPattern] = []
            for (index, element) in elements.enumerated() {
                patterns.append(compile(element, schema?.element, "\(pointer)/\(index)"))
            }
            let constants = patterns.compactMap(\.constant)
            return constants.count == patterns.count ? .constant(.array(constants)) : .list(patterns)
        case .mapping(let entries):
            var members: [ManifestPattern.Member] = []
            for entry in entries {
                checkKey(entry)
                let inner = compile(
                    entry.value, schema?.member(entry.key), "\(pointer)/\(JSONPointer.escaped(entry.key))")
                members.append(ManifestPattern.Member(key: entry.key, value: inner))
            }
            return Self.folded(members)
        }
    }

    /// A null is a field that is not there.
    private static func folded(_ members: [ManifestPattern.Member]) -> ManifestPattern {
        var constants: [JSONObject.Member] = []
        for member in members {
            guard let value = member.value.constant else { return .map(members) }
            if !value.isNull { constants.append(JSONObject.Member(key: member.key, value: value)) }
        }
        return .constant(.object(JSONObject(constants)))
    }

    /// No value can add a key, so no key can hold an expression.
    private mutating func checkKey(_ entry: Node.Entry) {
        guard !isRaw, entry.key.contains("${"), !entry.key.contains("$${") else { return }
        let place = Place(file: places.file, mark: entry.keyMark)
        diagnostics.append(DiagnosticCode.expression.at(place, "a key cannot hold an expression"))
    }

    private mutating func compile(
        _ scalar: Node.Scalar, _ node: Node, _ schema: FieldSchema?, _ pointer: String
    ) -> ManifestPattern {
        if !isRaw {
            switch Template.compile(scalar.text, in: scope) {
            case .success(.some(let template)):
                return .slot(
                    ManifestPattern.Slot(
                        template: template, references: template.references, node: node, pointer: pointer,
                        schema: schema))
            case .success(.none): break
            case .failure(let errors):
                if diagnostics.count < Self.diagnosticLimit {
                    diagnostics += places.diagnostics(errors, in: node, text: scalar.text)
                }
                return .constant(.null)
            }
        }
        if schema?.isText == true { return .constant(scalar.resolved == .null ? .null : .string(scalar.text)) }
        if case .unclearNumber(let advice) = scalar.resolved {
            let place = Place(file: places.file, mark: node.mark)
            let fitting = schema?.isNumber == true ? Node.Scalar.Resolved.withoutQuotes(advice) : advice
            diagnostics.append(
                DiagnosticCode.unclearNumber.at(place, "'\(scalar.text)' is no clear number: \(fitting)"))
        }
        return .constant(scalar.json)
    }
}

extension FieldSchema {
    /// True where a number stands and nothing else will do.
    fileprivate var isNumber: Bool {
        switch shape {
        case .integer, .number: true
        default: false
        }
    }

    /// True where a string stands, so that a number or a boolean is written as one.
    var isText: Bool {
        switch shape {
        case .string, .bytes, .time, .microTime: true
        default: false
        }
    }
}
