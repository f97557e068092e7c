import Formats

extension Checker {
    mutating func binaryType(
        _ operation: Operator, _ left: ValueType, _ right: ValueType, at offset: Int
    ) -> ValueType {
        switch operation {
        case .equal, .notEqual:
            guard left.isComparable(to: right) else {
                return refuse(
                    at: offset, "'\(operation.rawValue)' compares \(left) with \(right)" + conversion(left, right))
            }
            return .bool
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let fits = left == .dyn || right == .dyn || left == right || (left.isNumber && right.isNumber)
            guard fits, left == .dyn || left.isOrdered, right == .dyn || right.isOrdered else {
                return refuse(
                    at: offset, "'\(operation.rawValue)' compares \(left) with \(right)" + conversion(left, right))
            }
            return .bool
        case .isIn: return membershipType(left, right, at: offset)
        case .add, .subtract, .multiply, .divide, .remainder:
            return resultType(operation, left, right, at: offset)
        }
    }

    private mutating func membershipType(_ element: ValueType, _ container: ValueType, at offset: Int) -> ValueType {
        let held: ValueType
        switch container {
        case .dyn: return .bool
        case .list(let type): held = type
        case .map(let key, _): held = key
        case .object: held = .string
        default: return refuse(at: offset, "'in' looks into a list or a map, found \(container)")
        }
        guard element.isComparable(to: held) || (element.isNumber && held.isNumber) else {
            return refuse(at: offset, "'in' looks for \(element) among values of type \(held)")
        }
        return .bool
    }

    private mutating func resultType(
        _ operation: Operator, _ left: ValueType, _ right: ValueType, at offset: Int
    ) -> ValueType {
        switch (left, right) {
        case (.int, .int), (.uint, .uint), (.int, .dyn), (.dyn, .int), (.uint, .dyn), (.dyn, .uint):
            return left == .dyn ? right : left
        case (.double, .double) where operation != .remainder: return .double
        case (.double, .dyn) where operation != .remainder, (.dyn, .double) where operation != .remainder:
            return .double
        case (.string, .string) where operation == .add: return .string
        case (.string, .dyn) where operation == .add, (.dyn, .string) where operation == .add: return .string
        case (.bytes, .bytes) where operation == .add: return .bytes
        case (.list(let one), .list(let two)) where operation == .add: return .list(one.joined(with: two))
        case (.list, .dyn) where operation == .add, (.dyn, .list) where operation == .add: return .list(.dyn)
        case (.dyn, .dyn): return .dyn
        default:
            let message = "'\(operation.rawValue)' does not take \(left) and \(right)"
            return refuse(at: offset, message + conversion(left, right))
        }
    }

    /// What makes two operands of one type, where something does.
    private func conversion(_ left: ValueType, _ right: ValueType) -> String {
        if left.isNumber && right.isNumber { return "; convert one with int() or double()" }
        if [left, right].contains(.string), left.isNumber || right.isNumber || [left, right].contains(.bool) {
            return "; string() makes a string of a number or bool"
        }
        return ""
    }

    mutating func callType(_ function: Function, _ arguments: [Term], at offset: Int) -> ValueType {
        guard function.arity.contains(arguments.count) else {
            for argument in arguments { _ = type(of: argument) }
            return refuse(at: offset, "'\(function.rawValue)' has the wrong number of arguments")
        }
        guard let result = function.result else { return conversionType(function, arguments[0], at: offset) }
        for (argument, wanted) in zip(arguments, function.parameters) {
            expect(wanted, argument, "'\(function.rawValue)'")
        }
        return result
    }

    private mutating func conversionType(_ function: Function, _ argument: Term, at offset: Int) -> ValueType {
        let found = type(of: argument)
        let (isAllowed, result): (Bool, ValueType) =
            switch (function, found) {
            case (.dyn, _): (true, .dyn)
            case (.size, .dyn), (.size, .string), (.size, .bytes), (.size, .list), (.size, .map), (.size, .object):
                (true, .int)
            case (.size, _): (false, .int)
            case (.int, _): (found == .dyn || found == .string || found.isNumber, .int)
            case (.uint, _): (found == .dyn || found == .string || found.isNumber, .uint)
            case (.double, _): (found == .dyn || found == .string || found.isNumber, .double)
            case (.bool, _): (found == .dyn || found == .string || found == .bool, .bool)
            case (.bytes, _): (found == .dyn || found == .string || found == .bytes, .bytes)
            default: (found == .dyn || found.isOrdered, .string)
            }
        if !isAllowed { _ = refuse(at: offset, "'\(function.rawValue)' does not take \(found)") }
        return result
    }

    func unknownFunction(_ name: String, isMethod: Bool) -> String {
        if let function = Function(rawValue: name) {
            return function.isMethod
                ? "'\(name)' is written after its text and a dot: text.\(name)(…)"
                : "'\(name)' is written as \(name)(…)"
        }
        let known = Function.allCases.filter { isMethod ? $0.isMethod : $0.isGlobal }.map(\.rawValue)
        return "unknown function '\(name)'" + hint(for: name, among: known + ["has"], called: "functions")
    }

    /// `; did you mean 'values'?`, or what there is where nothing is near and the list is short.
    func hint(for name: String, among known: [String], called plural: String) -> String {
        let nearest = Suggestion.phrase(for: name, among: known)
        guard nearest.isEmpty else { return nearest }
        guard !known.isEmpty, known.count <= 12 else { return "" }
        return "; \(plural) here: \(known.sorted().joined(separator: ", "))"
    }
}
