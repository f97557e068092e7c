package import Formats

/// Reading and writing `fieldsV1`: `{"f:spec": {"f:ports": {"k:{\"port\":80}": {".": {}, "f:name": {}}}}}`.
extension FieldSet {
    /// What was wrong with a set that a client sent.
    package struct CodecError: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    package init(fieldsV1 json: JSON) throws(CodecError) {
        guard let members = json.object else { throw CodecError(description: "expected a map, got \(json.text)") }
        for member in members where member.key != "." {
            let element = try PathElement(fieldsV1: member.key)
            guard let below = member.value.object else {
                throw CodecError(description: "expected a map below \(member.key)")
            }
            let children = below.isEmpty ? FieldSet() : try FieldSet(fieldsV1: member.value)
            add(element, isMember: below.isEmpty || below["."] != nil, children: children)
        }
    }

    package var fieldsV1: JSON {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(nodes.count)
        for node in nodes {
            guard case .object(var below) = node.children.fieldsV1 else { continue }
            if node.isMember && !below.isEmpty { below["."] = [:] }
            members.append(.init(key: node.element.fieldsV1, value: .object(below)))
        }
        return .object(JSONObject(members))
    }
}

extension PathElement {
    /// `f:name`, `k:{"name":"a"}`, `v:"a"` or `i:0`.
    init(fieldsV1 text: String) throws(FieldSet.CodecError) {
        let content = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "f:": self = .field(content)
        case "k:":
            guard let key = (try? JSON.parse(content))?.object else { throw Self.malformed(text) }
            self = .key(key)
        case "v:":
            guard let value = try? JSON.parse(content) else { throw Self.malformed(text) }
            self = .value(value)
        case "i:":
            guard let index = Int(content) else { throw Self.malformed(text) }
            self = .index(index)
        default: throw Self.malformed(text)
        }
    }

    var fieldsV1: String {
        switch self {
        case .field(let name): "f:\(name)"
        case .key(let key): "k:\(JSON.object(key).text)"
        case .value(let value): "v:\(value.text)"
        case .index(let index): "i:\(index)"
        }
    }

    private static func malformed(_ text: String) -> FieldSet.CodecError {
        FieldSet.CodecError(description: "malformed path element \(text)")
    }
}
