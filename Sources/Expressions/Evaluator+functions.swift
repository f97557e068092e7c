extension Evaluator {
    mutating func call(_ function: Function, _ arguments: [Value], at offset: Int) throws(ExpressionError) -> Value {
        guard let first = arguments.first, function.arity.contains(arguments.count) else {
            throw noOverload(function.rawValue, at: offset)
        }
        try budget.spend(first.weight / 64, at: offset)
        switch function {
        case .size: return try size(first, at: offset)
        case .dyn: return first
        case .int: return try toInt(first, at: offset)
        case .uint: return try toUInt(first, at: offset)
        case .double: return try toDouble(first, at: offset)
        case .bool: return try toBool(first, at: offset)
        case .string: return try toText(first, at: offset)
        case .bytes: return try toBytes(first, at: offset)
        default: break
        }
        return try callOnText(function, arguments, at: offset)
    }

    private func size(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .string(let text): return .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let elements): return .int(Int64(elements.count))
        case .map(let map): return .int(Int64(map.entries.count))
        default: throw noOverload("size", at: offset)
        }
    }
}
