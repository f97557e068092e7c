/// Finds the type of a term, and what does not fit.
///
/// After a mistake the term counts as `dyn`, so that one cause makes one error.
struct Checker {
    private(set) var errors: [ExpressionError] = []
    private let scope: Scope
    private var locals: [(name: String, type: ValueType)] = []

    init(_ scope: Scope) {
        self.scope = scope
    }

    mutating func refuse(at offset: Int, _ message: String) -> ValueType {
        errors.append(ExpressionError(.type, at: offset, message))
        return .dyn
    }

    mutating func type(of term: Term) -> ValueType {
        switch term.kind {
        case .literal(let value): return type(of: value)
        case .name(let name, let isRoot): return typeOfName(name, isRoot: isRoot, at: term.offset)
        case .select(let operand, let field): return fieldType(field, of: type(of: operand), at: term.offset)
        case .has(let operand, let field):
            _ = fieldType(field, of: type(of: operand), at: term.offset)
            return .bool
        case .index(let operand, let index): return elementType(of: operand, at: index, term.offset)
        case .list(let elements): return .list(joined(elements))
        case .map(let entries): return typeOfMap(entries)
        case .not(let operand):
            expect(.bool, operand, "'!'")
            return .bool
        case .negate(let operand):
            let found = type(of: operand)
            switch found {
            case .int, .double, .dyn: return found
            default: return refuse(at: term.offset, "'-' takes an int or a double, found \(found)")
            }
        case .binary(let operation, let left, let right):
            return binaryType(operation, type(of: left), type(of: right), at: term.offset)
        case .all(let operands):
            for operand in operands { expect(.bool, operand, "'&&'") }
            return .bool
        case .any(let operands):
            for operand in operands { expect(.bool, operand, "'||'") }
            return .bool
        case .conditional(let condition, let yes, let no):
            expect(.bool, condition, "'?:'")
            let (one, two) = (type(of: yes), type(of: no))
            guard one.isComparable(to: two) else {
                return refuse(at: term.offset, "'?:' gives \(one) or \(two); both have to be of one type")
            }
            return one.joined(with: two)
        case .matches(let operand, _):
            expect(.string, operand, "'matches'")
            return .bool
        case .call(let function, let arguments): return callType(function, arguments, at: term.offset)
        case .unknownCall(let name, let isMethod, let arguments):
            for argument in arguments { _ = type(of: argument) }
            return refuse(at: term.offset, unknownFunction(name, isMethod: isMethod))
        case .comprehension(let comprehension): return comprehensionType(comprehension)
        }
    }

    private func type(of value: Value) -> ValueType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(key: .dyn, value: .dyn)
        }
    }

    mutating func expect(_ wanted: ValueType, _ term: Term, _ what: String) {
        let found = type(of: term)
        let fits =
            switch (wanted, found) {
            case (_, .dyn): true
            case (.list(let one), .list(let other)): other.isComparable(to: one)
            default: found == wanted
            }
        if !fits { _ = refuse(at: term.offset, "\(what) takes a \(wanted), found \(found)") }
    }

    private mutating func joined(_ terms: [Term]) -> ValueType {
        var result: ValueType?
        for term in terms {
            let next = type(of: term)
            result = result.map { $0.joined(with: next) } ?? next
        }
        return result ?? .dyn
    }

    // MARK: Names and fields

    private mutating func typeOfName(_ name: String, isRoot: Bool, at offset: Int) -> ValueType {
        if !isRoot, let local = locals.last(where: { $0.name == name }) { return local.type }
        if let type = scope.names[name] { return type }
        let known = Array(scope.names.keys) + (isRoot ? [] : locals.map(\.name))
        return refuse(at: offset, "unknown name '\(name)'" + hint(for: name, among: known, called: "names"))
    }

    private mutating func fieldType(_ field: String, of type: ValueType, at offset: Int) -> ValueType {
        switch type {
        case .dyn: return .dyn
        case .map(let key, let value):
            guard key == .string || key == .dyn else {
                return refuse(at: offset, "the map's keys are of type \(key): '.\(field)' cannot be one")
            }
            return value
        case .object(let object):
            if let found = object.fields[field] ?? object.others { return found }
            return refuse(
                at: offset,
                "unknown field '\(field)'" + hint(for: field, among: Array(object.fields.keys), called: "fields"))
        default: return refuse(at: offset, "no field '\(field)' in a value of type \(type)")
        }
    }

    private mutating func elementType(of operand: Term, at index: Term, _ offset: Int) -> ValueType {
        let (container, key) = (type(of: operand), type(of: index))
        switch container {
        case .dyn: return .dyn
        case .list(let element):
            guard key == .dyn || key.isNumber else {
                return refuse(at: index.offset, "the index of a list is an int, found \(key)")
            }
            return element
        case .map(let wanted, let value):
            guard key.isComparable(to: wanted) || (key.isNumber && wanted.isNumber) else {
                return refuse(at: index.offset, "the map's keys are of type \(wanted), found \(key)")
            }
            return value
        case .object(let object):
            guard key == .string || key == .dyn else {
                return refuse(at: index.offset, "the map's keys are of type string, found \(key)")
            }
            if case .literal(.string(let field)) = index.kind {
                return fieldType(field, of: container, at: index.offset)
            }
            return object.others == nil && Set(object.fields.values).count == 1
                ? object.fields.values.first ?? .dyn : .dyn
        default: return refuse(at: offset, "no index into a value of type \(container)")
        }
    }

    private mutating func typeOfMap(_ entries: [(key: Term, value: Term)]) -> ValueType {
        let value = joined(entries.map(\.value))
        var fields: [String: ValueType] = [:]
        for entry in entries {
            guard case .literal(.string(let key)) = entry.key.kind else {
                let key = joined(entries.map(\.key))
                switch key {
                case .double, .null, .bytes, .list, .map, .object:
                    return refuse(at: entry.key.offset, "a value of type \(key) cannot be a key")
                default: return .map(key: key, value: value)
                }
            }
            fields[key] = .dyn
        }
        return .map(key: entries.isEmpty ? .dyn : .string, value: value)
    }

    // MARK: Macros

    private mutating func comprehensionType(_ macro: Term.Comprehension) -> ValueType {
        let element: ValueType
        switch type(of: macro.range) {
        case .dyn: element = .dyn
        case .list(let type): element = type
        case .map(let key, _): element = key
        case .object: element = .string
        case let other:
            element = refuse(at: macro.range.offset, "'\(macro.macro.rawValue)' takes a list or a map, found \(other)")
        }
        locals.append((macro.variable, element))
        defer { locals.removeLast() }
        if let condition = macro.condition { expect(.bool, condition, "the condition of '\(macro.macro.rawValue)'") }
        switch macro.macro {
        case .all, .exists, .existsOne: return .bool
        case .filter: return .list(element)
        case .map: return .list(macro.result.map { type(of: $0) } ?? .dyn)
        }
    }
}
