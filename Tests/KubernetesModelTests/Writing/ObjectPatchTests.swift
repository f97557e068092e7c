import Formats
import KubernetesModel
import Testing

@Suite struct ObjectPatchTests {
    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#),
        ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#), ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
    func mergesByRFC7386(value: String, patch: String, result: String) throws {
        #expect(try MergePatch.apply(JSON.parse(patch), to: JSON.parse(value)) == JSON.parse(result))
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"[{"op":"add","path":"/b","value":2}]"#, #"{"a":1,"b":2}"#),
        (#"{"a":[1,3]}"#, #"[{"op":"add","path":"/a/1","value":2}]"#, #"{"a":[1,2,3]}"#),
        (#"{"a":[1]}"#, #"[{"op":"add","path":"/a/-","value":2}]"#, #"{"a":[1,2]}"#),
        (#"{"a":1,"b":2}"#, #"[{"op":"remove","path":"/b"}]"#, #"{"a":1}"#),
        (#"{"a":[1,2]}"#, #"[{"op":"replace","path":"/a/0","value":9}]"#, #"{"a":[9,2]}"#),
        (#"{"a":{"x":1},"b":{}}"#, #"[{"op":"move","from":"/a/x","path":"/b/y"}]"#, #"{"a":{},"b":{"y":1}}"#),
        (
            #"{"a":1}"#, #"[{"op":"copy","from":"/a","path":"/b"},{"op":"replace","path":"/a","value":2}]"#,
            #"{"a":2,"b":1}"#
        ),
        (
            #"{"a/b":1,"m~n":2}"#, #"[{"op":"test","path":"/a~1b","value":1},{"op":"remove","path":"/m~0n"}]"#,
            #"{"a/b":1}"#
        ),
        (#"{"a":1}"#, #"[{"op":"replace","path":"","value":[]}]"#, "[]"),
    ])
    func patchesByRFC6902(value: String, patch: String, result: String) throws {
        #expect(try JSONPatch.apply(JSON.parse(patch), to: JSON.parse(value)) == JSON.parse(result))
    }

    @Test(arguments: [
        #"[{"op":"test","path":"/a","value":2}]"#, #"[{"op":"remove","path":"/b"}]"#,
        #"[{"op":"replace","path":"/b","value":1}]"#, #"[{"op":"add","path":"/b/c","value":1}]"#,
        #"[{"op":"add","path":"/l/5","value":1}]"#, #"[{"op":"remove","path":"/l/-1"}]"#,
        #"[{"op":"jump","path":"/a"}]"#, #"[{"op":"add","path":"a","value":1}]"#, #"[{"op":"add","path":"/a"}]"#,
        #"{"op":"add"}"#,
    ])
    func refusesWhatCannotBeDone(patch: String) throws {
        let value: JSON = ["a": 1, "l": [1]]
        #expect(throws: JSONPatch.Problem.self) { try JSONPatch.apply(JSON.parse(patch), to: value) }
    }

    private static let deployment: JSON = [
        "metadata": ["finalizers": ["a", "b"]],
        "spec": [
            "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]],
            "template": [
                "spec": [
                    "containers": [["name": "a", "image": "1", "args": ["x"]], ["name": "b", "image": "1"]],
                    "nodeSelector": ["disk": "ssd"],
                ]
            ],
        ],
    ]

    @Test(arguments: [
        (
            #"{"spec":{"template":{"spec":{"containers":[{"name":"b","image":"2"},{"name":"c","image":"3"}]}}}}"#,
            #"[{"name":"a","image":"1","args":["x"]},{"name":"b","image":"2"},{"name":"c","image":"3"}]"#
        ),
        (
            #"{"spec":{"template":{"spec":{"containers":[{"$patch":"delete","name":"a"}]}}}}"#,
            #"[{"name":"b","image":"1"}]"#
        ),
        (
            #"{"spec":{"template":{"spec":{"containers":[{"$patch":"replace"},{"name":"z"}]}}}}"#,
            #"[{"name":"z"}]"#
        ),
        (
            #"{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","args":["y"]}]}}}}"#,
            #"[{"name":"b","image":"1"},{"name":"a","image":"1","args":["y"]}]"#
        ),
        (
            #"{"spec":{"template":{"spec":{"containers":[{"name":"z","image":"3"},{"name":"b","image":"2"}]}}}}"#,
            #"[{"name":"z","image":"3"},{"name":"a","image":"1","args":["x"]},{"name":"b","image":"2"}]"#
        ),
        (
            #"{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"b"}]}}}}"#,
            #"[{"name":"a","image":"1","args":["x"]},{"name":"b","image":"1"}]"#
        ),
    ])
    func mergesListsByTheirKeys(patch: String, containers: String) throws {
        let schema = try #require(ObjectSchema.of(.init(apiVersion: "apps/v1", kind: "Deployment"))).root
        let result = try StrategicMergePatch.apply(JSON.parse(patch), to: Self.deployment, schema)
        #expect(try result[path: "spec", "template", "spec", "containers"] == JSON.parse(containers))
    }

    @Test func followsTheOtherDirectives() throws {
        let schema = try #require(ObjectSchema.of(.init(apiVersion: "apps/v1", kind: "Deployment"))).root
        let patch: JSON = [
            "metadata": ["$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]],
            "spec": ["strategy": ["$retainKeys": ["type"], "type": "Recreate"]],
        ]
        let result = try StrategicMergePatch.apply(patch, to: Self.deployment, schema)
        #expect(result[path: "metadata", "finalizers"] == ["c", "b"])
        #expect(result[path: "spec", "strategy"] == ["type": "Recreate"])
        #expect(throws: APIStatus.self) {
            try StrategicMergePatch.apply(["$patch": "explode"], to: Self.deployment, schema)
        }
    }

    /// As a server of the recorded version said it.
    @Test(arguments: [
        (#"[{"image":"x"}]"#, "map: map[image:x] does not contain declared merge key: name"),
        (#"[{"name":"a","$patch":"what"}]"#, "unknown patch type: what in map: map[$patch:what name:a]"),
        (
            "[3]",
            "list element types are not identical: [[map[args:[x] image:1 name:a] map[image:1 name:b]] [3]]"
        ),
        (#"[{"$patch":"merge"}]"#, "merging lists cannot yet be specified in the patch"),
    ])
    func refusesListsThatCannotBeMerged(containers: String, message: String) throws {
        let schema = try #require(ObjectSchema.of(.init(apiVersion: "apps/v1", kind: "Deployment"))).root
        let patch: JSON = ["spec": ["template": ["spec": ["containers": try JSON.parse(containers)]]]]
        let status = #expect(throws: APIStatus.self) {
            try StrategicMergePatch.apply(patch, to: Self.deployment, schema)
        }
        #expect(status?.message == message)
        #expect(status?.code == 500)
    }

    @Test func holdsThePatchToTheOrderThatItGives() throws {
        let schema = try #require(ObjectSchema.of(.init(apiVersion: "apps/v1", kind: "Deployment"))).root
        let containers: JSON = [
            "$setElementOrder/containers": [["name": "b"], ["name": "a"]],
            "containers": [["name": "a"], ["name": "b"]],
        ]
        let status = #expect(throws: APIStatus.self) {
            try StrategicMergePatch.apply(["spec": ["template": ["spec": containers]]], to: Self.deployment, schema)
        }
        #expect(
            status?.message
                == "The order in patch list:\n[map[name:a] map[name:b]]\n doesn't match $setElementOrder list:\n"
                + "[map[name:b] map[name:a]]\n")
    }
}
