// The values of keywords.
extension SchemaCompiler {
    func types(_ value: JSON, _ place: SchemaLocation) throws(JSONSchema.CompileError) -> SchemaTypes {
        var result: SchemaTypes = []
        for name in value.array ?? [value] {
            guard let known = SchemaTypes.named.first(where: { JSON.string($0.name) == name }) else {
                throw error(place, "unknown type \(name.text)")
            }
            result.insert(known.type)
        }
        return result
    }

    mutating func list(_ value: JSON, _ place: SchemaLocation) throws(JSONSchema.CompileError) -> [Int] {
        var result: [Int] = []
        for index in try array(value, place).indices { result.append(try compile(place.appending(String(index)))) }
        return result
    }

    func array(_ value: JSON, _ place: SchemaLocation) throws(JSONSchema.CompileError) -> [JSON] {
        guard let array = value.array else { throw error(place, "expected a list") }
        return array
    }

    func object(_ value: JSON, _ place: SchemaLocation) throws(JSONSchema.CompileError) -> JSONObject {
        guard let object = value.object else { throw error(place, "expected an object") }
        return object
    }

    func count(_ value: JSON, _ place: SchemaLocation) throws(JSONSchema.CompileError) -> Int {
        guard let count = value.int, count >= 0 else { throw error(place, "expected a count") }
        return Int(count)
    }

    /// An empty range cannot be written, so a lower bound above the upper one is refused; no value would fit.
    func lower(
        _ range: ClosedRange<Int>, _ value: JSON, _ place: SchemaLocation
    ) throws(JSONSchema.CompileError) -> ClosedRange<Int> {
        let low = try count(value, place)
        guard low <= range.upperBound else { throw error(place, "the lower bound is above the upper one") }
        return low...range.upperBound
    }

    func upper(
        _ range: ClosedRange<Int>, _ value: JSON, _ place: SchemaLocation
    ) throws(JSONSchema.CompileError) -> ClosedRange<Int> {
        let high = try count(value, place)
        guard high >= range.lowerBound else { throw error(place, "the lower bound is above the upper one") }
        return range.lowerBound...high
    }

    func pattern(_ text: String, _ place: SchemaLocation) throws(JSONSchema.CompileError) -> Pattern {
        do { return try Pattern(text) } catch { throw self.error(place, error.description) }
    }

    func error(_ place: SchemaLocation, _ reason: String) -> JSONSchema.CompileError {
        let document =
            place.document == 0
            ? "" : documents.base(of: SchemaLocation(document: place.document, pointer: JSONPointer()))
        return JSONSchema.CompileError(pointer: "\(document)#\(place.pointer)", reason: reason)
    }
}

extension JSON {
    /// The value of a number of either kind.
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
