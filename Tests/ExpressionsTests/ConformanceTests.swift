import Expressions
import Formats
import Foundation
import TestSupport
import Testing

/// The public cases of the language's own suite (Tests/Fixtures/conformance/cel).
@Suite struct ConformanceTests {
    static let files = [
        "basic", "comparisons", "fields", "fp_math", "integer_math", "lists", "logic", "macros", "namespace", "parse",
        "string",
    ]
    /// `file/section/test`, with the reason.
    static let leftOut: [String: String] = {
        guard let bytes = try? Fixture.bytes("conformance/cel/left-out.txt") else { return [:] }
        var reasons: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1)
            reasons[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        return reasons
    }()

    @Test(arguments: files) func everyCase(_ file: String) throws {
        let suite = try JSON.parse(try Fixture.bytes("conformance/cel/\(file).json"))
        for section in suite["section"]?.array ?? [] {
            for test in section["test"]?.array ?? [] {
                let id = "\(file)/\(section["name"]?.string ?? "")/\(test["name"]?.string ?? "")"
                guard Self.leftOut[id] == nil else { continue }
                if let complaint = check(test) { Issue.record("\(id): \(test["expr"]?.string ?? ""): \(complaint)") }
            }
        }
    }

    @Test func countsAreKnown() throws {
        var ids: Set<String> = []
        for file in Self.files {
            let suite = try JSON.parse(try Fixture.bytes("conformance/cel/\(file).json"))
            for section in suite["section"]?.array ?? [] {
                for test in section["test"]?.array ?? [] {
                    ids.insert("\(file)/\(section["name"]?.string ?? "")/\(test["name"]?.string ?? "")")
                }
            }
        }
        #expect(ids.count == 1000)
        #expect(Self.leftOut.count == 120)
        #expect(Set(Self.leftOut.keys).subtracting(ids).isEmpty)
        #expect(Self.leftOut.allSatisfy { !$0.value.isEmpty })
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
            return expectsError ? nil : "\(error)"
        } catch {
            return "\(error)"
        }
        if expectsError { return "expected an error, found \(found)" }
        guard let wanted = test["value"].flatMap(value) else { return "a value of a kind that is not read" }
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
