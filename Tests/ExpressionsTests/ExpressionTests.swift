import Expressions
import Testing

@Suite struct ExpressionTests {
    static let scope = Scope([
        "tenant": .object([
            "name": .string, "domains": .list(.string), "features": .object(["nft": .bool]),
            "attributes": .map(key: .string, value: .string),
        ]),
        "values": .object(["replicas": .int, "ratio": .double, "image": .object(["tag": .string])], others: .dyn),
        "limits": .object(["users": .int, "storage": .string]),
    ])
    static let bindings = Bindings([
        "tenant": .map(
            ValueMap([
                ("name", .string("acme")), ("domains", .list([.string("a.example"), .string("b.example")])),
                ("features", .map(ValueMap([("nft", .bool(true))]))),
                ("attributes", .map(ValueMap([] as [(String, Value)]))),
            ])),
        "values": .map(
            ValueMap([
                ("replicas", .int(3)), ("ratio", .double(0.5)), ("image", .map(ValueMap([("tag", .string("1.4"))]))),
            ])),
        "limits": .map(ValueMap([("users", .int(40)), ("storage", .string("10Gi"))])),
    ])

    static let values: [(text: String, value: Value)] = [
        ("values.replicas * 2 + 1", .int(7)),
        ("tenant.domains[1]", .string("b.example")),
        ("'nft' in tenant.features && tenant.features.nft", .bool(true)),
        ("has(tenant.attributes.stripe) ? tenant.attributes.stripe : 'none'", .string("none")),
        ("string(limits.users) + '/' + limits.storage", .string("40/10Gi")),
        ("size(tenant.domains) > 1 ? 'many' : 'one'", .string("many")),
        ("int('12') + int(2.9)", .int(14)),
        ("tenant.domains.map(d, d.startsWith('a')).exists(x, x)", .bool(true)),
        ("tenant.domains.join(',').upperAscii()", .string("A.EXAMPLE,B.EXAMPLE")),
        ("'a-b-c'.replace('-', '')", .string("abc")),
        ("'a,b'.split(',')", .list([.string("a"), .string("b")])),
        ("dnsLabel('acme')", .string("acme")),
        ("'abcabcabd'.contains('abcabd')", .bool(true)),
        ("-9223372036854775808", .int(.min)),
        ("{'a': [1, 2]}.a[1] // the second", .int(2)),
    ]

    @Test(arguments: values.indices) func valueOf(_ index: Int) throws {
        let (text, wanted) = Self.values[index]
        let found = try Expression.compile(text, in: Self.scope).get().evaluate(Self.bindings)
        #expect(found.isEqual(to: wanted) && found.kind == wanted.kind, "\(text): \(found)")
    }

    static let refused: [(text: String, offset: Int, message: String)] = [
        ("value.replicas", 0, "unknown name 'value'; did you mean 'values'?"),
        ("tenant.nmae", 7, "unknown field 'nmae'; did you mean 'name'?"),
        ("1 + tenant.features.ntf", 20, "unknown field 'ntf'; did you mean 'nft'?"),
        ("tenant.name.first", 12, "no field 'first' in a value of type string"),
        (
            "limits.users + limits.storage", 13,
            "'+' does not take int and string; string() makes a string of a number or bool"
        ),
        ("values.ratio * 2", 13, "'*' does not take double and int; convert one with int() or double()"),
        ("tenant.name == 3", 12, "'==' compares string with int; string() makes a string of a number or bool"),
        ("tenant.name && true", 7, "'&&' takes a bool, found string"),
        ("sise(tenant.name)", 0, "unknown function 'sise'; did you mean 'size'?"),
        ("lowerAscii('A')", 0, "'lowerAscii' is written after its text and a dot: text.lowerAscii(…)"),
        ("true ? 'a' : 1", 5, "'?:' gives string or int; both have to be of one type"),
        ("tenant.domains['a']", 15, "the index of a list is an int, found string"),
        ("tenant.domains[", 15, "expected a value, found the end of the expression"),
        ("a = b", 2, "unexpected '='; comparison is '=='"),
        ("", 0, "the expression is empty"),
        ("'abc", 0, "a text that begins here is not closed"),
        ("9223372036854775808", 0, "the number does not fit 64 bits"),
        ("10Gi", 2, "unexpected 'G' in a number; a text needs quotes"),
        ("for", 0, "'for' is a reserved word"),
        ("has(tenant)", 0, "has() takes one field, as in has(tenant.contact)"),
        ("1 2", 2, "expected an operator or the end, found a number"),
    ]

