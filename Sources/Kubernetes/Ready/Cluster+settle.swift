import Formats
package import KubernetesModel
package import Planning
package import Tenancy

/// An object that a run has written or deleted and that is to come to rest.
package struct SettlingTarget: Sendable {
    package let id: ObjectID
    let gvk: GroupVersionKind
    /// For a removal: the object that has to go. Nil for one that has to become ready.
    let goingUID: String?
    /// What was asked for, with the blueprint's rule for it; nil where nothing but the kind is known.
    let object: DesiredObject?

    /// An object that has to become ready.
    package init(_ object: DesiredObject) {
        self.init(object.id, apiVersion: object.apiVersion, object: object)
    }

    /// - Parameter goingUID: For a removal: the uid of the object that has to go.
    package init(_ id: ObjectID, apiVersion: String, goingUID: String? = nil) {
        self.init(id, apiVersion: apiVersion, goingUID: goingUID, object: nil)
    }

    private init(_ id: ObjectID, apiVersion: String, goingUID: String? = nil, object: DesiredObject?) {
        self.id = id
        gvk = GroupVersionKind(apiVersion: apiVersion, kind: id.kind)
        self.goingUID = goingUID
        self.object = object
    }
}

extension Cluster {
    /// Waits until everything is ready or gone, by one LIST for each kind and look, and returns what is not, with the reason.
    ///
    /// What has failed for good is not waited for. A look that fails is followed by the next one; the last one's failure is thrown.
    ///
    /// - Parameter onProgress: Called after each look with what is still waited for.
    package func settle(
        _ targets: [SettlingTarget], fleet: String, environment: String, pace: Pace,
        onProgress: @Sendable ([ObjectID: Readiness]) -> Void = { _ in }
    ) async throws(Failure) -> [ObjectID: Readiness] {
        try await settle(
            targets, selector: Marks.selector(fleet: fleet, environment: environment), pace: pace,
            onProgress: onProgress)
    }

    /// - Parameter selector: All targets bear these labels.
    func settle(
        _ targets: [SettlingTarget], selector: String, pace: Pace,
        onProgress: @Sendable ([ObjectID: Readiness]) -> Void = { _ in }
    ) async throws(Failure) -> [ObjectID: Readiness] {
        var waiting = targets.filter { $0.goingUID != nil || $0.mayTakeTime }
        var failed: [ObjectID: Readiness] = [:]
        var step = pace.begin()
        while true {
            var failure: Failure?
            var unready: [ObjectID: Readiness] = [:]
            do throws(Failure) {
                let live = try await look(waiting, selector)
                for target in waiting {
                    let readiness = target.readiness(live[target.id])
                    if readiness.state == .failed, target.goingUID == nil {
                        failed[target.id] = readiness
                    } else if !readiness.isReady {
                        unready[target.id] = readiness
                    }
                }
                waiting.removeAll { unready[$0.id] == nil }
            } catch {
                failure = error
            }
            if waiting.isEmpty { return await explained(failed, targets) }
            if failure == nil { onProgress(unready) }
            guard await step.wait() else {
                if let failure { throw failure }
                return await explained(failed.merging(unready) { _, new in new }, targets)
            }
        }
    }

    private func look(_ targets: [SettlingTarget], _ selector: String) async throws(Failure) -> [ObjectID: LiveObject] {
        var lists: [KindList] = []
        for gvk in Set(targets.map(\.gvk)) {
            guard let kind = try await kind(gvk) else { continue }
            lists.append(KindList(kind, selector: selector, isMetadataOnly: false))
        }
        var live: [ObjectID: LiveObject] = [:]
        for list in try await allOf(lists, { (list) throws(Failure) in try await list.objects(self) ?? [] }) {
            for object in list { live[object.id] = object }
        }
        return live
    }
}

extension SettlingTarget {
    /// Kinds that are as they should be as soon as they are there.
    private static let restful: Set<String> = [
        "/ConfigMap", "/Secret", "/Service", "/ServiceAccount", "/ResourceQuota", "/LimitRange", "batch/CronJob",
        "autoscaling/HorizontalPodAutoscaler", "networking.k8s.io/Ingress", "networking.k8s.io/NetworkPolicy",
        "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding",
        "rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/ClusterRoleBinding",
    ]

    /// A kind that takes time, or one of which the blueprint says when it is ready.
    fileprivate var mayTakeTime: Bool {
        guard object?.isRequired ?? true else { return false }
        return object?.rules.ready != nil || !Self.restful.contains("\(gvk.group)/\(gvk.kind)")
    }

    var hasPods: Bool {
        (gvk.group == "apps" && ["Deployment", "StatefulSet", "DaemonSet"].contains(gvk.kind))
            || (gvk.group == "batch" && gvk.kind == "Job")
    }

    fileprivate func readiness(_ live: LiveObject?) -> Readiness {
        if let goingUID {
            guard let live, live.uid == goingUID else { return Readiness(.ready) }
            let readiness = Readiness.of(live.object)
            return readiness.state == .terminating ? readiness : Readiness(.terminating, "it is still there")
        }
        guard let live else { return Readiness(.inProgress, "it is gone again") }
        return object?.readiness(of: live.object) ?? Readiness.of(live.object)
    }
}
