import Formats
import KubernetesModel
import Testing

@Suite struct MergeTests {
    private static func schema() throws -> FieldSchema {
        try #require(ObjectSchema.of(.init(apiVersion: "apps/v1", kind: "Deployment"))).root
    }

    private static func container(_ names: [String]) -> JSON {
        ["spec": ["template": ["spec": ["containers": .array(names.map { ["name": .string($0)] })]]]]
    }

    private static func names(_ object: JSON) -> [String] {
        (object[path: "spec", "template", "spec", "containers"]?.array ?? []).compactMap { $0["name"]?.string }
    }

    /// The applied order holds; what is only live stays near its neighbours.
    @Test(arguments: [
        ("a b c", "a b c", "a b c"), ("a b c", "c b a", "c b a"), ("a b c", "b", "a b c"), ("a b", "c", "a b c"),
        ("a x b", "b a", "x b a"), ("", "a b", "a b"), ("a b", "", "a b"), ("x a y b z", "b a", "x y b z a"),
    ])
    func keepsTheOrderOfLists(live: String, applied: String, merged: String) throws {
        func list(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
        let result = try Self.schema().merging(Self.container(list(live)), Self.container(list(applied)))
        #expect(Self.names(result) == list(merged))
    }

    @Test func replacesAtomicValuesAsAWhole() throws {
        let live: JSON = ["spec": ["selector": ["matchLabels": ["a": "1"]], "replicas": 1]]
        let applied: JSON = ["spec": ["selector": ["matchLabels": ["b": "2"]]]]
        #expect(
            try Self.schema().merging(live, applied) == [
                "spec": ["selector": ["matchLabels": ["b": "2"]], "replicas": 1]
            ])
    }

    @Test func comparesByKey() throws {
        let comparison = Comparison(Self.container(["a", "b"]), Self.container(["c", "a"]), try Self.schema())
        let path = #".spec.template.spec.containers[name="#
        #expect(comparison.removed.paths.map(\.description) == ["\(path)\"b\"]", "\(path)\"b\"].name"])
        #expect(comparison.added.paths.map(\.description) == ["\(path)\"c\"]", "\(path)\"c\"].name"])
        #expect(comparison.modified.isEmpty)
        #expect(Comparison(Self.container(["a"]), Self.container(["a"]), try Self.schema()).isSame)
    }

    @Test(arguments: [
        (#"{"spec":{"replicasa":1}}"#, ".spec.replicasa: field not declared in schema"),
        (#"{"spec":{"replicas":"1"}}"#, ".spec.replicas: expected numeric (int or float), got string"),
        (#"{"spec":[]}"#, ".spec: expected map, got &{[]}"),
        (#"{"metadata":{"finalizers":["a","a"]}}"#, #".metadata.finalizers: duplicate entries for key [="a"]"#),
        (#"{"metadata":{"finalizers":"a"}}"#, ".metadata.finalizers: expected list, got &{a}"),
        (
            #"{"spec":{"paused":1,"replicas":true}}"#,
            "errors:\n  .spec.paused: expected boolean, got &{1}\n  .spec.replicas: expected numeric (int or float), got bool"
        ), (#"{"spec":{"replicas":null}}"#, "errors:"),
    ])
    func namesWhatDoesNotFit(text: String, problems: String) throws {
        #expect(try Self.schema().problems(in: JSON.parse(text)).text == problems)
    }
}
