import Formats
import HTTP
import KubernetesModel
package import Planning
import Tenancy

extension Cluster {
    /// Carries out one operation and returns the uid of the object, where there is one afterwards.
    ///
    /// - Parameters:
    ///   - values: for Secrets.
    ///   - pace: how long a replacement waits until the old object is gone.
    package func perform(
        _ operation: ClusterOperation, values: SecretValues, pace: Pace
    ) async throws(Failure) -> String? {
        switch operation {
        case .apply(let object, let uid, let forced):
            try await established(apply(object, uid: uid, forced: forced, pace), object, pace)
        case .createSecret(let object): try await createSecret(object, values)
        case .updateSecret(let object, let uid, let add, let rotate):
            try await updateSecret(object, uid: uid, add: add, rotate: rotate, values)
        case .delete(let id, let apiVersion, let uid):
            try await delete(id, GroupVersionKind(apiVersion: apiVersion, kind: id.kind), uid: uid, pace)
        case .awaitRemoval(_, _, let uid): uid
        case .release(let id, let apiVersion, let uid):
            try await release(id, GroupVersionKind(apiVersion: apiVersion, kind: id.kind), uid: uid)
        case .run(let run): try await self.run(run, values, pace)
        case .replace(let object, let uid): try await replace(object, uid: uid, values, pace)
        }
    }

    /// Server-side apply. Sending it twice has the effect of sending it once.
    ///
    /// The uid in the body is a precondition: the server refuses when the object is gone (409) or is another one (422). That an
    /// object to be created is not there yet was confirmed when it was planned, and is seen once more in the answer.
    func apply(
        _ object: DesiredObject, uid: String?, forced: Bool, _ pace: Pace
    ) async throws(Failure) -> String? {
        let attempt = "apply \(object.id)"
        let kind = try await demandKind(object.gvk, for: attempt)
        var body = object.object
        if let uid { body["metadata"] = body["metadata"].map { $0.setting("uid", to: .string(uid)) } }
        let call = Call(
            attempt: attempt, method: .patch, path: kind.path(of: object.id),
            query: Self.fieldOptions + [("force", forced ? "true" : "false")], body: body, contentType: MediaType.apply,
            isRepeatable: uid != nil, holdsSecrets: kind.isSecret)
        guard uid != nil else { return try await create(object, kind, call, pace) }
        let answer = try await exchange(call, pace)
        if answer.isAboutAnotherObject { throw another(object.id, attempt) }
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        return answer.uid
    }

    /// Waits until the kind that a definition defines can be used: objects of it may come next.
    private func established(
        _ uid: String?, _ object: DesiredObject, _ pace: Pace
    ) async throws(Failure) -> String? {
        guard object.id.isDefinition else { return uid }
        var step = pace.begin()
        while true {
            let live = try await find(object.id, object.gvk)
            var readiness = live.map { Readiness.of($0.object) } ?? Readiness(.failed, "it is gone again")
            // What is established may still be missing where kinds are looked up.
            if readiness.isReady, let gvk = live?.definedKind, try await kind(gvk) == nil {
                readiness = Readiness(.inProgress, "the server does not list \(gvk.kind) yet")
            }
            if readiness.isReady { return uid }
            guard readiness.state != .failed, await step.wait() else {
                throw Failure(.rejected, "cannot use \(object.id) on \(origin): \(readiness.reason)")
            }
        }
    }

    func replace(
        _ object: DesiredObject, uid: String, _ values: SecretValues, _ pace: Pace
    ) async throws(Failure) -> String? {
        _ = try await delete(object.id, object.gvk, uid: uid, pace)
        let kind = try await demandKind(object.gvk, for: "replace \(object.id)")
        var step = pace.begin()
        while let live = try await metadata(object.id, kind), live.uid == uid {
            guard await step.wait() else {
                let held = live.finalizers.isEmpty ? "" : ", held by \(live.finalizers.joined(separator: ", "))"
                throw Failure(
                    .rejected,
                    "cannot replace \(object.id) on \(origin): the old one was not gone within \(pace.text)\(held)")
            }
        }
        return try await object.secret == nil
            ? apply(object, uid: nil, forced: false, pace) : createSecret(object, values)
    }

    /// The object's metadata, or nil where there is none of that name.
    func metadata(_ id: ObjectID, _ kind: ResourceKind) async throws(Failure) -> LiveObject? {
        let call = Call(
            attempt: "read \(id)", method: .get, path: kind.path(of: id), accept: MediaType.metadata)
        let answer = try await exchange(call)
        if answer.status == 404 { return nil }
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        guard let object = LiveObject(answer.body, kind, isMetadataOnly: true), object.id == id else {
            throw unusable(call, "it answered another object", .other)
        }
        return object
    }

    func another(_ id: ObjectID, _ attempt: String) -> Failure {
        Failure(
            .conflict,
            "cannot \(attempt) on \(origin): it is another \(id.kind) than the planned one by now; plan again")
    }

    static let fieldOptions = [
        (name: "fieldManager", value: Marks.fieldManager), (name: "fieldValidation", value: "Strict"),
    ]
}

extension DesiredObject {
    var gvk: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: id.kind) }
}

extension Cluster.Answer {
    var uid: String? { body[path: "metadata", "uid"]?.string }

    /// The uid of the body is not the live object's, or there is no live object.
    var isAboutAnotherObject: Bool {
        let said = ServerStatus(body)
        if status == 409 {
            return said.message.contains("uid mismatch") || said.message.contains("UID in the precondition")
                || said.message.contains("UID in precondition")
        }
        return status == 422 && said.causes.contains { $0.field == "metadata.uid" }
    }
}

extension JSON {
    func setting(_ key: String, to value: JSON) -> JSON {
        var copy = self
        copy[key] = value
        return copy
    }
}

extension LiveObject {
    var finalizers: [String] { (object[path: "metadata", "finalizers"]?.array ?? []).compactMap(\.string) }
}
