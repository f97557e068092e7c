import Formats

/// The schema of a custom kind, as types of fields.
struct StructuralSchema {
    private let document: JSON

    init(_ document: JSON) { self.document = document }

    func objectSchema(_ gvk: GroupVersionKind) -> ObjectSchema? {
        var types = Types(builder: APIModel.shared.builder)
        let root = types.defineRoot(document, "\(gvk.group).\(gvk.version).\(gvk.kind)")
        return types.builder.library().schema(named: root).map { ObjectSchema(gvk: gvk, root: $0) }
    }

    /// Writes type expressions, as `scripts/kubernetes_model.py` does for the kinds that the server has by itself.
    private struct Types {
        var builder: SchemaBuilder

        mutating func defineRoot(_ schema: JSON, _ name: String) -> String {
            var fields = self.fields(schema, name).filter {
                !["apiVersion", "kind", "metadata"].contains($0.name)
            }
            for (field, expression) in [("apiVersion", "s"), ("kind", "s"), ("metadata", "@meta.v1.ObjectMeta")] {
                fields.append(self.field(field, expression, flags: field == "metadata" ? .isAlwaysWritten : []))
            }
            builder.define(
                ObjectType(
                    name: name, isAtomic: false, fields: fields.sorted { $0.name < $1.name },
                    undeclaredIndex: keepsUnknown(schema) ? builder.index(of: "*") : nil))
            return name
        }

        private func keepsUnknown(_ schema: JSON) -> Bool { schema["x-kubernetes-preserve-unknown-fields"] == true }

        private mutating func fields(_ schema: JSON, _ owner: String) -> [ObjectType.Field] {
            let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
            return (schema["properties"]?.object ?? JSONObject()).map { member in
                let inner = expression(member.value, "\(owner).\(member.key)")
                // What has a default is there in the end.
                let isRequired = required.contains(member.key) && member.value["default"] == nil
                return field(
                    member.key, inner, flags: isRequired ? .isRequired : [], default: member.value["default"])
            }
        }

        private mutating func field(
            _ name: String, _ expression: String, flags: ObjectType.Flags, default value: JSON? = nil
        ) -> ObjectType.Field {
            ObjectType.Field(
                name: name, flags: flags, typeIndex: builder.index(of: expression[...]), zeroDefault: nil,
                defaultValue: value, values: [], patchKey: nil)
        }

        private mutating func expression(_ schema: JSON, _ place: String) -> String {
            if schema["x-kubernetes-int-or-string"] == true { return "x" }
            if schema["x-kubernetes-embedded-resource"] == true { return "*" }
            switch schema["type"]?.string {
            case "string": return "s"
            case "integer": return schema["format"] == "int32" ? "i" : "l"
            case "number": return "n"
            case "boolean": return "b"
            case "array": return list(schema, place)
            case "object": return object(schema, place)
            default: return "*"
            }
        }

        private mutating func list(_ schema: JSON, _ place: String) -> String {
            let element = expression(schema["items"] ?? [:], "\(place).items")
            let keys = (schema["x-kubernetes-list-map-keys"]?.array ?? []).compactMap(\.string)
            switch schema["x-kubernetes-list-type"]?.string {
            case "map" where !keys.isEmpty: return "[m(\(keys.joined(separator: ",")))\(element)"
            case "set": return "[s\(element)"
            default: return "[a\(element)"
            }
        }

        private mutating func object(_ schema: JSON, _ place: String) -> String {
            let isAtomic = schema["x-kubernetes-map-type"] == "atomic"
            if schema["properties"]?.object == nil {
                if let values = schema["additionalProperties"], values.object != nil {
                    return "{\(isAtomic ? "a" : "")\(expression(values, "\(place).values"))"
                }
                if keepsUnknown(schema) || schema["additionalProperties"] == true { return "*" }
            }
            builder.define(
                ObjectType(
                    name: place, isAtomic: isAtomic, fields: fields(schema, place),
                    undeclaredIndex: keepsUnknown(schema) ? builder.index(of: "*") : nil))
            return "@\(place)"
        }
    }
}

/// What a custom kind's schema says about values, as a JSON Schema of the draft that is read here.
enum ValueSchema {
    /// Nil where the schema holds something that cannot be read: then values are left to the server.
    static func compile(_ document: JSON) -> JSONSchema? { try? JSONSchema(converted(document)) }

    private static let kept: Set<String> = [
        "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "multipleOf",
        "enum",
    ]

    private static func converted(_ schema: JSON) -> JSON {
        guard let members = schema.object else { return schema }
        var out = JSONObject()
        for member in members {
            switch member.key {
            case "properties":
                out["properties"] = .object(
                    JSONObject(
                        (member.value.object ?? JSONObject()).map { .init(key: $0.key, value: converted($0.value)) }))
            case "items", "not", "additionalProperties": out[member.key] = converted(member.value)
            case "allOf", "anyOf", "oneOf": out[member.key] = .array((member.value.array ?? []).map(converted))
            case "minimum", "maximum":
                let isExclusive = members["exclusive\(member.key == "minimum" ? "Minimum" : "Maximum")"] == true
                out[isExclusive ? "exclusive\(member.key == "minimum" ? "Minimum" : "Maximum")" : member.key] =
                    member.value
            case "pattern":
                // An expression that is not understood here checks nothing.
                if let text = member.value.string, (try? Pattern(text)) != nil { out["pattern"] = member.value }
            case "required" where schema["type"] == nil: out["required"] = member.value
            case _ where kept.contains(member.key): out[member.key] = member.value
            default: break
            }
        }
        if schema["nullable"] == true, let options = out["enum"]?.array { out["enum"] = .array(options + [.null]) }
        return .object(out)
    }
}
