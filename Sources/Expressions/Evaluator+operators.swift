extension Evaluator {
    mutating func apply(
        _ operation: Operator, _ left: Value, _ right: Value, at offset: Int
    ) throws(ExpressionError) -> Value {
        switch operation {
        case .equal, .notEqual:
            try budget.spend(left.weight / 64, at: offset)
            return .bool(left.isEqual(to: right) == (operation == .equal))
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return try compare(operation, left, right, at: offset)
        case .isIn: return try contains(right, left, at: offset)
        case .add, .subtract, .multiply, .divide, .remainder: return try calculate(operation, left, right, at: offset)
        }
    }

    func negated(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .int(let number):
            guard number != .min else { throw overflow(at: offset) }
            return .int(-number)
        case .double(let number): return .double(-number)
        default: throw noOverload("-", at: offset)
        }
    }

    private mutating func compare(
        _ operation: Operator, _ left: Value, _ right: Value, at offset: Int
    ) throws(ExpressionError) -> Value {
        try budget.spend(left.weight / 64, at: offset)
        let isNaN = [left, right].contains { if case .double(let number) = $0 { number.isNaN } else { false } }
        switch left.order(right) {
        case .before: return .bool(operation == .less || operation == .lessOrEqual)
        case .after: return .bool(operation == .greater || operation == .greaterOrEqual)
        case .same: return .bool(operation == .lessOrEqual || operation == .greaterOrEqual)
        case .none:
            guard isNaN else { throw noOverload(operation.rawValue, at: offset) }
            return .bool(false)
        }
    }

    private mutating func contains(_ container: Value, _ wanted: Value, at offset: Int) throws(ExpressionError) -> Value
    {
        switch container {
        case .list(let elements):
            for element in elements {
                try budget.spend(1 + wanted.weight / 64, at: offset)
                if element.isEqual(to: wanted) { return .bool(true) }
            }
            return .bool(false)
        case .map(let map): return .bool(map[wanted] != nil)
        default: throw noOverload("in", at: offset)
        }
    }

    private mutating func calculate(
        _ operation: Operator, _ left: Value, _ right: Value, at offset: Int
    ) throws(ExpressionError) -> Value {
        switch (left, right) {
        case (.int(let one), .int(let two)): return .int(try whole(operation, one, two, at: offset))
        case (.uint(let one), .uint(let two)): return .uint(try whole(operation, one, two, at: offset))
        case (.double(let one), .double(let two)):
            switch operation {
            case .add: return .double(one + two)
            case .subtract: return .double(one - two)
            case .multiply: return .double(one * two)
            case .divide: return .double(one / two)
            default: throw noOverload(operation.rawValue, at: offset)
            }
        case (.string(let one), .string(let two)) where operation == .add:
            try budget.make(one.utf8.count + two.utf8.count, at: offset)
            return .string(one + two)
        case (.bytes(let one), .bytes(let two)) where operation == .add:
            try budget.make(one.count + two.count, at: offset)
            return .bytes(one + two)
        case (.list(let one), .list(let two)) where operation == .add:
            try budget.make(left.weight + right.weight, at: offset)
            return .list(one + two)
        default: throw noOverload(operation.rawValue, at: offset)
        }
    }

    private func whole<Number: FixedWidthInteger>(
        _ operation: Operator, _ left: Number, _ right: Number, at offset: Int
    ) throws(ExpressionError) -> Number {
        let outcome: (partialValue: Number, overflow: Bool)
        switch operation {
        case .add: outcome = left.addingReportingOverflow(right)
        case .subtract: outcome = left.subtractingReportingOverflow(right)
        case .multiply: outcome = left.multipliedReportingOverflow(by: right)
        case .divide, .remainder:
            guard right != 0 else {
                let what = operation == .divide ? "division" : "remainder of a division"
                throw ExpressionError(.evaluation, at: offset, "\(what) by zero")
            }
            outcome =
                operation == .divide
                ? left.dividedReportingOverflow(by: right) : left.remainderReportingOverflow(dividingBy: right)
        default: throw noOverload(operation.rawValue, at: offset)
        }
        guard !outcome.overflow else { throw overflow(at: offset) }
        return outcome.partialValue
    }

    private func overflow(at offset: Int) -> ExpressionError {
        ExpressionError(.evaluation, at: offset, "the result does not fit 64 bits")
    }
}

extension Value {
    /// About how many bytes a look at the whole value touches.
    var weight: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .list(let elements): elements.reduce(16) { $0 + 16 + $1.weight }
        case .map(let map): map.entries.reduce(16) { $0 + 32 + $1.key.weight + $1.value.weight }
        default: 8
        }
    }
}
