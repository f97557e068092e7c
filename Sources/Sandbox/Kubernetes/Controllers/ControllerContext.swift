import Cryptography
import Formats

/// What a controller reads, and how it writes: as a client of the API with a name of its own.
struct ControllerContext: Sendable {
    static let manager = "kube-controller-manager"

    let server: APIServer
    let pace: ControllerPace
    /// The certificate authority of the API, in PEM.
    let authority: String
    let stopwatch = Stopwatch()

    var store: ClusterStore { server.store }

    func object(_ resource: String, _ namespace: String, _ name: String) -> StoredObject? {
        store.object(ObjectKey(resource: resource, namespace: namespace, name: name))
    }

    /// The objects of that resource that the owner controls.
    func owned(by owner: StoredObject, _ resource: String) -> [StoredObject] {
        store.snapshot().objects(resource, namespace: owner.key.namespace).filter { $0.owner?.uid == owner.uid }
    }

    var time: String { RFC3339.text(server.now()) }

    func create(_ resource: String, in namespace: String, _ value: JSON, by manager: String = manager) throws {
        guard let type = server.catalog.resource(qualified: resource) else { return }
        do {
            _ = try server.make(value, type, in: namespace, by: Writer(manager: manager))
        } catch let failure as APIFailure where failure.reason == "AlreadyExists" {
            // A look at an older state: what is wanted is there.
        }
    }

    /// Writes what the change makes of the live object; nothing where that is nothing new.
    func change(
        _ object: StoredObject, subresource: String = "", by manager: String = manager, _ change: (inout JSON) -> Void
    ) throws {
        var value = object.value
        change(&value)
        guard value != object.value, let type = server.catalog.resource(qualified: object.key.resource) else { return }
        _ = try server.replace(object, with: value, type, Writer(manager: manager, subresource: subresource))
    }

    func setStatus(_ object: StoredObject, _ status: JSON, by manager: String = manager) throws {
        try change(object, subresource: "status", by: manager) { $0["status"] = status }
    }

    /// Removes the object as a client does, in the background.
    func remove(_ object: StoredObject) throws {
        guard let type = server.catalog.resource(qualified: object.key.resource) else { return }
        _ = try server.remove(object, DeleteOptions(propagation: .background), type)
    }

    func removeFinalizer(_ finalizer: String, of object: StoredObject) throws {
        try change(object) { value in
            let left = object.finalizers.filter { $0 != finalizer }
            value["metadata"]?["finalizers"] = left.isEmpty ? nil : .array(left.map { .string($0) })
        }
    }
}

/// An object that another one belongs to.
struct OwnerReference: Sendable, Hashable {
    let kind: String
    let apiVersion: String
    let name: String
    let uid: String
    let isController: Bool
    let blocksDeletion: Bool

    init(_ value: JSON) {
        kind = value["kind"]?.string ?? ""
        apiVersion = value["apiVersion"]?.string ?? ""
        name = value["name"]?.string ?? ""
        uid = value["uid"]?.string ?? ""
        isController = value["controller"]?.bool ?? false
        blocksDeletion = value["blockOwnerDeletion"]?.bool ?? false
    }

    /// The reference that a controller puts into what it makes.
    static func controller(_ owner: StoredObject) -> JSON {
        [
            "apiVersion": owner.value["apiVersion"] ?? "", "kind": owner.value["kind"] ?? "",
            "name": .string(owner.key.name), "uid": .string(owner.uid), "controller": true, "blockOwnerDeletion": true,
        ]
    }
}

extension StoredObject {
    var owners: [OwnerReference] { (metadata?["ownerReferences"]?.array ?? []).map(OwnerReference.init) }

    /// The one owner that controls the object.
    var owner: OwnerReference? { owners.first(where: \.isController) }

    var generation: Int64 { metadata?["generation"]?.int ?? 0 }

    func label(_ name: String) -> String? { metadata?["labels"]?[name]?.string }

    func annotation(_ name: String) -> String? { metadata?["annotations"]?[name]?.string }
}

/// A hash of a pod template, as names carry it.
enum TemplateHash {
    /// Without vowels, so that no hash spells a word.
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    static func text(of value: JSON, length: Int = 10) -> String {
        let digest = SHA256.digest(of: value.encoded())
        return String(digest.prefix(length).map { alphabet[Int($0) % alphabet.count] })
    }
}

/// A condition of a status, whose time of transition stays while its status does.
struct Condition: Sendable {
    let type: String
    let status: Bool
    let reason: String
    let message: String

    /// - Parameter earlier: the conditions until now.
    func json(_ earlier: [JSON], time: String, with keys: [String]) -> JSON {
        let before = earlier.first { $0["type"]?.string == type }
        let text = status ? "True" : "False"
        let isSame = before?["status"]?.string == text
        let isUnchanged = isSame && before?["reason"]?.string == reason && before?["message"]?.string == message
        if isUnchanged, let before { return before }
        var value: JSONObject = ["type": .string(type), "status": .string(text), "reason": .string(reason)]
        value["message"] = .string(message)
        value["lastTransitionTime"] = isSame ? before?["lastTransitionTime"] ?? .string(time) : .string(time)
        for key in keys { value[key] = .string(time) }
        return .object(value)
    }
}
