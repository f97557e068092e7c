import Formats
import KubernetesModel
import Planning
import Tenancy

/// Secrets whose values are made or read now: created by POST, changed by JSON patch, never applied and never read back.
extension Cluster {
    func createSecret(_ object: DesiredObject, _ values: SecretValues) async throws(Failure) -> String? {
        let attempt = "create \(object.id)"
        let kind = try await demandKind(object.gvk, for: attempt)
        var data = JSONObject()
        for key in object.secret ?? [] {
            data[key.name] = .string(Base64.encode(Array(try values.value(of: key, for: attempt).utf8)))
        }
        let call = Call(
            attempt: attempt, method: .post, path: kind.path(namespace: object.id.namespace.map(Percent.encode)),
            query: Self.fieldOptions, body: object.object.setting("data", to: .object(data)), holdsSecrets: true)
        let answer: Answer
        do throws(Failure) {
            answer = try await exchange(call)
        } catch {
            // It may have been carried out: look before anybody makes it twice.
            guard let live = try? await metadata(object.id, kind), live.isMade(from: object) else { throw error }
            return live.uid
        }
        if answer.status == 409, let live = try await metadata(object.id, kind) {
            guard live.isMade(from: object) else {
                throw Failure(
                    .conflict, "cannot \(attempt) on \(origin): it is there by now and is not ours; plan again")
            }
            return live.uid
        }
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        return answer.uid
    }

    func updateSecret(
        _ object: DesiredObject, uid: String, add: [SecretKey], rotate: [SecretKey], _ values: SecretValues
    ) async throws(Failure) -> String? {
        let attempt = "update \(object.id)"
        let kind = try await demandKind(object.gvk, for: attempt)
        guard let live = try await metadata(object.id, kind), live.uid == uid else { throw another(object.id, attempt) }
        var patch = SecretPatch(uid: uid)
        for key in add { patch.add(key.name, try values.value(of: key, for: attempt), to: live) }
        for key in rotate { patch.rotate(key.name, try values.value(of: key, for: attempt), in: live) }
        patch.setMetadata(of: object, in: live)
        let call = Call(
            attempt: attempt, method: .patch, path: kind.path(of: object.id), query: Self.fieldOptions,
            body: .array(patch.operations), contentType: MediaType.jsonPatch, holdsSecrets: true)
        let answer: Answer
        do throws(Failure) {
            answer = try await exchange(call)
        } catch {
            guard let now = try? await metadata(object.id, kind), now.uid == uid, now.isMade(from: object),
                add.allSatisfy({ now.dataKeys.contains($0.name) })
            else { throw error }
            return uid
        }
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        return answer.uid
    }
}

/// The operations of a JSON patch on a Secret of which only the metadata are known.
private struct SecretPatch {
    private(set) var operations: [JSON]
    private var hasData = false

    init(uid: String) { operations = [["op": "test", "path": "/metadata/uid", "value": .string(uid)]] }

    mutating func add(_ key: String, _ value: String, to live: LiveObject) {
        makeRoom(live)
        operations.append([
            "op": "add", "path": .string(JSONPointer(["data", key]).description),
            "value": .string(Base64.encode(Array(value.utf8))),
        ])
    }

    /// A new value; the old one stays as `<key>.previous`.
    mutating func rotate(_ key: String, _ value: String, in live: LiveObject) {
        let pointer = JSONPointer(["data", key]).description
        if live.dataKeys.contains(key) {
            let previous = JSONPointer(["data", key + ".previous"]).description
            operations.append(["op": "copy", "from": .string(pointer), "path": .string(previous)])
        }
        add(key, value, to: live)
    }

    mutating func setMetadata(of object: DesiredObject, in live: LiveObject) {
        for part in ["labels", "annotations"] {
            guard let wanted = object.object[path: "metadata", part]?.object, !wanted.isEmpty else { continue }
            let there = live.object[path: "metadata", part]?.object
            if there == nil { operations.append(["op": "add", "path": .string("/metadata/\(part)"), "value": [:]]) }
            for member in wanted where there?[member.key] != member.value {
                let pointer = JSONPointer(["metadata", part, member.key]).description
                operations.append(["op": "add", "path": .string(pointer), "value": member.value])
            }
        }
    }

    /// A Secret without a key has no `data` to add one to.
    private mutating func makeRoom(_ live: LiveObject) {
        if !hasData, live.dataKeys.isEmpty { operations.append(["op": "add", "path": "/data", "value": [:]]) }
        hasData = true
    }
}

extension LiveObject {
    /// The keys of a Secret's `data`, whoever wrote them, as far as managedFields tell.
    var dataKeys: Set<String> {
        var keys: Set<String> = []
        for entry in object[path: "metadata", "managedFields"]?.array ?? [] {
            for member in entry[path: "fieldsV1", "f:data"]?.object ?? JSONObject() where member.key.hasPrefix("f:") {
                keys.insert(String(member.key.dropFirst(2)))
            }
        }
        return keys
    }

    /// Whether it bears the labels and annotations of the desired object and was written by us.
    fileprivate func isMade(from desired: DesiredObject) -> Bool {
        let isWritten = (object[path: "metadata", "managedFields"]?.array ?? []).contains {
            $0["manager"]?.string == Marks.fieldManager
        }
        return isWritten
            && ["labels", "annotations"].allSatisfy { part in
                (desired.object[path: "metadata", part]?.object ?? JSONObject()).allSatisfy { member in
                    object[path: "metadata", part, member.key] == member.value
                }
            }
    }
}
