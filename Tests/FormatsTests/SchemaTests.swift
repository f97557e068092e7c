import Formats
import Testing

/// Findings on YAML as people read them.
@Suite struct SchemaTests {
    static let schemaText = ##"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "A tenant",
          "type": "object",
          "additionalProperties": false,
          "required": ["apiVersion", "kind", "spec"],
          "properties": {
            "apiVersion": {"const": "reconcile.dev/v1"},
            "kind": {"enum": ["Tenant", "Tier"]},
            "spec": {
              "type": "object",
              "additionalProperties": false,
              "required": ["tier"],
              "properties": {
                "tier": {"$ref": "#/$defs/slug"},
                "text": {"type": "string"},
                "replicas": {"type": "integer", "minimum": 1, "maximum": 9},
                "ratio": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
                "on": {"type": "boolean"},
                "size": {"type": ["string", "integer"]},
                "color": {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"},
                "contact": {"type": "string", "format": "email"},
                "expires": {"type": "string", "format": "date"},
                "state": {"enum": ["on", "off", 1, null]},
                "domains": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 5}, "uniqueItems": true, "maxItems": 3},
                "labels": {"type": "object", "propertyNames": {"$ref": "#/$defs/slug"}, "additionalProperties": {"type": "string"}},
                "free": {"type": "object"},
                "environments": {
                  "oneOf": [
                    {"type": "array", "items": {"$ref": "#/$defs/slug"}},
                    {"type": "object", "additionalProperties": {"type": "object", "properties": {"on": {"type": "boolean"}}, "additionalProperties": false}}
                  ]
                },
                "cluster": {
                  "oneOf": [
                    {"type": "object", "required": ["sandbox"], "properties": {"sandbox": {"type": "object"}}, "additionalProperties": false},
                    {"type": "object", "required": ["kubernetes"], "additionalProperties": false,
                      "properties": {"kubernetes": {"type": "object", "required": ["context"], "properties": {"context": {"type": "string"}}}}}
                  ]
                },
                "source": {"type": "object", "anyOf": [{"required": ["env"]}, {"required": ["file"]}]},
                "limit": {"anyOf": [{"type": "string"}, {"type": "integer"}]}
              }
            }
          },
          "$defs": {"slug": {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"}}
        }
        """##

    private func schema() throws -> JSONSchema { try JSONSchema(JSON.parse(Self.schemaText)) }

    /// Line by line what is wrong with a file whose `spec` has these lines.
    private func lines(_ spec: String) throws -> [String] {
        let text =
            "apiVersion: reconcile.dev/v1\nkind: Tenant\nspec:\n  tier: basic\n"
            + spec.split(separator: "\n").map { "  \($0)\n" }.joined()
        let node = try #require(YAML.parse(Array(text.utf8), file: "f").document)
        return try schema().findings(in: node).map { "\($0.mark.line):\($0.mark.column) \($0.pointer) \($0.message)" }
    }

    static let wrong: [(String, [String])] = [
        ("text: [a]", ["5:9 /spec/text expected a string, found a list"]),
        ("replicas: x", ["5:13 /spec/replicas expected an integer, found the string 'x'"]),
        ("replicas:", ["5:12 /spec/replicas expected an integer, found nothing"]),
        ("replicas: \"2\"", ["5:13 /spec/replicas expected an integer, found the string '2'"]),
        (
            "replicas: 012",
            [
                "5:13 /spec/replicas '012' is no clear number: it can be read as 12 or, in octal, as 10; write 12 or 10"
            ]
        ),
        ("replicas: 0x10", ["5:13 /spec/replicas '0x10' is no clear number: write 16"]),
        ("replicas: 1.5", ["5:13 /spec/replicas expected an integer, found 1.5"]),
        ("replicas: 1e0", ["5:13 /spec/replicas expected an integer, found 1e0; write 1"]),
        ("replicas: 0", ["5:13 /spec/replicas expected at least 1, found 0"]),
        ("replicas: 10", ["5:13 /spec/replicas expected at most 9, found 10"]),
        (
            "replicas: 9223372036854775808",
            ["5:13 /spec/replicas '9223372036854775808' is no clear number: it is beyond 64 bits"]
        ),
        ("replicas: 2024-01-31", ["5:13 /spec/replicas expected an integer, found the string '2024-01-31'"]),
        ("ratio: 0", ["5:10 /spec/ratio expected more than 0, found 0"]),
        ("ratio: 0.7", ["5:10 /spec/ratio expected a multiple of 0.5, found 0.7"]),
        ("ratio: .inf", ["5:10 /spec/ratio '.inf' is no clear number: JSON has no infinity"]),
        (
            "on: yes",
            ["5:7 /spec/on expected true or false, found the string 'yes'; YAML 1.2 knows only true and false"]
        ),
        ("on: \"true\"", ["5:7 /spec/on expected true or false, found the string 'true'"]),
        ("size: [1]", ["5:9 /spec/size expected a string or an integer, found a list"]),
        ("color: red", ["5:10 /spec/color 'red' does not match '^#[0-9A-Fa-f]{6}$'"]),
        ("contact: me", ["5:12 /spec/contact expected an e-mail address, found 'me'"]),
        ("expires: 2026-02-30", ["5:12 /spec/expires '2026-02-30' does not exist: February 2026 has 28 days"]),
        ("state: offf", ["5:10 /spec/state expected 'on', 'off', 1 or null, found 'offf'; did you mean 'off'?"]),
        (
            "domains: [a, \"\", toolong, a]",
            [
                "5:12 /spec/domains expected at most 3 elements, found 4", "5:16 /spec/domains/1 must not be empty",
                "5:20 /spec/domains/2 expected at most 5 characters, found 7",
                "5:29 /spec/domains/3 the same as element 1",
            ]
        ),
        (
            "labels: {Not-Ok: x}",
            [
                "5:12 /spec/labels/Not-Ok 'Not-Ok' does not match '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$'; did you mean 'not-ok'?"
            ]
        ),
        ("teir: x", ["5:3 /spec/teir unknown key 'teir'; did you mean 'tier'?"]),
        ("context: x", ["5:3 /spec/context unknown key 'context'; did you mean 'contact'?"]),
        ("kind: x", ["5:3 /spec/kind unknown key 'kind'; it belongs one level up"]),
        ("environments: basic", ["5:17 /spec/environments expected a map or a list, found 'basic'; write [basic]"]),
        (
            "environments: [Dev]",
            [
                "5:18 /spec/environments/0 'Dev' does not match '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$'; did you mean 'dev'?"
            ]
        ),
        ("environments: {dev: {onn: true}}", ["5:24 /spec/environments/dev/onn unknown key 'onn'; did you mean 'on'?"]),
        (
            "cluster: {kubernets: {context: a}}",
            ["5:13 /spec/cluster/kubernets unknown key 'kubernets'; did you mean 'kubernetes'?"]
        ),
        ("cluster: {kubernetes: {}}", ["5:13 /spec/cluster/kubernetes missing key 'context'; add it"]),
        ("source: {}", ["5:3 /spec/source needs one of the keys 'env' or 'file'"]),
        (
            "free: {a: [010]}",
            [
                "5:14 /spec/free/a/0 '010' is no clear number: it can be read as 10 or, in octal, as 8; write 10 or 8, or quote it"
            ]
        ),
    ]

    @Test(arguments: wrong) func finds(spec: String, expected: [String]) throws {
        #expect(try lines(spec) == expected)
    }

    @Test func findsAtTheRoot() throws {
        let parsed = YAML.parse(Array("kind: Tenand\ntier: basic\nspce:\n  tier: x\n".utf8), file: "f")
        let found = try schema().findings(in: #require(parsed.document)).map { $0.diagnostic(file: "f").line }
        #expect(
            found == [
                "f:1:1: error: missing key 'apiVersion'; add it [RCN1303]",
                "f:1:7: error: expected 'Tenant' or 'Tier', found 'Tenand'; did you mean 'Tenant'? [RCN1304]",
                "f:2:1: error: unknown key 'tier'; it belongs under 'spec' [RCN1302]",
                "f:3:1: error: unknown key 'spce'; did you mean 'spec'? [RCN1302]",
            ])
    }

    static let values: [(String, JSON)] = [
        ("text: 1.10", ["text": "1.10"]), ("text: NO", ["text": "NO"]), ("text: 012", ["text": "012"]),
        ("text: ~", ["text": "~"]),
        ("text:", ["text": ""]), ("text: 12:30:45", ["text": "12:30:45"]), ("text: true", ["text": "true"]),
        ("text: .inf", ["text": ".inf"]), ("expires: 2027-01-31", ["expires": "2027-01-31"]),
        ("size: 10", ["size": 10]),
        ("size: 10Gi", ["size": "10Gi"]), ("size: true", ["size": "true"]), ("size: 010", ["size": "010"]),
        ("replicas: 2.0", ["replicas": 2]),
        ("ratio: 1", ["ratio": 1]), ("ratio: 1e3", ["ratio": 1000.0]), ("state: on", ["state": "on"]),
        ("state: ~", ["state": .null]),
        ("limit: 5", ["limit": 5]),
        ("free: {a: 1.10, b: NO, c: [true, 1]}", ["free": ["a": 1.1, "b": "NO", "c": [true, 1]]]),
        ("labels: {a: 1, b: yes}", ["labels": ["a": "1", "b": "yes"]]),
        ("environments: [1, dev]", ["environments": ["1", "dev"]]),
        ("environments: {dev: {on: true}}", ["environments": ["dev": ["on": true]]]),
        ("cluster: {kubernetes: {context: 1}}", ["cluster": ["kubernetes": ["context": "1"]]]),
    ]

    @Test(arguments: values) func types(spec: String, value: JSON) throws {
        let text = "apiVersion: reconcile.dev/v1\nkind: Tenant\nspec:\n  tier: 7\n  \(spec)\n"
        let read = try schema().read(#require(YAML.parse(Array(text.utf8), file: "f").document))
        #expect(read.findings == [])
        var expected = value
        expected["tier"] = "7"
        #expect(read.value["spec"] == expected)
    }

    static let refused: [(String, String)] = [
        (#"{"propertys": {}}"#, "schema #/propertys: keyword 'propertys' is not supported; did you mean 'properties'?"),
        (
            #"{"properties": {"a": {"typ": 1}}}"#,
            "schema #/properties/a/typ: keyword 'typ' is not supported; did you mean 'type'?"
        ),
        (#"{"$defs": {"a": {"contains": 1}}}"#, "schema #/$defs/a/contains: a schema is an object, true or false"),
        (#"{"type": "text"}"#, "schema #/type: unknown type \"text\""),
        (
            #"{"pattern": "(?=a)"}"#,
            "schema #/pattern: regular expression '(?=a)': only groups of the form (…) and (?:…) are supported at character 3"
        ),
        (#"{"format": "ipv5"}"#, "schema #/format: format \"ipv5\" is not supported"),
        (##"{"$ref": "#/$defs/x"}"##, "schema #/$defs/x: there is no schema at this place"),
        (
            #"{"$ref": "https://a/b"}"#,
            "schema #/$ref: nothing has the name \"https://a/b\"; within this schema it is \"#/$defs/name\""
        ),
        (##"{"$ref": "#"}"##, "schema #: the schema refers to itself without end"),
        (
            #"{"$schema": "http://json-schema.org/draft-07/schema#"}"#,
            "schema #/$schema: expected \"https://json-schema.org/draft/2020-12/schema\", found \"http://json-schema.org/draft-07/schema#\""
        ),
        (
            ##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": 1}"##,
            "schema #/$ref: expected a reference, as \"#/$defs/name\""
        ),
        (#"{"minContains": -1}"#, "schema #/minContains: expected a count"),
        (#"{"minLength": 3, "maxLength": 2}"#, "schema #/minLength: the lower bound is above the upper one"),
        ("3", "schema #: a schema is an object, true or false"),
    ]

    static let rare: [(schema: String, value: String, findings: [String])] = [
        (
            #"{"dependentRequired": {"cert": ["key"]}}"#, "{cert: a}",
            ["1:2 missing key 'key', which 'cert' needs"]
        ),
        (
            #"{"dependentSchemas": {"a": {"required": ["b"]}}}"#, "{a: 1}", ["1:1 missing key 'b'; add it"]
        ),
        (
            #"{"contains": {"const": "x"}, "maxContains": 1}"#, "[y]",
            ["1:1 expected at least 1 of the elements in the form that is asked for, found 0"]
        ),
        (
            #"{"contains": {"const": "x"}, "maxContains": 1}"#, "[x, x]",
            ["1:1 expected at most 1 of the elements in that form, found 2"]
        ),
        (
            #"{"allOf": [{"properties": {"name": true}}], "properties": {"size": true}, "unevaluatedProperties": false}"#,
            "{name: a, sise: 1, c: {}}",
            ["1:11 unknown key 'sise'; did you mean 'size'?", "1:20 unknown key 'c'; known here: size"]
        ),
        (
            #"{"prefixItems": [true], "unevaluatedItems": {"type": "integer"}}"#, "[a, 1, b]",
            ["1:8 expected an integer, found the string 'b'"]
        ),
    ]

    @Test(arguments: rare) func findsByRareKeywords(schema: String, value: String, findings: [String]) throws {
        let node = try #require(YAML.parse(Array(value.utf8), file: "f").document)
        let found = try JSONSchema(JSON.parse(schema)).findings(in: node)
        #expect(found.map { "\($0.mark.line):\($0.mark.column) \($0.message)" } == findings)
    }

    /// The types of scalars follow keywords that look at what others have left.
    @Test func typesByRareKeywords() throws {
        let schema = try JSONSchema(
            JSON.parse(
                #"{"properties": {"a": {"type": "string"}}, "unevaluatedProperties": {"type": "string"}, "dependentSchemas": {"b": {"properties": {"c": {"type": "string"}}}}}"#
            ))
        let node = try #require(YAML.parse(Array("{a: 1, b: 2, c: 3}".utf8), file: "f").document)
        #expect(schema.read(node).value == ["a": "1", "b": "2", "c": "3"])
    }

    /// Branches within branches: what is tried multiplies with each level, and ends.
    @Test func triesAreBounded() throws {
        let text =
            ##"{"anyOf": [{"properties": {"a": {"$ref": "#"}}, "required": ["x"]}, {"properties": {"a": {"$ref": "#"}}, "required": ["y"]}]}"##
        let deep = String(repeating: "{a: ", count: 40) + "1" + String(repeating: "}", count: 40)
        let node = try #require(YAML.parse(Array(deep.utf8), file: "f").document)
        let findings = try JSONSchema(JSON.parse(text)).findings(in: node)
        #expect(findings.map(\.message) == ["the schema has more branches to try for this than are tried"])
    }

    @Test func findingsAreBounded() throws {
        let schema = try JSONSchema(JSON.parse(#"{"items": {"type": "integer"}}"#))
        let node = try #require(YAML.parse(Array(String(repeating: "- 012\n", count: 20_000).utf8), file: "f").document)
        let findings = schema.findings(in: node)
        #expect(findings.count == 201)
        #expect(findings.last?.message == "too many errors; the rest of the file was not looked at")
        #expect(findings.last?.mark == Mark(line: 200, column: 3))
    }

    @Test func nestingOfSchemasIsBounded() throws {
        let text = String(repeating: #"{"allOf": ["#, count: 40) + "{}" + String(repeating: "]}", count: 40)
        let error = #expect(throws: JSONSchema.CompileError.self) { try JSONSchema(JSON.parse(text)) }
        #expect(error?.reason == "more than 32 schemas, one within the other, for one value")
    }

    /// A schema that leads back to itself through a dynamic reference, for the same value.
    @Test func dynamicReferencesEnd() throws {
        let schema = try JSONSchema(JSON.parse(##"{"$dynamicAnchor": "a", "$dynamicRef": "#a"}"##))
        #expect(schema.findings(in: 1).map(\.message) == ["the schema refers to itself without end"])
    }

    @Test(arguments: refused) func refuses(text: String, message: String) throws {
        let json = try JSON.parse(text)
        do throws(JSONSchema.CompileError) {
            _ = try JSONSchema(json)
            Issue.record("compiled")
        } catch {
            #expect(error.description == message)
        }
    }
}
