import Formats
import Sandbox
import Testing

/// Selectors of labels and fields, as lists take them.
@Suite struct SelectorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let query: String
        /// The names that are found, or the message of the refusal.
        let expected: String
        var testDescription: String { query }
    }

    static let cases = [
        Case(query: "labelSelector=tier=odd", expected: "b"),
        Case(query: "labelSelector=tier==odd", expected: "b"),
        Case(query: "labelSelector=tier!=odd", expected: "a c"),
        Case(query: "labelSelector=tier", expected: "a b"),
        Case(query: "labelSelector=!tier", expected: "c"),
        Case(query: "labelSelector=tier in (odd, even)", expected: "a b"),
        Case(query: "labelSelector=tier notin (odd)", expected: "a c"),
        Case(query: "labelSelector=weight>5", expected: "b"),
        Case(query: "labelSelector=weight<5,tier", expected: "a"),
        Case(query: "labelSelector=tier=", expected: ""),
        Case(query: "labelSelector=", expected: "a b c"),
        Case(
            query: "labelSelector=tier in odd",
            expected: "unable to parse requirement: found 'odd' expected: '('"),
        Case(
            query: "labelSelector=tier in (odd",
            expected: "unable to parse requirement: found '', expected: ',' or ')'"),
        Case(query: "labelSelector=tier in ()", expected: ""),
        Case(query: "labelSelector=tier in (odd,)", expected: "b"),
        Case(
            query: "labelSelector=tier in (=)",
            expected: "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
        Case(query: "labelSelector=a,", expected: "found '', expected: identifier after ','"),
        Case(query: "labelSelector==x", expected: "found '=', expected: !, identifier, or 'end of string'"),
        Case(query: "fieldSelector=metadata.name=b", expected: "b"),
        Case(query: "fieldSelector=metadata.name!=b", expected: "a c"),
        Case(query: "fieldSelector=metadata.namespace=t,metadata.name=c", expected: "c"),
        Case(query: "fieldSelector=name", expected: "invalid selector: 'name'; can't understand 'name'"),
        Case(
            query: "fieldSelector=data.x=1",
            expected: "\"data.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""),
    ]

    @Test(arguments: cases) func selects(_ example: Case) async throws {
        let client = try SandboxClient(controllers: nil)
        try await client.makeNamespace("t")
        let labels: [(String, JSON)] = [
            ("a", ["tier": "even", "weight": "1"]), ("b", ["tier": "odd", "weight": "7"]), ("c", [:]),
        ]
        for (name, labels) in labels {
            try await client.send(
                "POST", "/api/v1/namespaces/t/configmaps",
                ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "labels": labels]])
        }
        let answer = try await client.send("GET", "/api/v1/namespaces/t/configmaps?\(example.query)")
        let names = answer.value["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string }
        #expect(names?.joined(separator: " ") ?? answer.value["message"]?.string == example.expected)
        #expect(answer.status == (names == nil ? 400 : 200))
    }

    @Test func kindsWithFieldsOfTheirOwnSayWhatTheyDoNotKnow() async throws {
        let client = try SandboxClient(controllers: nil)
        let found = try await client.send("GET", "/api/v1/namespaces?fieldSelector=status.phase=Active")
        #expect(found.value["items"]?.array?.count == 4)
        let refused = try await client.send("GET", "/api/v1/pods?fieldSelector=spec.x=1")
        #expect(refused.value["message"] == "field label not supported: spec.x")
    }
}
