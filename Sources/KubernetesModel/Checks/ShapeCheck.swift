import Formats

/// Holds a manifest against the schema of its kind: names of fields, types of values, what has to be there, and what tells the
/// elements of lists apart.
struct ShapeCheck {
    private(set) var problems: [ManifestProblem] = []
    /// Values that are none of those which the schema lists. The kind's own rules say it better where they say it.
    private(set) var choices: [ManifestProblem] = []
    /// Places whose values are not known yet.
    private let holes: Set<JSONPointer>
    private let root: FieldSchema
    private var path = JSONPointer()

    init(_ root: FieldSchema, holes: Set<JSONPointer> = []) {
        self.root = root
        self.holes = holes
    }

    mutating func check(_ object: JSON) {
        for member in object.object ?? JSONObject() where member.key != "status" {
            guard case .object(let type) = root.shape else { return }
            path.tokens.append(member.key)
            checkMember(member.value, member.key, of: type, root)
            path.tokens.removeLast()
        }
        if case .object(let type) = root.shape { require(type, in: object.object ?? JSONObject()) }
    }

    private mutating func check(_ value: JSON, _ schema: FieldSchema) {
        if value.isNull || !holes.isEmpty && holes.contains(path) { return }
        switch schema.shape {
        case .any: return
        case .list(let kind):
            guard let elements = value.array else { return wrongType(value, schema) }
            checkElements(elements, kind, schema)
        case .map:
            guard let members = value.object else { return wrongType(value, schema) }
            for member in members { within(member.key) { $0.check(member.value, schema.elementOrAny) } }
        case .object(let type):
            guard let members = value.object else { return wrongType(value, schema) }
            for member in members { within(member.key) { $0.checkMember(member.value, member.key, of: type, schema) } }
            require(type, in: members)
        default: if let message = ScalarCheck.fault(of: value, schema.shape) { report(.wrongType, message) }
        }
    }

    private mutating func within(_ token: String, _ body: (inout ShapeCheck) -> Void) {
        path.tokens.append(token)
        body(&self)
        path.tokens.removeLast()
    }

    private mutating func checkMember(_ value: JSON, _ name: String, of type: ObjectType, _ schema: FieldSchema) {
        guard let below = schema.member(name) else {
            let hint = FieldSuggestion(root).phrase(for: name, of: type, at: path.parent)
            return report(.unknownField, isAboutKey: true, "there is no such field\(hint)")
        }
        check(value, below)
        if let listed = type.field(name)?.values, !listed.isEmpty, let text = value.string { check(text, listed) }
    }

    private mutating func check(_ text: String, _ listed: [String]) {
        // The server takes an empty text for none.
        guard !text.isEmpty, !listed.contains(text) else { return }
        let hint = Suggestion.phrase(for: text, among: listed)
        let list = listed.map { "'\($0)'" }.joined(separator: ", ")
        choices.append(
            ManifestProblem(.wrongValue, at: path, "\(path.display): '\(text)': expected one of \(list)\(hint)"))
    }

    private mutating func require(_ type: ObjectType, in members: JSONObject) {
        for field in type.required where members[field]?.isNull ?? true {
            let place = path.appending(field)
            guard holes.isEmpty || !holes.contains(place) else { continue }
            problems.append(ManifestProblem(.missingField, at: place, "\(place.display): missing"))
        }
    }

    private mutating func checkElements(_ elements: [JSON], _ kind: FieldSchema.ListKind, _ list: FieldSchema) {
        let below = list.elementOrAny
        var seen: [PathElement: Int] = [:]
        for (index, element) in elements.enumerated() {
            path.tokens.append(String(index))
            if kind != .atomic { checkKey(element, index, kind, list, &seen) }
            check(element, below)
            path.tokens.removeLast()
        }
    }

    /// Elements that are merged one by one have to differ in their keys.
    private mutating func checkKey(
        _ element: JSON, _ index: Int, _ kind: FieldSchema.ListKind, _ list: FieldSchema,
        _ seen: inout [PathElement: Int]
    ) {
        if !holes.isEmpty, holes.contains(where: { path.contains($0) && $0.tokens.count <= path.tokens.count + 1 }) {
            return
        }
        do throws(SchemaProblem) {
            let key = try list.element(element, of: kind)
            guard let first = seen.updateValue(index, forKey: key) else { return }
            let place = path.parent.display
            report(
                .wrongValue,
                "the same \(Self.words(key)) as \(place)[\(first)]; the elements of the list have to differ in it")
        } catch {
            // Another type than that of elements is told by the check of the element itself.
            guard case .map(let keys) = kind, let members = element.object else { return }
            guard !keys.contains(where: { members[$0] != nil }), !required(keys, list.elementOrAny) else { return }
            report(.missingField, "needs '\(keys[0])', by which the elements of the list are told apart")
        }
    }

    /// Whether the absence of a key is told already.
    private func required(_ keys: [String], _ below: FieldSchema) -> Bool {
        guard case .object(let type) = below.shape else { return false }
        return keys.contains { type.required.contains($0) }
    }

    private static func words(_ key: PathElement) -> String {
        switch key {
        case .key(let members):
            members.map { "\($0.key) '\(GoFormat.plain($0.value))'" }.joined(separator: " and ")
        case .value(let value): "value '\(GoFormat.plain(value))'"
        case .field, .index: "key"
        }
    }

    private mutating func wrongType(_ value: JSON, _ schema: FieldSchema) {
        report(.wrongType, "expected \(ScalarCheck.words(schema.shape)), found \(ScalarCheck.found(value))")
    }

    private mutating func report(_ kind: ManifestProblem.Kind, isAboutKey: Bool = false, _ message: String) {
        problems.append(ManifestProblem(kind, at: path, isAboutKey: isAboutKey, "\(path.display): \(message)"))
    }
}
