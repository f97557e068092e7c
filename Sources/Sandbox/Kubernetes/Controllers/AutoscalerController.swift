import Formats

/// Scales what an autoscaler targets to the number that an annotation asks for: nothing is measured here. Without the
/// annotation the autoscaler stays as it is where nobody measures anything.
struct AutoscalerController: Controller {
    static let annotation = "sandbox.reconcile.dev/replicas"
    private static let autoscalers = "horizontalpodautoscalers.autoscaling"

    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        event.object.key.resource == Self.autoscalers ? [event.object.key] : []
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let autoscaler = cluster.store.object(key), !autoscaler.isBeingDeleted,
            let asked = autoscaler.annotation(Self.annotation).flatMap({ Int64($0) })
        else { return nil }
        let spec = autoscaler.value["spec"] ?? [:]
        let (least, most) = (spec["minReplicas"]?.int ?? 1, spec["maxReplicas"]?.int ?? 1)
        let wanted = max(least, min(most, asked))
        let reference = spec["scaleTargetRef"] ?? [:]
        let group = (reference["apiVersion"]?.string ?? "").split(separator: "/").dropLast().first.map(String.init)
        guard let type = cluster.server.catalog.resource(group: group ?? "", kind: reference["kind"]?.string ?? ""),
            let target = cluster.object(type.qualifiedName, key.namespace, reference["name"]?.string ?? "")
        else { return cluster.pace.patience }
        let present = target.value["spec"]?["replicas"]?.int ?? 1
        try cluster.change(target, subresource: "scale") { $0["spec"]?["replicas"] = .int(wanted) }
        try cluster.setStatus(autoscaler, status(autoscaler, from: present, to: wanted, asked: asked, cluster))
        return nil
    }

    private func status(
        _ autoscaler: StoredObject, from present: Int64, to wanted: Int64, asked: Int64, _ cluster: ControllerContext
    ) -> JSON {
        let earlier = autoscaler.value["status"]?["conditions"]?.array ?? []
        let isLimited = asked != wanted
        let conditions = [
            Condition(
                type: "AbleToScale", status: true, reason: "ReadyForNewScale",
                message: "recommended size matches current size"),
            Condition(
                type: "ScalingActive", status: true, reason: "ValidMetricFound",
                message: "the HPA was able to successfully calculate a replica count"),
            Condition(
                type: "ScalingLimited", status: isLimited,
                reason: !isLimited ? "DesiredWithinRange" : asked > wanted ? "TooManyReplicas" : "TooFewReplicas",
                message: isLimited
                    ? "the desired replica count is \(asked > wanted ? "more than the maximum" : "less than the minimum") "
                        + "replica count"
                    : "the desired count is within the acceptable range"),
        ]
        var status: JSON = [
            "currentReplicas": .int(wanted), "desiredReplicas": .int(wanted), "currentMetrics": .null,
            "conditions": .array(conditions.map { $0.json(earlier, time: cluster.time, with: []) }),
        ]
        status["lastScaleTime"] =
            present == wanted ? autoscaler.value["status"]?["lastScaleTime"] : .string(cluster.time)
        return status
    }
}
