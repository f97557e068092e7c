import Formats
import Sandbox
import Testing

/// Custom resources: what their definition says is what holds.
@Suite struct CustomResourceTests {
    private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    private static let widgets = "/apis/example.dev/v1/namespaces/t/widgets"

    private static let specification: JSON = [
        "type": "object", "required": ["size"],
        "properties": [
            "size": ["type": "integer", "minimum": 1, "maximum": 9],
            "mode": ["type": "string", "enum": ["fast", "slow"], "default": "slow"],
            "name": ["type": "string", "pattern": "^[a-z]+$", "maxLength": 5],
            "port": ["x-kubernetes-int-or-string": true],
            "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
            "labels": ["type": "object", "additionalProperties": ["type": "string"]],
            "parts": [
                "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                "maxItems": 2,
                "items": [
                    "type": "object", "required": ["name"],
                    "properties": [
                        "name": ["type": "string"], "weight": ["type": "integer", "default": 1],
                        "note": ["type": "string", "nullable": true],
                    ],
                ],
            ],
            "zone": [
                "type": "string",
                "x-kubernetes-validations": [["rule": "self == oldSelf", "message": "zone cannot change"]],
            ],
        ],
        "x-kubernetes-validations": [
            ["rule": "!has(self.name) || self.size < 5", "messageExpression": "'too large: ' + string(self.size)"]
        ],
    ]

    private static func version(_ name: String, stored: Bool) -> JSON {
        [
            "name": .string(name), "served": true, "storage": .bool(stored),
            "subresources": [
                "status": [:],
                "scale": ["specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"],
            ],
            "additionalPrinterColumns": [
                ["name": "Size", "type": "integer", "jsonPath": ".spec.size"],
                [
                    "name": "Ready", "type": "string",
                    "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status",
                ],
            ],
            "schema": [
                "openAPIV3Schema": [
                    "type": "object",
                    "properties": [
                        "spec": specification,
                        "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                    ],
                ]
            ],
        ]
    }

    private static func definition(_ plural: String = "widgets", kind: String = "Widget") -> JSON {
        [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).example.dev")],
            "spec": [
                "group": "example.dev", "scope": "Namespaced",
                "names": ["plural": .string(plural), "kind": .string(kind)],
                "versions": [version("v1beta1", stored: false), version("v1", stored: true)],
            ],
        ]
    }

    private static func widget(_ spec: JSON, name: String = "w") -> JSON {
        ["apiVersion": "example.dev/v1", "kind": "Widget", "metadata": ["name": .string(name)], "spec": spec]
    }

    private func begin() async throws -> SandboxClient {
        let client = try SandboxClient(controllers: nil)
        try await client.makeNamespace("t")
        try await client.send("POST", Self.definitions, Self.definition())
        return client
    }

