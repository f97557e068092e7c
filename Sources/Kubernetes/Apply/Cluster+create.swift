import Formats
import KubernetesModel
import Planning
import Tenancy

extension Cluster {
    /// Makes an object by server-side apply, which would also take over one that is there already: the answer tells, and
    /// then everything of ours is taken back.
    ///
    /// After a lost answer the object is looked for before the request is sent again.
    func create(
        _ object: DesiredObject, _ kind: ResourceKind, _ call: Call, _ pace: Pace
    ) async throws(Failure) -> String? {
        let answer: Answer
        do throws(Failure) {
            answer = try await exchange(call, pace)
        } catch {
            let live: LiveObject?
            do throws(Failure) { live = try await metadata(object.id, kind) } catch let second { throw second }
            if let live {
                guard live.isOursAlone else { throw error }
                return live.uid
            }
            return try await made(exchange(call, pace), object, kind, call)
        }
        return try await made(answer, object, kind, call)
    }

    private func made(
        _ answer: Answer, _ object: DesiredObject, _ kind: ResourceKind, _ call: Call
    ) async throws(Failure) -> String? {
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        guard answer.status == 200, !object.id.comesWithNamespace,
            let live = LiveObject(answer.body, kind, isMetadataOnly: true), !live.isOursAlone
        else { return answer.uid }
        try await giveUp(object, kind, uid: live.uid)
        throw Failure(
            .conflict,
            "cannot \(call.attempt) on \(origin): somebody else made it since it was looked for, and it was left as it "
                + "is; plan again")
    }

    /// Takes back what we have put into an object of somebody else: an apply of nothing.
    private func giveUp(_ object: DesiredObject, _ kind: ResourceKind, uid: String) async throws(Failure) {
        var metadata: JSON = ["name": .string(object.id.name), "uid": .string(uid)]
        metadata["namespace"] = object.id.namespace.map { .string($0) }
        let call = Call(
            attempt: "take our fields out of \(object.id)", method: .patch, path: kind.path(of: object.id),
            query: Self.fieldOptions,
            body: ["apiVersion": .string(object.apiVersion), "kind": .string(object.id.kind), "metadata": metadata],
            contentType: MediaType.apply, isRepeatable: true, holdsSecrets: kind.isSecret)
        let answer = try await exchange(call)
        guard answer.isSuccess else { throw refusal(of: call, answer) }
    }

    /// Sends again what lost a race inside the server.
    ///
    /// > Operation cannot be fulfilled on …: the object has been modified; please apply your changes to the latest version
    func exchange(_ call: Call, _ pace: Pace) async throws(Failure) -> Answer {
        var wait = 0.05
        for _ in 0..<4 {
            let answer = try await exchange(call)
            guard answer.hasLostRace else { return answer }
            do { try await pace.world.sleep(wait * (0.5 + pace.world.random())) } catch { return answer }
            wait *= 2
        }
        return try await exchange(call)
    }
}

extension Cluster.Answer {
    fileprivate var hasLostRace: Bool {
        status == 409 && ServerStatus(body).message.contains("the object has been modified")
    }
}

extension LiveObject {
    /// Nobody but us, and controllers that write its status, has written to it.
    fileprivate var isOursAlone: Bool {
        let writers = (object[path: "metadata", "managedFields"]?.array ?? []).filter { $0["subresource"] == nil }
        return !writers.isEmpty && writers.allSatisfy { $0["manager"]?.string == Marks.fieldManager }
    }
}

extension ObjectID {
    /// What the control plane puts into every namespace, sooner or later than we do.
    fileprivate var comesWithNamespace: Bool {
        group.isEmpty
            && (kind == "ServiceAccount" && name == "default" || kind == "ConfigMap" && name == "kube-root-ca.crt")
    }
}
