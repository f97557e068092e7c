import Formats
import KubernetesModel
import Testing

@Suite struct FieldSetTests {
    private static func set(_ text: String) throws -> FieldSet { try FieldSet(fieldsV1: JSON.parse(text)) }

    @Test(arguments: [
        #"{"f:spec":{"f:replicas":{}}}"#,
        #"{"f:a":{".":{},"f:b":{}}}"#,
        #"{"f:ports":{"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:name":{}}}}"#,
        #"{"f:finalizers":{"v:\"a/b\"":{}},"f:list":{"i:0":{}}}"#, "{}",
    ])
    func readsAndWritesFieldsV1(text: String) throws {
        #expect(try Self.set(text).fieldsV1 == JSON.parse(text))
    }

    @Test(arguments: [#"{"x:a":{}}"#, #"{"k:not json":{}}"#, #"{"i:a":{}}"#, #"{"f:a":1}"#, "[]", #"{"":{}}"#])
    func refusesWhatIsNoSet(text: String) {
        #expect(throws: FieldSet.CodecError.self) { try Self.set(text) }
    }

    @Test func takesNumbersByTheirValue() throws {
        let one = try Self.set(#"{"f:p":{"k:{\"port\":80}":{}}}"#)
        let other = try Self.set(#"{"f:p":{"k:{\"port\":80.0}":{}}}"#)
        #expect(one.subtracting(other).isEmpty)
    }

    /// A path takes away itself, not what lies below it.
    @Test func subtractsMemberByMember() throws {
        let all = try Self.set(#"{"f:a":{".":{},"f:b":{},"f:c":{}}}"#)
        #expect(try all.subtracting(Self.set(#"{"f:a":{}}"#)).paths.map(\.description) == [".a.b", ".a.c"])
        #expect(try all.subtracting(Self.set(#"{"f:a":{"f:b":{}}}"#)).paths.map(\.description) == [".a", ".a.c"])
        #expect(try all.subtractingWithChildren(Self.set(#"{"f:a":{}}"#)).isEmpty)
    }

    @Test func unitesAndIntersects() throws {
        let one = try Self.set(#"{"f:a":{"f:b":{}},"f:c":{}}"#)
        let other = try Self.set(#"{"f:a":{"f:b":{},"f:d":{}},"f:e":{}}"#)
        #expect(one.union(other).paths.map(\.description) == [".c", ".e", ".a.b", ".a.d"])
        #expect(one.intersection(other).paths.map(\.description) == [".a.b"])
        #expect(one.union(other) == other.union(one))
    }

    @Test func findsItsLeaves() throws {
        let set = try Self.set(#"{"f:a":{".":{},"f:b":{}},"f:c":{}}"#)
        #expect(set.leaves.paths.map(\.description) == [".c", ".a.b"])
        #expect(set.contains(FieldPath(fields: "a")))
        #expect(!set.contains(FieldPath(fields: "b")))
    }

    @Test func writesPathsAsTheServerDoes() {
        let path = FieldPath([
            .field("spec"), .key(["port": 80, "protocol": "TCP"]), .value("a\"b"), .index(3), .field("image"),
        ])
        #expect(path.description == #".spec[port=80,protocol="TCP"][="a\"b"][3].image"#)
        #expect(path.display == "spec[80/TCP][a\"b][3].image")
        #expect(FieldPath(fields: "metadata", "labels", "a.b/c").display == "metadata.labels[a.b/c]")
    }
}
