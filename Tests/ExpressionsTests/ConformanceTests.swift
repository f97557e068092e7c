import Expressions
import Formats
import Foundation
import TestSupport
import Testing

/// The public cases of the language's own suite (Tests/Fixtures/conformance/cel).
@Suite struct ConformanceTests {
    /// The files, with the number of their cases and of those left out.
    static let files: [(name: String, cases: Int, leftOut: Int)] = [
        ("basic", 43, 0), ("comparisons", 406, 74), ("conversions", 109, 32), ("fields", 60, 4), ("fp_math", 30, 0),
        ("integer_math", 64, 0), ("lists", 39, 0), ("logic", 30, 0), ("macros", 44, 0), ("namespace", 14, 5),
        ("parse", 219, 28), ("string", 51, 0), ("string_ext", 216, 117),
    ]
    /// `file/section/test` or `file/section/*`, with the reason.
    static let leftOut: [String: String] = {
        guard let bytes = try? Fixture.bytes("conformance/cel/left-out.txt") else { return [:] }
        var reasons: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1)
            reasons[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        return reasons
    }()

    private func isLeftOut(_ id: String, _ section: String) -> Bool {
        Self.leftOut[id] != nil || Self.leftOut["\(section)/*"] != nil
    }

    /// Every case comes out as the suite says, but for those of the list; none that is named there would.
    @Test(arguments: files) func everyCase(_ file: (name: String, cases: Int, leftOut: Int)) throws {
        let suite = try JSON.parse(try Fixture.bytes("conformance/cel/\(file.name).json"))
        var (cases, leftOut) = (0, 0)
        for section in suite["section"]?.array ?? [] {
            let sectionID = "\(file.name)/\(section["name"]?.string ?? "")"
            for test in section["test"]?.array ?? [] {
                let id = "\(sectionID)/\(test["name"]?.string ?? "")"
                let complaint = check(test)
                cases += 1
                if isLeftOut(id, sectionID) {
                    leftOut += 1
                    // A section that is left out as a whole may hold cases that only ask for any error.
                    if complaint == nil, Self.leftOut[id] != nil { Issue.record("\(id) need not be left out") }
                } else if let complaint {
                    Issue.record("\(id): \(test["expr"]?.string ?? ""): \(complaint)")
                }
            }
        }
        #expect(cases == file.cases)
        #expect(leftOut == file.leftOut)
    }

    @Test func everyReasonIsGiven() {
        #expect(Self.leftOut.allSatisfy { !$0.value.isEmpty })
        #expect(Self.files.reduce(0) { $0 + $1.cases } == 1325)
    }

    private func check(_ test: JSON) -> String? {
        let text = test["expr"]?.string ?? ""
        var bindings: [String: Value] = [:]
        for member in test["bindings"]?.object?.members ?? [] {
            bindings[member.key] = member.value["value"].flatMap(value)
        }
        var names: [String: ValueType] = [:]
        for declared in test["type_env"]?.array ?? [] {
            names[declared["name"]?.string ?? ""] = declared[path: "ident", "type"].map(type) ?? .dyn
        }
        let expectsError = test.object?.keys.contains("eval_error") == true
        let found: Value
        do {
            let expression =
                test["disable_check"]?.bool == true
                ? try Expression.parse(text) : try Expression.compile(text, in: Scope(names)).get()
            found = try expression.evaluate(Bindings(bindings))
        } catch let error as ExpressionError {
            // A function that is not there fails whatever it is given: no case passes by that, but those about it.
            let isMissing = error.message.hasPrefix("unknown function") && !test.text.contains("unbound function")
            return expectsError && !isMissing ? nil : "\(error)"
        } catch {
            return "\(error)"
        }
        if expectsError { return "expected an error, found \(found)" }
        // The suite leaves the value out where it is true.
        guard let wanted = test["value"].map(value) ?? .bool(true) else { return "a value of a kind that is not read" }
        let isSame: Bool =
            switch (wanted, found) {
            case (.double(let one), .double(let two)): one == two || (one.isNaN && two.isNaN)
            default: wanted.kind == found.kind && wanted.isEqual(to: found)
            }
        return isSame ? nil : "expected \(wanted), found \(found)"
    }

    private func type(_ json: JSON) -> ValueType {
        switch json["primitive"]?.string {
        case "INT64": return .int
        case "UINT64": return .uint
        case "DOUBLE": return .double
        case "BOOL": return .bool
        case "STRING": return .string
        case "BYTES": return .bytes
        default: break
        }
        if let element = json[path: "list_type", "elem_type"] { return .list(type(element)) }
        if let map = json["map_type"] {
            return .map(key: map["key_type"].map(type) ?? .dyn, value: map["value_type"].map(type) ?? .dyn)
        }
        return .dyn
    }

    private func value(_ json: JSON) -> Value? {
        guard let member = json.object?.members.first else { return nil }
        let held = member.value
        switch member.key {
        case "null_value": return .null
        case "bool_value": return held.bool.map { .bool($0) }
        case "int64_value": return held.string.flatMap { Int64($0) }.map { .int($0) }
        case "uint64_value": return held.string.flatMap { UInt64($0) }.map { .uint($0) }
        case "double_value":
            switch held {
            case .double(let number): return .double(number)
            case .int(let number): return .double(Double(number))
            case .string(let name):
                return .double(name == "Infinity" ? .infinity : name == "-Infinity" ? -.infinity : .nan)
            default: return nil
            }
        case "string_value": return held.string.map { .string($0) }
        case "bytes_value": return held.string.flatMap { Data(base64Encoded: $0) }.map { .bytes([UInt8]($0)) }
        case "list_value":
            var elements: [Value] = []
            for element in held["values"]?.array ?? [] {
                guard let made = value(element) else { return nil }
                elements.append(made)
            }
            return .list(elements)
        case "map_value":
            var entries: [(key: Value, value: Value)] = []
            for entry in held["entries"]?.array ?? [] {
                guard let key = entry["key"].flatMap(value), let made = entry["value"].flatMap(value) else {
                    return nil
                }
                entries.append((key, made))
            }
            return ValueMap(entries).map { .map($0) }
        default: return nil
        }
    }
}
