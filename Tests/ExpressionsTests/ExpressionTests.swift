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
        ("'web-12'.matches('^[a-z]+-[0-9]+$') && !'web'.matches('[0-9]')", .bool(true)),
        ("tenant.domains[0].substring(0, tenant.domains[0].indexOf('.'))", .string("a")),
        ("'a.b.c'.substring('a.b.c'.lastIndexOf('.') + 1)", .string("c")),
        ("'a.b.c'.split('.', 2)", .list([.string("a"), .string("b.c")])),
        ("'aaaa'.replace('a', 'b', 3) + 'abc'.replace('', '-', 2)", .string("bbba-a-bc")),
        ("'aé😀'.reverse() + 'aé😀'.charAt(1) + 'aé😀'.charAt(3)", .string("😀éaé")),
        ("''.split('') + 'ab'.split('')", .list([.string("a"), .string("b")])),
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
        ("'a'.matches('(')", 12, "regular expression '(': expected ')' at character 2"),
        ("'a'.matches(tenant.name)", 19, "the pattern of matches() is a text in quotes"),
        ("'a'.substring('1')", 14, "'substring' takes a int, found string"),
        ("[1].join()", 0, "'join' takes a list of string, found list of int"),
        ("tenant.name.contains(1)", 21, "'contains' takes a string, found int"),
        ("tenant.name.contains()", 12, "'contains' has the wrong number of arguments"),
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
        ("tenant.name.substring(2, 1)", 12, "the part ends at 1, before its beginning at 2"),
        ("'abc'.charAt(4)", 6, "place 4 of a text of 3 characters"),
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

    /// One step for each term, and for each element that a macro visits those of its condition.
    @Test func stepsAreCounted() throws {
        let expression = try Expression.parse("[1, 2, 3].all(x, x > 0)")
        var budget = Budget(steps: 14)
        #expect(try expression.evaluate(Bindings(), &budget).isEqual(to: .bool(true)))
        #expect(budget.steps == 0)
        var smaller = Budget(steps: 13)
        let error = #expect(throws: ExpressionError.self) { try expression.evaluate(Bindings(), &smaller) }
        #expect(error?.stage == .limit)
        #expect(Budget().steps == 100_000)
        #expect(Budget().bytes == 1 << 20)
    }

    @Test func stepsAreBounded() throws {
        let digits = "[0,1,2,3,4,5,6,7,8,9]"
        let text = (0..<6).reduce("true") { inner, index in "\(digits).all(v\(index), \(inner))" }
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(Bindings()) }
        #expect(error?.stage == .limit)
    }

    /// Lists that hold one value many times: small in memory, without end once they are written or compared.
    @Test(arguments: [
        "[1]" + String(repeating: ".map(a, [a, a])", count: 80),
        "[1]" + String(repeating: ".map(a, {'x': a, 'y': a})", count: 80),
        "['0123456789']" + String(repeating: ".map(a, [a] + [a])", count: 80),
    ])
    func sharedValuesCountAsOftenAsTheyOccur(_ text: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(Bindings()) }
        #expect(error?.message == "the expression makes more than 1 MiB")
    }

    /// Too large for a table, so every character costs many steps.
    @Test func matchingIsBounded() throws {
        let text = "values.list.all(x, x.matches('^(a|[a-y]{300,500})*$'))"
        let list = Value.list((0..<200).map { .string(String(repeating: "a", count: 100 + $0)) })
        let error = #expect(throws: ExpressionError.self) {
            try Expression.parse(text).evaluate(Bindings(["values": .map(ValueMap([("list", list)]))]))
        }
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

    static let deep: [String] = [
        String(repeating: "!", count: 98) + "true",
        String(repeating: "[", count: 98) + String(repeating: "]", count: 98),
        String(repeating: "(", count: 98) + "1" + String(repeating: ")", count: 98),
        String(repeating: "true ? 1 : ", count: 98) + "1",
        "1" + String(repeating: " + 1", count: 98),
        String(repeating: "string(", count: 98) + "'a'" + String(repeating: ")", count: 98),
        String(repeating: "[1].map(x, ", count: 45) + "x" + String(repeating: ")", count: 45),
    ]

    /// What is allowed fits the small stacks of worker threads, also in a build without optimisation.
    @Test(arguments: deep.indices) func theAllowedDepthCanBeEvaluated(_ index: Int) throws {
        _ = try Expression.compile(Self.deep[index], in: Scope()).get().evaluate(Bindings())
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
