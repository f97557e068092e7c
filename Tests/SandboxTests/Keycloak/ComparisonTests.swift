import Formats
import Testing

/// The judge itself: what it takes for equal, and what not.
@Suite struct ComparisonTests {
    struct Case: CustomTestStringConvertible {
        let id: String
        let want: JSON
        let got: JSON
        let differences: [String]
        var testDescription: String { id }
    }

    static let cases = [
        Case(
            id: "equal", want: ["id": "<id:1>", "username": "a"], got: ["id": "x", "username": "a"], differences: []),
        Case(
            id: "another value", want: ["id": "<id:1>", "username": "a"], got: ["id": "x", "username": "b"],
            differences: ["body.username: want a, got b"]),
        Case(
            id: "a needed member", want: ["username": "a", "email": "e"], got: ["username": "a"],
            differences: ["body.email: missing"]),
        Case(
            id: "a member that is not needed", want: ["username": "a", "totp": false], got: ["username": "a"],
            differences: []),
        Case(
            id: "a member too many", want: ["username": "a"], got: ["username": "a", "x": 1],
            differences: ["body.x: not in the recording"]),
        Case(
            id: "one value for two placeholders", want: ["<id:1>", "<id:2>"], got: ["x", "x"],
            differences: ["body[1]: x already stands for another placeholder"]),
        Case(
            id: "two values for one placeholder", want: ["<id:1>", "<id:1>"], got: ["x", "y"],
            differences: ["body[1]: want <id:1>, got y"]),
        Case(
            id: "roles in any order", want: [["name": "a", "clientRole": false], ["name": "b", "clientRole": false]],
            got: [["name": "b", "clientRole": false], ["name": "a", "clientRole": false]], differences: []),
        Case(
            id: "users in order", want: [["username": "a"], ["username": "b"]],
            got: [["username": "b"], ["username": "a"]],
            differences: ["body[0].username: want a, got b", "body[1].username: want b, got a"]),
        Case(id: "another type", want: ["n": 1], got: ["n": "1"], differences: ["body.n: want 1, got \"1\""]),
        Case(id: "any time", want: ["t": "<ms>"], got: ["t": 17], differences: ["body.t: want <ms>, got 17"]),
        Case(id: "where a parser stopped", want: "at line 1 column 32.", got: "at line 1 column 30.", differences: []),
    ]

    @Test(arguments: cases) func finds(_ given: Case) {
        var comparison = Comparison(base: "http://127.0.0.1")
        #expect(comparison.differences(given.want, given.got, "body", exact: false) == given.differences)
    }
}
