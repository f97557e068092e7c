package import Formats

/// What the server makes of a custom resource before it looks whether it is valid.
extension CustomSchema {
    /// The object without members that the schema does not know, with its defaults.
    package func completed(_ object: JSON) -> JSON { filled(withoutNulls(pruned(object, isWhole: true))) }

    /// The places of members that the schema does not know: `spec.storage.sise`.
    package func unknownFields(in object: JSON) -> [String] {
        var found: [String] = []
        collectUnknown(object, "", isWhole: true, &found)
        return found
    }

    /// Members that every whole object has.
    private static let head: Set<String> = ["apiVersion", "kind", "metadata"]

    private func keeps(_ name: String, isWhole: Bool) -> Bool {
        isWhole && Self.head.contains(name) || preservesUnknown || allowsAdditional
    }

    private func pruned(_ value: JSON, isWhole: Bool) -> JSON {
        switch value {
        case .object(let members):
            var kept: [JSONObject.Member] = []
            for member in members {
                if isWhole, Self.head.contains(member.key) {
                    kept.append(member)
                } else if let schema = self.member(member.key) {
                    kept.append(
                        .init(key: member.key, value: schema.pruned(member.value, isWhole: schema.isEmbedded)))
                } else if keeps(member.key, isWhole: isWhole) {
                    kept.append(member)
                }
            }
            return .object(JSONObject(kept))
        case .array(let elements):
            guard let items else { return value }
            return .array(elements.map { items.pruned($0, isWhole: items.isEmbedded) })
        default: return value
        }
    }

    private func collectUnknown(_ value: JSON, _ path: String, isWhole: Bool, _ found: inout [String]) {
        switch value {
        case .object(let members):
            for member in members where !(isWhole && Self.head.contains(member.key)) {
                let place = path.isEmpty ? member.key : "\(path).\(member.key)"
                if let schema = self.member(member.key) {
                    schema.collectUnknown(member.value, place, isWhole: schema.isEmbedded, &found)
                } else if !keeps(member.key, isWhole: isWhole) {
                    found.append(place)
                }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                items?.collectUnknown(element, "\(path)[\(index)]", isWhole: items?.isEmbedded ?? false, &found)
            }
        default: break
        }
    }

    /// Without members that are null, may not be, and have no default.
    private func withoutNulls(_ value: JSON) -> JSON {
        switch value {
        case .object(let members):
            var kept: [JSONObject.Member] = []
            for member in members {
                guard let schema = self.member(member.key) else {
                    kept.append(member)
                    continue
                }
                if member.value.isNull, !schema.isNullable, schema.defaultValue == nil { continue }
                kept.append(.init(key: member.key, value: schema.withoutNulls(member.value)))
            }
            return .object(JSONObject(kept))
        case .array(let elements): return .array(items.map { elements.map($0.withoutNulls) } ?? elements)
        default: return value
        }
    }

    private func filled(_ value: JSON) -> JSON {
        switch value {
        case .object(var members):
            for (name, schema) in properties {
                if let fallback = schema.fallback(for: members[name]) { members[name] = fallback }
            }
            return .object(
                JSONObject(
                    members.map { member in
                        guard let schema = self.member(member.key) else { return member }
                        let value = member.value.isNull ? schema.fallback(for: .null) : nil
                        return .init(key: member.key, value: schema.filled(value ?? member.value))
                    }))
        case .array(let elements):
            guard let items else { return value }
            return .array(elements.map { items.filled(items.fallback(for: $0) ?? $0) })
        default: return value
        }
    }

    /// What stands in for the value: the default of one that is absent, or null and may not be.
    private func fallback(for value: JSON?) -> JSON? {
        switch value {
        case nil: defaultValue
        case .null? where !isNullable: defaultValue
        default: nil
        }
    }
}