    @Test(arguments: refused.indices) func refusedBeforeEvaluation(_ index: Int) throws {
        let (text, offset, message) = Self.refused[index]
        guard case .failure(let found) = Expression.compile(text, in: Self.scope) else {
            Issue.record("accepted: \(text)")
            return
        }
        #expect(found.errors.map(\.message) == [message])
        #expect(found.errors.map(\.offset) == [offset])
    }

    @Test func severalMistakesAreAllReported() {
        guard case .failure(let found) = Expression.compile("tenant.nmae == limits.usres", in: Self.scope) else {
            Issue.record("accepted")
            return
        }
        #expect(found.errors.map(\.offset) == [7, 22])
    }

    static let failing: [(text: String, offset: Int, message: String)] = [
        ("tenant.attributes.stripe", 18, "'stripe' is not set"),
        ("tenant.domains[2]", 14, "index 2 of a list of 2 elements"),
        ("limits.users / 0", 13, "division by zero"),
        ("values.replicas + 9223372036854775807", 16, "the result does not fit 64 bits"),
        ("int('12a')", 0, "'12a' is no int"),
        ("-(-9223372036854775808)", 0, "the result does not fit 64 bits"),
    ]

    @Test(arguments: failing.indices) func failingInEvaluation(_ index: Int) throws {
        let (text, offset, message) = Self.failing[index]
        let expression = try Expression.compile(text, in: Self.scope).get()
        let error = #expect(throws: ExpressionError.self) { try expression.evaluate(Self.bindings) }
        #expect(error?.message == message)
        #expect(error?.offset == offset)
    }

    @Test func stepsAreBounded() throws {
        let digits = "[0,1,2,3,4,5,6,7,8,9]"
        let text = (0..<6).reduce("true") { inner, index in "\(digits).all(v\(index), \(inner))" }
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(Bindings()) }
        #expect(error?.stage == .limit)
    }

    @Test func sizeIsBounded() throws {
        let text = "'0123456789abcdef'" + String(repeating: ".replace('', '0123456789abcdef')", count: 6)
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(Bindings()) }
        #expect(error?.stage == .limit)
    }

    @Test(arguments: [
        String(repeating: "(", count: 100_000), String(repeating: "[", count: 100_000),
        String(repeating: "!", count: 100_000) + "true", String(repeating: "-", count: 100_000) + "x",
        "a" + String(repeating: ".b", count: 100_000), "1" + String(repeating: "+1", count: 100_000),
        String(repeating: "true?1:", count: 100_000) + "1",
    ])
    func depthIsBounded(_ text: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text) }
        #expect(error?.message == "the expression is nested deeper than 100 levels")
    }

    @Test func aLongChainOfConditionsIsNoDeepTree() throws {
        let text = "false" + String(repeating: " || false", count: 10_000)
        #expect(try Expression.parse(text).evaluate(Bindings()).isEqual(to: .bool(false)))
    }

    @Test func referencesArePaths() throws {
        let text = "values.web['replicas'] + size(tenant.domains[0]) + [1].map(values, values.x)[0] + list[i.j].k"
        #expect(
            try Expression.parse(text).references
                == [["values", "web", "replicas"], ["tenant", "domains", "0"], ["list"], ["i", "j"]])
    }
}
