import Expressions
import Testing

@Suite struct TemplateTests {
    static let bindings = Bindings([
        "n": .int(3), "s": .string("${n}"), "list": .list([.int(1)]), "f": .double(2), "nothing": .null,
    ])
    static let scope = Scope(["n": .int, "s": .string, "list": .list(.int), "f": .double, "nothing": .dyn])

    static let values: [(text: String, value: Value)] = [
        ("${n}", .int(3)),
        ("${list}", .list([.int(1)])),
        ("a${n}b${n + 1}", .string("a3b4")),
        (" ${n}", .string(" 3")),
        ("${f}/${string(true)}", .string("2/true")),
        // What a value holds is not read again.
        ("${s}", .string("${n}")),
        ("$${n}", .string("${n}")),
        ("$${n} is ${n}", .string("${n} is 3")),
        ("${'}' + \"{\"}", .string("}{")),
        ("${{'a': {'b': n}}.a.b}", .int(3)),
        ("${'$' + '{n}'}", .string("${n}")),
    ]

    @Test(arguments: values.indices) func valueOf(_ index: Int) throws {
        let (text, wanted) = Self.values[index]
        let template = try #require(try Template.compile(text, in: Self.scope).get(), "\(text)")
        let found = try template.evaluate(Self.bindings)
        #expect(found.isEqual(to: wanted) && found.kind == wanted.kind, "\(text): \(found)")
    }

    @Test(arguments: ["", "plain", "$", "$n", "{n}", "$(env:X)", "{{ env }}", "100 $ { }", "$$"])
    func aTextWithoutExpressionsMeansItself(_ text: String) throws {
        let template = try Template.parse(text)
        #expect(template.map { _ in true } == nil)
    }

    static let refused: [(text: String, offset: Int, message: String)] = [
        ("a ${n", 2, "'${' without its '}'; write '$${' for the two characters themselves"),
        ("a ${m}", 4, "unknown name 'm'; names here: f, list, n, nothing, s"),
        ("é${n} ${n +}", 11, "expected a value, found the end of the expression"),
        ("x${list}", 3, "a list of int cannot stand within a text"),
        ("${}", 2, "the expression is empty"),
        ("${HOME}", 2, "unknown name 'HOME'; names here: f, list, n, nothing, s"),
    ]

    @Test(arguments: refused.indices) func refusedBeforeEvaluation(_ index: Int) {
        let (text, offset, message) = Self.refused[index]
        guard case .failure(let found) = Template.compile(text, in: Self.scope) else {
            Issue.record("accepted: \(text)")
            return
        }
        #expect(found.errors.map(\.message) == [message])
        #expect(found.errors.map(\.offset) == [offset])
    }

    @Test func nullWithinATextIsAnErrorAtItsExpression() throws {
        let template = try #require(try Template.compile("ab${nothing}", in: Self.scope).get())
        let error = #expect(throws: ExpressionError.self) { try template.evaluate(Self.bindings) }
        #expect(error?.offset == 4)
    }
}
