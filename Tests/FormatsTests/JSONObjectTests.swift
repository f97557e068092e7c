import Formats
import Testing

@Suite struct JSONObjectTests {
    @Test func keepsMembersSortedAndUnique() {
        let object = JSONObject([
            .init(key: "b", value: 1), .init(key: "a", value: 2), .init(key: "b", value: 3),
        ])
        #expect(object.keys == ["a", "b"])
        #expect(object["b"] == 3)
    }

    @Test func aMissingMemberIsNilAndNotNull() {
        let value: JSON = ["a": .null]
        #expect(value["a"] == .some(.null))
        #expect(value["b"] == Optional.none)
        #expect(value[path: "b", "c"] == Optional.none)
    }

    @Test func assigningNilRemoves() {
        var value: JSON = ["a": 1, "b": ["c": true]]
        value["a"] = nil
        value["z"] = "new"
        #expect(value == ["z": "new", "b": ["c": true]])
        #expect(value[path: "b", "c"]?.bool == true)
    }
}
