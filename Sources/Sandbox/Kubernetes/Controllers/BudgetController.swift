import Formats

/// Counts the pods that a disruption budget is about.
struct BudgetController: Controller {
    private static let budgets = "poddisruptionbudgets.policy"

    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        if key.resource == Self.budgets { return [key] }
        guard key.resource == "pods" else { return [] }
        let labels = event.object.metadata?["labels"]?.object
        return cluster.store.snapshot().objects(Self.budgets, namespace: key.namespace).filter { budget in
            LabelSelector(object: budget.value["spec"]?["selector"])?.matches(labels: labels) ?? false
        }.map(\.key)
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let budget = cluster.store.object(key), !budget.isBeingDeleted else { return nil }
        let selector = LabelSelector(object: budget.value["spec"]?["selector"])
        let pods = cluster.store.snapshot().objects("pods", namespace: key.namespace).filter {
            selector?.matches($0.value) ?? false
        }
        let healthy = Int64(pods.count(where: \.isReadyPod))
        let expected = Int64(pods.count)
        let desired = desiredHealthy(budget.value["spec"] ?? [:], expected)
        let allowed = expected == 0 ? 0 : max(0, healthy - desired)
        let condition = Condition(
            type: "DisruptionAllowed", status: allowed > 0,
            reason: allowed > 0 ? "SufficientPods" : "InsufficientPods", message: "")
        let earlier = budget.value["status"]?["conditions"]?.array ?? []
        var shown = condition.json(earlier, time: cluster.time, with: [])
        shown["observedGeneration"] = .int(budget.generation)
        try cluster.setStatus(
            budget,
            [
                "observedGeneration": .int(budget.generation), "disruptionsAllowed": .int(allowed),
                "currentHealthy": .int(healthy), "desiredHealthy": .int(desired), "expectedPods": .int(expected),
                "conditions": [shown],
            ])
        return nil
    }

    private func desiredHealthy(_ spec: JSON, _ expected: Int64) -> Int64 {
        func share(_ value: JSON) -> Int64 {
            if let number = value.int { return number }
            guard let text = value.string, text.hasSuffix("%"), let percent = Int64(text.dropLast()) else { return 0 }
            return (expected * percent + 99) / 100
        }
        if let least = spec["minAvailable"] { return share(least) }
        return max(0, expected - share(spec["maxUnavailable"] ?? 0))
    }
}