    @Test func valuesAreFilledInAndUnknownOnesGo() async throws {
        let client = try await begin()
        let made = try await client.send(
            "POST", "\(Self.widgets)?fieldValidation=Ignore",
            Self.widget([
                "size": 2, "sise": 3, "free": ["any": ["thing": 1]], "labels": ["a": "b"], "mode": .null,
                "parts": [["name": "one", "x": 1, "note": .null]],
            ]))
        #expect(made.status == 201)
        #expect(
            made.value["spec"] == [
                "size": 2, "mode": "slow", "free": ["any": ["thing": 1]], "labels": ["a": "b"],
                "parts": [["name": "one", "weight": 1, "note": .null]],
            ])
        let strict = try await client.send(
            "POST", "\(Self.widgets)?fieldValidation=Strict",
            Self.widget(["size": 2, "sise": 3, "parts": [["name": "one", "x": 1]]], name: "strict"))
        #expect(
            strict.value["message"]
                == """
                Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field \
                "spec.parts[0].x", unknown field "spec.sise"
                """)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let id: String
        let spec: JSON
        let causes: [JSON]
        var testDescription: String { id }

        init(_ id: String, _ spec: JSON, _ causes: (reason: String, field: String, message: String)...) {
            self.id = id
            self.spec = spec
            self.causes = causes.map {
                [
                    "reason": .string("FieldValue\($0.reason)"), "field": .string($0.field),
                    "message": .string($0.message),
                ]
            }
        }
    }

    static let refusals = [
        Refusal("a missing field", [:], ("Required", "spec.size", "Required value"), unchecked),
        Refusal(
            "another type", ["size": "2"],
            (
                "TypeInvalid", "spec.size",
                #"Invalid value: "string": spec.size in body must be of type integer: "string""#
            ), unchecked),
        Refusal(
            "too small", ["size": 0],
            ("Invalid", "spec.size", "Invalid value: 0: spec.size in body should be greater than or equal to 1")),
        Refusal(
            "not among the values", ["size": 1, "mode": "quick"],
            ("NotSupported", "spec.mode", #"Unsupported value: "quick": supported values: "fast", "slow""#)),
        Refusal(
            "another pattern", ["size": 1, "name": "A"],
            ("Invalid", "spec.name", #"Invalid value: "A": spec.name in body should match '^[a-z]+$'"#)),
        Refusal(
            "too long", ["size": 1, "name": "abcdef"],
            ("TooLong", "spec.name", "Too long: may not be more than 5 bytes"), unchecked),
        Refusal(
            "neither number nor text", ["size": 1, "port": true],
            (
                "TypeInvalid", "spec.port",
                #"Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean""#
            ), unchecked),
        Refusal(
            "twice in a list", ["size": 1, "parts": [["name": "a"], ["name": "a"]]],
            ("Duplicate", "spec.parts[1]", #"Duplicate value: {"name":"a"}"#)),
        Refusal(
            "too many", ["size": 1, "parts": [["name": "a"], ["name": "b"], ["name": "c"]]],
            ("TooMany", "spec.parts", "Too many: 3: must have at most 2 items"), unchecked),
        Refusal(
            "within an element", ["size": 1, "parts": [["name": "a", "weight": 1.5]]],
            (
                "TypeInvalid", "spec.parts[0].weight",
                #"Invalid value: "number": spec.parts[0].weight in body must be of type integer: "number""#
            ), unchecked),
        Refusal("a rule", ["size": 7, "name": "a"], ("Invalid", "spec", #"Invalid value: "object": too large: 7"#)),
    ]

    private static let unchecked = (
        "Invalid", "<nil>",
        "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing "
            + "errors to complete validation"
    )

    @Test(arguments: refusals) func valuesAreHeldToTheirSchema(_ refusal: Refusal) async throws {
        let answer = try await begin().send("POST", Self.widgets, Self.widget(refusal.spec))
        #expect(answer.status == 422)
        #expect(answer.value["details"]?["causes"]?.array == refusal.causes)
    }

    @Test func aValueMayBeKeptFromChanging() async throws {
        let client = try await begin()
        try await client.send("POST", Self.widgets, Self.widget(["size": 2, "zone": "a"]))
        func change(_ spec: JSON) async throws -> (status: Int, value: JSON) {
            try await client.send(
                "PATCH", "\(Self.widgets)/w", ["spec": spec], type: "application/merge-patch+json")
        }
        #expect(try await change(["size": 3]).value["metadata"]?["generation"] == 2)
        let refused = try await change(["zone": "b"])
        #expect(
            refused.value["message"]
                == #"Widget.example.dev "w" is invalid: spec.zone: Invalid value: "string": zone cannot change"#)
        let status = try await client.send(
            "PATCH", "\(Self.widgets)/w/status", ["spec": ["size": 9], "status": ["size": 1]],
            type: "application/merge-patch+json")
        #expect(status.value["spec"]?["size"] == 3)
        #expect(status.value["metadata"]?["generation"] == 2)
        let scaled = try await client.send(
            "PATCH", "\(Self.widgets)/w/scale", ["spec": ["replicas": 4]], type: "application/merge-patch+json")
        #expect(scaled.value["spec"] == ["replicas": 4])
        #expect(scaled.value["status"]?["replicas"] == 1)
        #expect(try await client.send("GET", "\(Self.widgets)/w").value["spec"]?["size"] == 4)
    }

    @Test func everyVersionShowsTheSameObject() async throws {
        let client = try await begin()
        try await client.send("POST", Self.widgets, Self.widget(["size": 2]))
        let earlier = "/apis/example.dev/v1beta1/namespaces/t/widgets"
        let shown = try await client.send("GET", "\(earlier)/w").value
        #expect(shown["apiVersion"] == "example.dev/v1beta1")
        #expect(try await client.send("GET", earlier).value["items"]?.array == [shown])
        var changed = shown
        changed["spec"]?["size"] = 3
        #expect(try await client.send("PUT", "\(earlier)/w", changed).status == 200)
        let now = try await client.send("GET", "\(Self.widgets)/w").value
        #expect(now["apiVersion"] == "example.dev/v1")
        #expect(now["spec"]?["size"] == 3)
        let group = try await client.send("GET", "/apis/example.dev").value
        #expect(group["preferredVersion"]?["version"] == "v1")
    }

    @Test func tablesHaveTheColumnsOfTheDefinition() async throws {
        let client = try await begin()
        try await client.send("POST", Self.widgets, Self.widget(["size": 2]))
        try await client.send("POST", Self.widgets, Self.widget(["size": 3], name: "x"))
        try await client.send(
            "PATCH", "\(Self.widgets)/x/status",
            ["status": ["conditions": [["type": "Other", "status": "False"], ["type": "Ready", "status": "True"]]]],
            type: "application/merge-patch+json")
        var reader = client
        reader.headers = [("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")]
        let table = try await reader.send("GET", Self.widgets).value
        #expect((table["columnDefinitions"]?.array ?? []).map { $0["name"] } == ["Name", "Size", "Ready"])
        #expect((table["rows"]?.array ?? []).map { $0["cells"] } == [["w", 2, .null], ["x", 3, "True"]])
    }

    @Test func namesThatAreTakenAreNotServed() async throws {
        let client = try await begin()
        let other = try await client.send("POST", Self.definitions, Self.definition("gadgets"))
        #expect(other.status == 201)
        let shown = try await client.send("GET", "\(Self.definitions)/gadgets.example.dev").value
        let conditions = shown["status"]?["conditions"]?.array ?? []
        #expect(conditions.map { $0["reason"] } == ["ListKindConflict", "NotAccepted"])
        #expect(shown["status"]?["acceptedNames"] == ["plural": "gadgets", "kind": ""])
        #expect(conditions.first?["message"] == #""WidgetList" is already in use"#)
        #expect(try await client.send("GET", "/apis/example.dev/v1/namespaces/t/gadgets").status == 404)
    }

    @Test func aDefinitionTakesItsObjectsAlong() async throws {
        let client = try await begin()
        try await client.send("POST", Self.widgets, Self.widget(["size": 2]))
        var held = Self.widget(["size": 2], name: "held")
        held["metadata"]?["finalizers"] = ["example.dev/hold"]
        try await client.send("POST", Self.widgets, held)
        let path = "\(Self.definitions)/widgets.example.dev"
        #expect(try await client.send("DELETE", path).value["metadata"]?["deletionTimestamp"] != nil)
        #expect(try await client.send("GET", "\(Self.widgets)/w").status == 404)
        #expect(try await client.send("GET", "\(Self.widgets)/held").status == 200)
        let late = try await client.send("POST", Self.widgets, Self.widget(["size": 2], name: "late"))
        #expect(late.status == 405)
        try await client.send(
            "PATCH", "\(Self.widgets)/held", ["metadata": ["finalizers": .null]], type: "application/merge-patch+json")
        #expect(try await client.send("GET", path).status == 404)
        #expect(await client.respond("GET", Self.widgets).status == 404)
    }
}
