package import Formats

/// Where a value comes from that is read into the type of its place.
package enum ValueOrigin: Sendable {
    /// An answer, or a manifest: a whole number may be spelt with a fraction.
    case server
    /// The text of a request, in which a whole number is spelt as one.
    case body
    /// Values that the server has read before it knew their type: of a number that is too large for its field, the lower half
    /// is taken.
    case conversion
}

extension FieldSchema {
    /// The value as the server keeps and answers it: quantities, times and base64 in their one spelling, empty optional
    /// fields left out, required ones filled in with nothing, undeclared ones dropped.
    ///
    /// While a request is worked on, an empty list or map is not yet the same as none: `keepsEmpty` leaves them in, and
    /// `stored` takes them out.
    /// - Throws: what is wrong with the first value, by the names of fields, that its place cannot hold.
    package func canonical(
        _ value: JSON, keepsEmpty: Bool = false, from origin: ValueOrigin = .server
    ) throws(DecodingProblem) -> JSON {
        try Canonicaliser(keepsEmpty: keepsEmpty, origin: origin).element(value, self)
    }

    /// The value with its amounts, times and base64 spelt as the server spells them, and nothing else touched. A manifest
    /// applied so meets no conflict over a field that somebody else owns and that only looks different.
    package func respelt(_ value: JSON) -> JSON {
        switch (shape, value) {
        case (.quantity, _):
            value.isNull ? value : (try? Quantity(value)).map { .string($0.canonicalText) } ?? value
        case (.time, .string), (.microTime, .string), (.bytes, .string):
            value.isNull ? value : (try? Canonicaliser.scalar(value, self)) ?? value
        case (.list, .array(let elements)): .array(elements.map(elementOrAny.respelt))
        case (.map, .object(let members)), (.object, .object(let members)):
            .object(
                JSONObject(members.map { .init(key: $0.key, value: member($0.key)?.respelt($0.value) ?? $0.value) }))
        default: value
        }
    }

    /// The canonical value as it comes back from the store, which does not tell an empty list or map from none; `keepsRequired`
    /// leaves those in that are always written, as they are while the owners of fields are made out.
    package func stored(_ value: JSON, keepsRequired: Bool = false) -> JSON {
        switch (shape, value) {
        case (.list, .array(let elements)):
            return .array(elements.map { elementOrAny.stored($0, keepsRequired: keepsRequired) })
        case (.map, .object(let members)):
            if let below = element, below.isScalar { return value }
            return .object(
                JSONObject(
                    members.map {
                        .init(key: $0.key, value: elementOrAny.stored($0.value, keepsRequired: keepsRequired))
                    }))
        case (.object(let type), .object(let members)):
            var out: [JSONObject.Member] = []
            out.reserveCapacity(members.count)
            for member in members {
                guard let field = type.field(member.key) else {
                    out.append(member)
                    continue
                }
                let below = schema(of: field)
                if below.isEmptyCollection(member.value) {
                    guard field.flags.contains(.isAlwaysWritten) else { continue }
                    out.append(.init(key: member.key, value: keepsRequired ? member.value : .null))
                } else {
                    out.append(
                        .init(key: member.key, value: below.stored(member.value, keepsRequired: keepsRequired)))
                }
            }
            return .object(JSONObject(out))
        default: return value
        }
    }

    fileprivate func isEmptyCollection(_ value: JSON) -> Bool {
        switch (shape, value) {
        case (.list, .array(let elements)): elements.isEmpty
        case (.map, .object(let members)): members.isEmpty
        default: false
        }
    }

    private var isScalar: Bool {
        switch shape {
        case .list, .map, .object, .any: false
        default: true
        }
    }
}

/// Reads values into the types of their places and writes them again.
private struct Canonicaliser {
    let keepsEmpty: Bool
    let origin: ValueOrigin

    /// An element of a list or map: always written.
    func element(_ value: JSON, _ schema: FieldSchema) throws(DecodingProblem) -> JSON {
        switch schema.shape {
        case .any: return value
        case .list, .map, .object: return try collection(value, schema) ?? .null
        default: return value.isNull ? Self.zero(schema) : try Self.scalar(try wrapped(value, schema), schema)
        }
    }

    /// Nil for null.
    private func collection(_ value: JSON, _ schema: FieldSchema) throws(DecodingProblem) -> JSON? {
        switch schema.shape {
        case .list: return try list(value, schema)
        case .map: return try map(value, schema)
        case .object(let type): return try object(value, type, schema)
        default: return value
        }
    }

    /// What an absent scalar is read as where something has to be there.
    private static func zero(_ schema: FieldSchema) -> JSON {
        switch schema.shape {
        case .integer, .number, .intOrString: 0
        case .boolean: false
        case .quantity: "0"
        case .time, .microTime: .null
        default: ""
        }
    }

