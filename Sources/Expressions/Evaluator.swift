/// Gives the value of a term.
struct Evaluator {
    let bindings: Bindings
    var budget: Budget
    /// The names of the enclosing macros, innermost last.
    private var locals: [(name: String, value: Value)] = []

    init(_ bindings: Bindings, _ budget: Budget) {
        self.bindings = bindings
        self.budget = budget
    }

    mutating func value(of term: Term) throws(ExpressionError) -> Value {
        if let known = known(term) { return known }
        try budget.spend(at: term.offset)
        switch term.kind {
        case .literal(let value): return value
        case .name(let name, let isRoot): return try lookUp(name, isRoot: isRoot, at: term.offset)
        case .select(let operand, let field): return try select(field, of: try value(of: operand), at: term.offset)
        case .has(let operand, let field):
            guard case .map(let map) = try value(of: operand) else { throw noOverload("has()", at: term.offset) }
            return .bool(map[field] != nil)
        case .index(let operand, let index):
            return try element(try value(of: index), of: try value(of: operand), at: term.offset)
        case .list(let elements): return try makeList(elements, at: term.offset)
        case .map(let entries): return try makeMap(entries, at: term.offset)
        case .not(let operand):
            guard case .bool(let flag) = try value(of: operand) else { throw noOverload("!", at: term.offset) }
            return .bool(!flag)
        case .negate(let operand): return try negated(try value(of: operand), at: term.offset)
        case .binary(let operation, let left, let right):
            return try apply(operation, try value(of: left), try value(of: right), at: term.offset)
        case .all(let operands): return try decide(operands, by: false, at: term.offset)
        case .any(let operands): return try decide(operands, by: true, at: term.offset)
        case .conditional(let condition, let yes, let no):
            guard case .bool(let flag) = try value(of: condition) else { throw noOverload("?:", at: term.offset) }
            return try value(of: flag ? yes : no)
        case .matches(let operand, let pattern):
            guard case .string(let text) = try value(of: operand) else { throw noOverload("matches", at: term.offset) }
            try budget.spend(pattern.cost(of: text), at: term.offset)
            return .bool(pattern.matches(text))
        case .call(let function, let arguments):
            var values: [Value] = []
            values.reserveCapacity(arguments.count)
            for argument in arguments { values.append(try value(of: argument)) }
            return try call(function, values, at: term.offset)
        case .unknownCall(let name, _, _):
            throw ExpressionError(.evaluation, at: term.offset, "unknown function '\(name)'")
        case .comprehension(let comprehension): return try comprehend(comprehension, at: term.offset)
        }
    }

    /// What lies behind a path, where that can be had without all that lies beside it, at the price of its terms.
    private mutating func known(_ term: Term) -> Value? {
        guard let path = term.path, path.count > 1, locals.isEmpty, budget.steps >= path.count,
            let value = bindings.value(at: path)
        else { return nil }
        budget.spend(sure: path.count)
        return value
    }

    func noOverload(_ name: String, at offset: Int) -> ExpressionError {
        ExpressionError(.evaluation, at: offset, "'\(name)' does not take operands of these types")
    }

    private func lookUp(_ name: String, isRoot: Bool, at offset: Int) throws(ExpressionError) -> Value {
        if !isRoot, let local = locals.last(where: { $0.name == name }) { return local.value }
        guard let value = bindings[name] else {
            throw ExpressionError(.evaluation, at: offset, "unknown name '\(name)'")
        }
        return value
    }

    private func select(_ field: String, of value: Value, at offset: Int) throws(ExpressionError) -> Value {
        guard case .map(let map) = value else {
            throw ExpressionError(.evaluation, at: offset, "no field '\(field)' in a value of type \(value.kind)")
        }
        guard let found = map[field] else { throw ExpressionError(.evaluation, at: offset, "'\(field)' is not set") }
        return found
    }

