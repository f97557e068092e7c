import Formats

/// Where an object lies: its resource, as the store files it, and its namespace and name.
struct ObjectKey: Sendable, Hashable {
    /// `deployments.apps`
    let resource: String
    /// Empty for objects of the cluster.
    let namespace: String
    let name: String

    /// What lists are sorted by: `namespace/name`, or the name alone.
    var path: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// One state of one object, never changed: a write puts another in its place.
final class StoredObject: Sendable {
    let key: ObjectKey
    /// The key's path, kept because every search compares it.
    let path: String
    let version: Int64
    /// The whole object, kind and apiVersion too.
    let value: JSON
    /// The encoded members without kind and apiVersion, and without the braces: both single answers and lists use them.
    let members: [UInt8]

    init(key: ObjectKey, version: Int64, value: JSON) {
        self.key = key
        path = key.path
        self.version = version
        self.value = value
        var body = value
        body["kind"] = nil
        body["apiVersion"] = nil
        members = Array(body.encoded().dropFirst().dropLast())
    }

    var metadata: JSON? { value["metadata"] }
    var uid: String { metadata?["uid"]?.string ?? "" }
    var isBeingDeleted: Bool { metadata?["deletionTimestamp"] != nil }
    var finalizers: [String] { (metadata?["finalizers"]?.array ?? []).compactMap(\.string) }

    /// The whole object, encoded, with its kind first, as people expect it.
    func encoded() -> [UInt8] {
        let head: JSON = ["kind": value["kind"] ?? "", "apiVersion": value["apiVersion"] ?? ""]
        var bytes = Array(head.encoded().dropLast())
        if !members.isEmpty {
            bytes.append(UInt8(ascii: ","))
            bytes += members
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
