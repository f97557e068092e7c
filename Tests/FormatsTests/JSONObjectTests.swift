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

    @Test(arguments: [1, 2, 3, 23, 24, 25, 26, 500]) func sortsAnyNumber(count: Int) {
        let members = (0..<count).map { JSONObject.Member(key: "k\($0 * 7919 % count)", value: .int(Int64($0))) }
        let object = JSONObject(members + [.init(key: "k0", value: "last")])
        #expect(object.keys == object.keys.sorted())
        #expect(object.count == count)
        #expect(object["k0"] == "last")
        for member in members.dropFirst() { #expect(object[member.key] == member.value) }
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