    private func element(_ index: Value, of value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .map(let map):
            guard let found = map[index] else {
                let shown = if case .string(let key) = index { "'\(key)'" } else { "this key" }
                throw ExpressionError(.evaluation, at: offset, "the map has no \(shown)")
            }
            return found
        case .list(let elements):
            guard let position = wholeNumber(index) else {
                throw ExpressionError(.evaluation, at: offset, "the index of a list is a whole number")
            }
            guard elements.indices.contains(position) else {
                if elements.isEmpty {
                    throw ExpressionError(.evaluation, at: offset, "the list is empty, so [\(position)] does not exist")
                }
                let count = elements.count == 1 ? "1 element" : "\(elements.count) elements"
                throw ExpressionError(.evaluation, at: offset, "index \(position) of a list of \(count)")
            }
            return elements[position]
        default: throw ExpressionError(.evaluation, at: offset, "no index into a value of type \(value.kind)")
        }
    }

    private func wholeNumber(_ value: Value) -> Int? {
        switch value {
        case .int(let number): Int(number)
        case .uint(let number): Int(exactly: number)
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }

    /// The value, paid for with all that is in it: a list that holds another one twice is twice as large once it is
    /// written, and so no chain of macros can double what it holds without end.
    private mutating func held(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        try budget.make(16 + value.weight, at: offset)
        return value
    }

    private mutating func makeList(_ terms: [Term], at offset: Int) throws(ExpressionError) -> Value {
        var elements: [Value] = []
        elements.reserveCapacity(terms.count)
        for term in terms { elements.append(try held(try value(of: term), at: offset)) }
        return .list(elements)
    }

    private mutating func makeMap(_ terms: [(key: Term, value: Term)], at offset: Int) throws(ExpressionError) -> Value
    {
        var entries: [(key: Value, value: Value)] = []
        entries.reserveCapacity(terms.count)
        for term in terms {
            let key = try value(of: term.key)
            guard key.isKey else {
                throw ExpressionError(.evaluation, at: term.key.offset, "a value of type \(key.kind) cannot be a key")
            }
            entries.append((try held(key, at: offset), try held(try value(of: term.value), at: offset)))
        }
        guard let map = ValueMap(entries) else {
            throw ExpressionError(.evaluation, at: offset, "one key occurs twice in the map")
        }
        return .map(map)
    }

    /// `&&` and `||`: an operand that decides wins, wherever it stands, also over an error in another one.
    private mutating func decide(_ operands: [Term], by deciding: Bool, at offset: Int) throws(ExpressionError) -> Value
    {
        var failure: ExpressionError?
        for operand in operands {
            do throws(ExpressionError) {
                guard case .bool(let flag) = try value(of: operand) else {
                    throw noOverload(deciding ? "||" : "&&", at: offset)
                }
                if flag == deciding { return .bool(deciding) }
            } catch {
                guard error.stage != .limit else { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!deciding)
    }
}

// The macros.
extension Evaluator {
    private mutating func comprehend(_ macro: Term.Comprehension, at offset: Int) throws(ExpressionError) -> Value {
        let elements: [Value] =
            switch try value(of: macro.range) {
            case .list(let elements): elements
            case .map(let map): map.entries.map(\.key)
            default: throw noOverload(macro.macro.rawValue, at: offset)
            }
        let depth = locals.count
        locals.append((macro.variable, .null))
        defer { locals.removeSubrange(depth...) }
        switch macro.macro {
        case .all: return try quantify(elements, macro, by: false)
        case .exists: return try quantify(elements, macro, by: true)
        case .existsOne:
            var count = 0
            for element in elements where try holds(macro.condition, for: element, at: depth) { count += 1 }
            return .bool(count == 1)
        case .map, .filter:
            var results: [Value] = []
            for element in elements where try holds(macro.condition, for: element, at: depth) {
                let result = try macro.result.map { (term) throws(ExpressionError) in try value(of: term) }
                results.append(try held(result ?? element, at: offset))
            }
            return .list(results)
        }
    }

    private mutating func holds(_ condition: Term?, for element: Value, at depth: Int) throws(ExpressionError) -> Bool {
        locals[depth].value = element
        guard let condition else { return true }
        guard case .bool(let flag) = try value(of: condition) else {
            throw ExpressionError(.evaluation, at: condition.offset, "the condition is no bool")
        }
        return flag
    }

    private mutating func quantify(
        _ elements: [Value], _ macro: Term.Comprehension, by deciding: Bool
    ) throws(ExpressionError) -> Value {
        var failure: ExpressionError?
        let depth = locals.count - 1
        for element in elements {
            do throws(ExpressionError) {
                if try holds(macro.condition, for: element, at: depth) == deciding { return .bool(deciding) }
            } catch {
                guard error.stage != .limit else { throw error }
                locals.removeSubrange((depth + 1)...)
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!deciding)
    }
}
