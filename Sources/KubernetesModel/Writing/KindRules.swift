package import Formats

/// What kinds do with their objects besides defaults and validation.
package enum KindRules {
    private static let generations: Set<String> = [
        "apps/DaemonSet", "apps/Deployment", "apps/ReplicaSet", "apps/StatefulSet", "batch/CronJob", "batch/Job",
        "networking.k8s.io/Ingress", "networking.k8s.io/IngressClass", "networking.k8s.io/NetworkPolicy",
        "policy/PodDisruptionBudget", "apiextensions.k8s.io/CustomResourceDefinition", "/Pod", "/ReplicationController",
    ]

    /// Fields that a request to this endpoint cannot change, with all that lies below.
    static func excluded(_ kind: ResourceKind, subresource: String) -> FieldSet {
        switch subresource {
        case "": kind.hasStatus ? FieldSet([FieldPath(fields: "status")]) : FieldSet()
        case "status":
            kind.group == "apps" || kind.kind == "ReplicationController"
                ? FieldSet([FieldPath(fields: "spec"), FieldPath(fields: "metadata", "labels")])
                : FieldSet([FieldPath(fields: "spec")])
        default: FieldSet()
        }
    }

    /// The object with fields that can only be written put where they are read.
    package static func folded(_ object: JSON, _ gvk: GroupVersionKind) -> JSON {
        guard gvk.group.isEmpty, gvk.kind == "Secret", let strings = object["stringData"]?.object else { return object }
        // What is no text is left for the one who reads the object to complain about.
        let isReadable = strings.allSatisfy { $0.value.string != nil || $0.value.isNull }
        guard isReadable, object["data"]?.object != nil || object["data"]?.isNull ?? true else { return object }
        var object = object
        object["stringData"] = nil
        for member in strings {
            let text = member.value.string ?? ""
            if object["data"]?.object == nil { object["data"] = [:] }
            object["data"]?[member.key] = .string(Base64.encode([UInt8](text.utf8)))
        }
        return object
    }

    /// The object as it is answered, without what is validated and then of no use.
    static func answered(_ object: JSON, _ kind: ResourceKind) -> JSON {
        guard kind.group.isEmpty, kind.kind == "Service" else { return object }
        var object = object
        ServiceRules.dropOfExternalNames(&object)
        return object
    }

    static func prepareForCreate(_ object: inout JSON, _ kind: ResourceKind, empty: JSON, _ allocations: Allocations) {
        UnservedFields.drop(from: &object, kind, live: nil)
        if kind.hasStatus || empty["status"] != nil { object["status"] = empty["status"] }
        if hasGeneration(kind) { object.edit("metadata") { $0["generation"] = 1 } }
        switch "\(kind.group)/\(kind.kind)" {
        case "/Namespace":
            object["status"] = ["phase": "Active"]
            object.edit("spec") { spec in
                if !spec.list("finalizers").contains("kubernetes") {
                    spec["finalizers"] = .array(spec.list("finalizers") + ["kubernetes"])
                }
            }
        case "/PersistentVolumeClaim":
            object["status"] = ["phase": "Pending"]
            object.edit("metadata") { metadata in
                let name: JSON = "kubernetes.io/pvc-protection"
                if !metadata.list("finalizers").contains(name) {
                    metadata["finalizers"] = .array(metadata.list("finalizers") + [name])
                }
            }
        case "/PersistentVolume": object["status"] = ["phase": "Pending"]
        case "/Pod":
            object["status"] = ["phase": "Pending", "qosClass": .string(PodQuality.of(object))]
            PodRules.tolerateLostNodes(&object)
        case "/ServiceAccount": AccountRules.keepNames(&object)
        case "apps/DaemonSet": DaemonSetRules.countTemplates(&object, live: nil)
        case "coordination.k8s.io/Lease": LeaseRules.dropUnserved(&object, live: nil)
        case "/Service":
            ServiceRules.allocate(&object, allocations.clusterIP)
        case "batch/Job": JobRules.addSelector(&object, uid: allocations.uid)
        default: break
        }
    }

    static func prepareForUpdate(_ object: inout JSON, _ kind: ResourceKind, subresource: String, live: JSON) {
        let isCustom = BuiltinKinds.kind(kind.gvk) == nil
        if subresource == "status" {
            if isCustom {
                let status = object["status"]
                object = live
                object["status"] = status
                return
            }
            object["spec"] = live["spec"]
            if kind.group == "apps" { object.edit("metadata") { $0["labels"] = live["metadata"]?["labels"] } }
            return
        }
        UnservedFields.drop(from: &object, kind, live: live)
        if kind.hasStatus { object["status"] = live["status"] }
        switch "\(kind.group)/\(kind.kind)" {
        case "/Namespace": object.edit("spec") { $0["finalizers"] = live["spec"]?["finalizers"] }
        case "/Service":
            ServiceRules.keepAllocated(&object, live: live)
            ServiceRules.dropOfOtherTypes(&object, live: live)
        case "/PersistentVolumeClaim": ClaimRules.dropSources(&object, live: live)
        case "/Pod": PodRules.tolerateLostNodes(&object)
        case "/ServiceAccount": AccountRules.keepNames(&object)
        case "apps/DaemonSet": DaemonSetRules.countTemplates(&object, live: live)
        case "coordination.k8s.io/Lease": LeaseRules.dropUnserved(&object, live: live)
        default: break
        }
        guard hasGeneration(kind) else { return }
        let isChanged =
            isCustom && content(of: object, kind) != content(of: live, kind)
            || !isCustom && !Semantic.areEqual(object["spec"], live["spec"])
            || kind.kind == "Deployment"
                && !Semantic.areEqual(object["metadata"]?["annotations"], live["metadata"]?["annotations"])
        if isChanged {
            object.edit("metadata") { $0["generation"] = .int((live["metadata"]?.number("generation") ?? 0) &+ 1) }
        }
    }

    /// What counts of a custom resource: everything but its metadata, and its status where that has a path of its own.
    private static func content(of object: JSON, _ kind: ResourceKind) -> JSON {
        var object = object
        object["metadata"] = nil
        if kind.hasStatus { object["status"] = nil }
        return object
    }

    private static func hasGeneration(_ kind: ResourceKind) -> Bool {
        generations.contains("\(kind.group)/\(kind.kind)") || BuiltinKinds.kind(kind.gvk) == nil
    }
}

/// Equality that takes absent and empty for the same.
enum Semantic {
    static func areEqual(_ left: JSON?, _ right: JSON?) -> Bool {
        switch (left, right) {
        case (.object(let one)?, .object(let other)?):
            var isSame = true
            one.zip(other) { _, left, right in isSame = isSame && areEqual(left, right) }
            return isSame
        case (.array(let one)?, .array(let other)?):
            return one.count == other.count && zip(one, other).allSatisfy { areEqual($0, $1) }
        default: return left == right || isEmpty(left) && isEmpty(right)
        }
    }

    private static func isEmpty(_ value: JSON?) -> Bool {
        switch value {
        case nil, .null?: true
        case .array(let elements)?: elements.isEmpty
        case .object(let members)?: members.isEmpty
        default: false
        }
    }
}