    /// The number as its origin makes it fit.
    private func wrapped(_ value: JSON, _ schema: FieldSchema) throws(DecodingProblem) -> JSON {
        switch (schema.shape, value, origin) {
        case (.integer(bits: 32), .int(let number), .conversion): return .int(Int64(Int32(truncatingIfNeeded: number)))
        case (.integer(let bits), .double(let number), .conversion) where number == number.rounded():
            let least = bits == 32 ? Int64(Int32.min) : Int64.min
            let whole = Int64(exactly: number) ?? least
            return .int(bits == 32 && Int32(exactly: whole) == nil ? least : whole)
        case (.integer, .double, .body), (.intOrString, .double, .body): throw DecodingProblem(value, for: schema)
        default: return value
        }
    }

    static func scalar(_ value: JSON, _ schema: FieldSchema) throws(DecodingProblem) -> JSON {
        switch (schema.shape, value) {
        case (.string, .string), (.number, .int), (.number, .double), (.boolean, .bool),
            (.intOrString, .int), (.intOrString, .string):
            return value
        case (.integer(let bits), .int(let number)) where bits == 64 || Int32(exactly: number) != nil: return value
        case (.integer, .double(let number)), (.intOrString, .double(let number)):
            guard let whole = Int64(exactly: number) else { throw DecodingProblem(value, for: schema) }
            return try scalar(.int(whole), schema)
        case (.quantity, _):
            do throws(Quantity.Problem) { return .string(try Quantity(value).text) } catch {
                throw DecodingProblem(error.message)
            }
        case (.bytes, .string(let text)):
            do throws(Base64.Problem) { return .string(Base64.encode(try Base64.decode(text))) } catch {
                throw DecodingProblem("illegal base64 data at input byte \(error.offset)")
            }
        case (.time, .string(let text)):
            guard let time = Timestamp(text) else { throw DecodingProblem(TimeLayout.seconds.problem(in: text)) }
            return .string(time.text)
        case (.microTime, .string(let text)):
            // Six digits, no less and no more.
            let digits = text.utf8.dropFirst(20).prefix { (48...57).contains($0) }
            guard let time = Timestamp(text), text.utf8.dropFirst(19).first == UInt8(ascii: "."), digits.count == 6
            else {
                throw DecodingProblem(TimeLayout.microseconds.problem(in: text))
            }
            return .string(time.textWithMicroseconds)
        default: throw DecodingProblem(value, for: schema)
        }
    }

    private func list(_ value: JSON, _ schema: FieldSchema) throws(DecodingProblem) -> JSON? {
        if value.isNull { return nil }
        guard let elements = value.array else { throw DecodingProblem(value, for: schema) }
        let below = schema.elementOrAny
        var out: [JSON] = []
        out.reserveCapacity(elements.count)
        for element in elements { out.append(try self.element(element, below)) }
        return .array(out)
    }

    private func map(_ value: JSON, _ schema: FieldSchema) throws(DecodingProblem) -> JSON? {
        if value.isNull { return nil }
        guard let members = value.object else { throw DecodingProblem(value, for: schema) }
        let below = schema.elementOrAny
        var out: [JSONObject.Member] = []
        out.reserveCapacity(members.count)
        for member in members { out.append(.init(key: member.key, value: try element(member.value, below))) }
        return .object(JSONObject(out))
    }

    private func object(_ value: JSON, _ type: ObjectType, _ schema: FieldSchema) throws(DecodingProblem) -> JSON? {
        let members: JSONObject
        switch value {
        case .object(let given): members = given
        case .null: members = JSONObject()
        default: throw DecodingProblem(value, for: schema)
        }
        var out: [JSONObject.Member] = []
        out.reserveCapacity(members.count + 2)
        for field in type.fields {
            do throws(DecodingProblem) {
                if let written = try written(members[field.name], field, schema.schema(of: field)) {
                    out.append(.init(key: field.name, value: written))
                }
            } catch {
                throw error.within(field.name, of: type)
            }
        }
        if type.undeclaredIndex != nil { out += members.filter { type.field($0.key) == nil } }
        return .object(JSONObject(out))
    }

    /// The field's value as it is written, or nil where it is left out.
    private func written(
        _ value: JSON?, _ field: ObjectType.Field, _ schema: FieldSchema
    ) throws(DecodingProblem) -> JSON? {
        let flags = field.flags
        guard let value, !value.isNull else { return try absent(field, schema) }
        switch schema.shape {
        case .any: return value
        case .object: return try collection(value, schema)
        case .list, .map:
            let written = try collection(value, schema)
            let isKept = keepsEmpty || flags.contains(.isAlwaysWritten)
            return !isKept && written.map(schema.isEmptyCollection) ?? false ? nil : written
        default:
            let written = try Self.scalar(try wrapped(value, schema), schema)
            if flags.contains(.isAlwaysWritten) || flags.contains(.keepsZero) { return written }
            switch (schema.shape, written) {
            case (.string, ""), (.integer, 0), (.number, 0), (.boolean, false), (.bytes, ""): return nil
            default: return written
            }
        }
    }

    /// What is written for a field that is not there.
    private func absent(_ field: ObjectType.Field, _ schema: FieldSchema) throws(DecodingProblem) -> JSON? {
        if field.flags.contains(.isInPlace) { return try element([:], schema) }
        guard field.flags.contains(.isAlwaysWritten) else { return nil }
        switch schema.shape {
        case .quantity: return "0"
        case .intOrString: return 0
        default: return field.zeroDefault ?? .null
        }
    }
}
