extension Evaluator {
    func toInt(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .int: return value
        case .uint(let number):
            guard let whole = Int64(exactly: number) else { throw outOfRange("int", at: offset) }
            return .int(whole)
        case .double(let number):
            // The bounds themselves are refused: as doubles they stand for several integers.
            guard number > -0x1p63, number < 0x1p63 else { throw outOfRange("int", at: offset) }
            return .int(Int64(number))
        case .string(let text):
            guard isDecimal(text, allowsFraction: false), let whole = Int64(text) else {
                throw notConvertible(text, "int", at: offset)
            }
            return .int(whole)
        default: throw noOverload("int", at: offset)
        }
    }

    func toUInt(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .uint: return value
        case .int(let number):
            guard let whole = UInt64(exactly: number) else { throw outOfRange("uint", at: offset) }
            return .uint(whole)
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw outOfRange("uint", at: offset) }
            return .uint(UInt64(number))
        case .string(let text):
            guard isDecimal(text, allowsFraction: false), let whole = UInt64(text) else {
                throw notConvertible(text, "uint", at: offset)
            }
            return .uint(whole)
        default: throw noOverload("uint", at: offset)
        }
    }

    func toDouble(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            guard isDecimal(text, allowsFraction: true), let number = Double(text), number.isFinite else {
                throw notConvertible(text, "double", at: offset)
            }
            return .double(number)
        default: throw noOverload("double", at: offset)
        }
    }

    func toBool(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .bool: return value
        case .string(let text):
            switch text {
            case "1", "t", "true", "TRUE", "True": return .bool(true)
            case "0", "f", "false", "FALSE", "False": return .bool(false)
            default: throw notConvertible(text, "bool", at: offset)
            }
        default: throw noOverload("bool", at: offset)
        }
    }

    mutating func toText(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        if case .string = value { return value }
        guard let text = value.text else {
            if case .bytes = value { throw ExpressionError(.evaluation, at: offset, "the bytes are not UTF-8") }
            throw noOverload("string", at: offset)
        }
        try budget.make(text.utf8.count, at: offset)
        return .string(text)
    }

    mutating func toBytes(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .bytes: return value
        case .string(let text):
            try budget.make(text.utf8.count, at: offset)
            return .bytes(Array(text.utf8))
        default: throw noOverload("bytes", at: offset)
        }
    }

    private func outOfRange(_ type: String, at offset: Int) -> ExpressionError {
        ExpressionError(.evaluation, at: offset, "the number does not fit \(type)")
    }

    private func notConvertible(_ text: String, _ type: String, at offset: Int) -> ExpressionError {
        ExpressionError(.evaluation, at: offset, "'\(text.prefix(64))' is no \(type)")
    }

    /// Swift's own parsers also take a plus sign, hexadecimal and names such as `nan`.
    private func isDecimal(_ text: String, allowsFraction: Bool) -> Bool {
        guard let last = text.utf8.last, last.isDigit || (allowsFraction && last == UInt8(ascii: ".")) else {
            return false
        }
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = digits.first, first.isDigit else { return false }
        return digits.allSatisfy { $0.isDigit || (allowsFraction && ".eE+-".utf8.contains($0)) }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}

extension Value {
    /// The value as `string()` writes it; nil for lists, maps, null and bytes that are not UTF-8.
    package var text: String? {
        switch self {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number):
            // A whole number is written without a fraction, as the other implementations of CEL do.
            number.isFinite && number == number.rounded() && number.magnitude < 0x1p53
                ? String(Int64(number)) : number.description
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .null, .list, .map: nil
        }
    }
}
