package import Formats

extension FieldSchema {
    /// The value without the fields and elements of the set. What becomes empty by it becomes null, or stays as an empty object or
    /// list where it is not itself in the set and `keepsEmpty` is asked for.
    package func removing(_ paths: FieldSet, from value: JSON, keepsEmpty: Bool = false) -> JSON {
        switch atom(of: value) {
        case .scalar: value
        case .list(.atomic), .map(isAtomic: true): .null
        case .list(let kind): removeElements(paths, from: value.array ?? [], kind, keepsEmpty)
        case .map: removeMembers(paths, from: value.object ?? JSONObject(), keepsEmpty)
        }
    }

    private func removeElements(_ paths: FieldSet, from elements: [JSON], _ kind: ListKind, _ keepsEmpty: Bool) -> JSON
    {
        var out: [JSON] = []
        for element in elements {
            let node = (try? self.element(element, of: kind)).flatMap(paths.node)
            guard let node else {
                out.append(element)
                continue
            }
            if node.isMember { continue }
            out.append(elementOrAny.rest(node.children, of: element, keepsEmpty))
        }
        return out.isEmpty ? .null : .array(out)
    }

    private func removeMembers(_ paths: FieldSet, from members: JSONObject, _ keepsEmpty: Bool) -> JSON {
        var out: [JSONObject.Member] = []
        out.reserveCapacity(members.count)
        for member in members {
            guard let node = paths.node(.field(member.key)) else {
                out.append(member)
                continue
            }
            if node.isMember { continue }
            let rest = self.member(member.key)?.rest(node.children, of: member.value, keepsEmpty) ?? member.value
            out.append(.init(key: member.key, value: rest))
        }
        return out.isEmpty ? .null : .object(JSONObject(out))
    }

    /// What is left of a value when something in it goes.
    private func rest(_ paths: FieldSet, of value: JSON, _ keepsEmpty: Bool) -> JSON {
        let rest = removing(paths, from: value, keepsEmpty: keepsEmpty)
        guard keepsEmpty, rest.isNull else { return rest }
        return value.object != nil ? [:] : value.array != nil ? [] : rest
    }
}
