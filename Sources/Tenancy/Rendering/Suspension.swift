import Formats
import KubernetesModel

/// What becomes of objects while their tenant, or the person they were made for, is locked out.
enum Suspension {
    /// Workloads at zero, schedules stopped, data kept. An autoscaler would start its workload again, so it goes.
    static func applied(to object: DesiredObject, _ layer: Layer, at place: Place) -> DesiredObject? {
        let (field, value): (String, JSON)
        switch (object.id.group, object.id.kind) {
        case ("autoscaling", "HorizontalPodAutoscaler"): return nil
        case ("apps", "Deployment"), ("apps", "StatefulSet"): (field, value) = ("replicas", 0)
        case ("batch", "CronJob"), ("batch", "Job"): (field, value) = ("suspend", true)
        default: return object
        }
        var changed = object.object
        changed["spec"]?[field] = value
        let origin = Origin(pointer: "/spec/\(field)", layer: layer.rawValue, place: place)
        return object.with(
            object: changed, origins: object.origins.filter { $0.pointer != origin.pointer } + [origin])
    }
}
