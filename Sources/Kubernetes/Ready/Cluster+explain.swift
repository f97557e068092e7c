import Formats
import KubernetesModel
import Planning

extension Cluster {
    /// Adds to workloads and claims that are not ready what their pods, claims and events say. Best effort, and for the first few
    /// only.
    func explained(_ unready: [ObjectID: Readiness], _ targets: [SettlingTarget]) async -> [ObjectID: Readiness] {
        var explained = unready
        let open = targets.filter { target in
            unready[target.id] != nil && target.goingUID == nil && (target.hasPods || target.id.isClaim)
        }
        for target in open.sorted(by: { $0.id < $1.id }).prefix(10) {
            guard let live = try? await find(target.id, target.gvk) else { continue }
            let plain = Readiness.of(live.object)
            guard !plain.isReady else { continue }
            let (pods, claims) = (try? await pods(of: live), try? await claims(of: live))
            var readiness = Readiness.of(live.object, pods: pods ?? [], claims: claims ?? [])
            if readiness == plain, let event = try? await warning(about: live) {
                readiness = Readiness(plain.state, "\(plain.reason); \(event)")
            }
            explained[target.id] = readiness
        }
        return explained
    }

    private func pods(of workload: LiveObject) async throws(Failure) -> [JSON] {
        guard let labels = workload.podLabels else { return [] }
        return try await objects("Pod", beside: workload, labels: labels).filter(workload.isControlling)
    }

    /// The claims of a StatefulSet bear its selector's labels; those of other workloads are named by their pods' template.
    private func claims(of workload: LiveObject) async throws(Failure) -> [JSON] {
        var claims: [JSON] = []
        if workload.id.kind == "StatefulSet", let labels = workload.podLabels {
            claims = try await objects("PersistentVolumeClaim", beside: workload, labels: labels)
        }
        let gvk = GroupVersionKind(group: "", version: "v1", kind: "PersistentVolumeClaim")
        for name in workload.claimNames {
            let id = ObjectID(group: "", kind: gvk.kind, namespace: workload.id.namespace, name: name)
            if let claim = try await find(id, gvk) { claims.append(claim.object) }
        }
        return claims
    }

    /// The latest warning of a controller: of pods that a quota refuses to a StatefulSet nothing else tells.
    private func warning(about object: LiveObject) async throws(Failure) -> String? {
        let events = try await objects("Event", beside: object, labels: nil).filter { event in
            event["type"] == "Warning" && event[path: "involvedObject", "uid"]?.string == object.uid
        }
        let last = events.max { ($0["lastTimestamp"]?.string ?? "") < ($1["lastTimestamp"]?.string ?? "") }
        return last.flatMap { event in
            event["message"]?.string.map { "\(event["reason"]?.string ?? "warning"): \($0)" }
        }
    }

    private func objects(
        _ kind: String, beside object: LiveObject, labels: JSONObject?
    ) async throws(Failure) -> [JSON] {
        guard let kind = try await self.kind(GroupVersionKind(group: "", version: "v1", kind: kind)) else { return [] }
        let selector = labels.map { labels in
            labels.map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ",")
        }
        let list = KindList(kind, namespace: object.id.namespace, selector: selector, isMetadataOnly: false)
        return try await (list.objects(self) ?? []).map(\.object)
    }
}

extension LiveObject {
    fileprivate var podLabels: JSONObject? {
        guard let labels = object[path: "spec", "selector", "matchLabels"]?.object, !labels.isEmpty else { return nil }
        return labels
    }

    /// Whether the pod is its own, or one of its ReplicaSets', which are named after the pods' template: workloads whose selectors
    /// meet do not answer for each other.
    fileprivate func isControlling(_ pod: JSON) -> Bool {
        guard let owner = pod[path: "metadata", "ownerReferences"]?.array?.first(where: { $0["controller"] == true })
        else {
            return false
        }
        if owner["uid"]?.string == uid { return true }
        guard id.kind == "Deployment", owner["kind"] == "ReplicaSet",
            let hash = pod[path: "metadata", "labels", "pod-template-hash"]?.string
        else { return false }
        return owner["name"]?.string == "\(id.name)-\(hash)"
    }

    fileprivate var claimNames: [String] {
        (object[path: "spec", "template", "spec", "volumes"]?.array ?? []).compactMap { volume in
            volume[path: "persistentVolumeClaim", "claimName"]?.string
        }
    }
}

extension ObjectID {
    fileprivate var isClaim: Bool { kind == "PersistentVolumeClaim" && group.isEmpty }
}
