package import Formats

extension FieldSchema {
    /// The value without the fields and elements of the set. What becomes empty by it becomes null.
    package func removing(_ paths: FieldSet, from value: JSON) -> JSON {
        switch atom(of: value) {
        case .scalar: value
        case .list(.atomic), .map(isAtomic: true): .null
        case .list(let kind): removeElements(paths, from: value.array ?? [], kind)
        case .map: removeMembers(paths, from: value.object ?? JSONObject())
        }
    }

    private func removeElements(_ paths: FieldSet, from elements: [JSON], _ kind: ListKind) -> JSON {
        var out: [JSON] = []
        for element in elements {
            let node = (try? self.element(element, of: kind)).flatMap(paths.node)
            guard let node else {
                out.append(element)
                continue
            }
            if node.isMember { continue }
            out.append(elementOrAny.removing(node.children, from: element))
        }
        return out.isEmpty ? .null : .array(out)
    }

    private func removeMembers(_ paths: FieldSet, from members: JSONObject) -> JSON {
        var out: [JSONObject.Member] = []
        out.reserveCapacity(members.count)
        for member in members {
            guard let node = paths.node(.field(member.key)) else {
                out.append(member)
                continue
            }
            if node.isMember { continue }
            let rest = self.member(member.key)?.removing(node.children, from: member.value) ?? member.value
            out.append(.init(key: member.key, value: rest))
        }
        return out.isEmpty ? .null : .object(JSONObject(out))
    }
}
