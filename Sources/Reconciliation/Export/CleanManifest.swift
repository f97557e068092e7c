import Formats
import KubernetesModel
import Planning

/// A live object as somebody would have written its manifest: without what the server, controllers and defaults put there.
enum CleanManifest {
    /// - Parameter scaled: Workloads whose size an autoscaler sets, as `Deployment/web`.
    static func of(_ live: LiveObject, scaled: Set<String>) -> JSON {
        let gvk = GroupVersionKind(apiVersion: live.apiVersion, kind: live.id.kind)
        var object = withoutNulls(live.object)
        object["status"] = nil
        object["metadata"] = metadata(object["metadata"])
        if live.id.kind == "Namespace" { object["spec"] = nil }
        object.change("spec") { spec in cleanSpec(&spec, live.id) }
        if scaled.contains("\(live.id.kind)/\(live.id.name)") { object.change("spec") { $0["replicas"] = nil } }
        if live.id.kind == "ServiceAccount" { object["secrets"] = nil }
        return withoutDefaults(object, gvk)
    }

    private static func withoutNulls(_ value: JSON) -> JSON {
        switch value {
        case .array(let elements): .array(elements.map(withoutNulls))
        case .object(let members):
            .object(
                JSONObject(
                    members.filter { !$0.value.isNull }.map { .init(key: $0.key, value: withoutNulls($0.value)) }))
        default: value
        }
    }

    // MARK: Metadata

    private static func metadata(_ metadata: JSON?) -> JSON {
        var clean: JSON = ["name": metadata?["name"] ?? ""]
        for field in ["labels", "annotations"] {
            let kept = (metadata?[field]?.object ?? JSONObject()).filter { !isWrittenByOthers($0.key) }
            if !kept.isEmpty { clean[field] = .object(JSONObject(Array(kept))) }
        }
        return clean
    }

    /// Labels and annotations of the server, its controllers and kubectl, and marks of ours.
    private static func isWrittenByOthers(_ key: String) -> Bool {
        let prefixes = [
            "reconcile.dev/", "deployment.kubernetes.io/", "autoscaling.alpha.kubernetes.io/", "pv.kubernetes.io/",
            "volume.kubernetes.io/", "volume.beta.kubernetes.io/", "batch.kubernetes.io/",
            "control-plane.alpha.kubernetes.io/",
        ]
        let names: Set<String> = [
            Marks.managedBy, "kubernetes.io/metadata.name", "kubectl.kubernetes.io/last-applied-configuration",
            "kubectl.kubernetes.io/restartedAt", "controller-uid", "job-name",
        ]
        return names.contains(key) || prefixes.contains { key.hasPrefix($0) }
    }

    // MARK: What the server and controllers set

    private static func cleanSpec(_ spec: inout JSON, _ id: ObjectID) {
        switch (id.group, id.kind) {
        case ("", "Service"): cleanService(&spec)
        case ("", "PersistentVolumeClaim"): spec["volumeName"] = nil
        case ("batch", "Job"):
            if spec["manualSelector"]?.bool != true { spec["selector"] = nil }
            cleanTemplate(&spec)
        case ("batch", "CronJob"): spec.change("jobTemplate") { $0.change("spec", cleanTemplate) }
        case ("apps", "StatefulSet"):
            cleanTemplate(&spec)
            spec.changeEach("volumeClaimTemplates") { claim in
                for field in ["status", "apiVersion", "kind"] { claim[field] = nil }
                claim["metadata"] = metadata(claim["metadata"])
            }
        default: cleanTemplate(&spec)
        }
    }

    private static func cleanService(_ spec: inout JSON) {
        if spec["clusterIP"]?.string != "None" { spec["clusterIP"] = nil }
        for field in ["clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"] { spec[field] = nil }
        spec.changeEach("ports") { $0["nodePort"] = nil }
    }

    private static func cleanTemplate(_ spec: inout JSON) {
        spec.change("template") { template in
            let metadata = Self.metadata(template["metadata"])
            // A template has no name of its own.
            let kept = (metadata.object ?? JSONObject()).filter {
                $0.key != "name" || template["metadata"]?["name"] != nil
            }
            template["metadata"] = kept.isEmpty ? nil : .object(JSONObject(Array(kept)))
            template.change("spec") { pod in
                // The old name of serviceAccountName, which the server writes beside it.
                if pod["serviceAccount"] == pod["serviceAccountName"] { pod["serviceAccount"] = nil }
            }
        }
    }

    // MARK: Defaults

    /// Takes out every field that the server would fill in again by itself.
    private static func withoutDefaults(_ object: JSON, _ gvk: GroupVersionKind) -> JSON {
        guard let schema = ObjectSchema.builtin(gvk), let whole = filled(object, schema) else { return object }
        return slimmed(object, at: []) { filled($0, schema) == whole }
    }

    private static func filled(_ object: JSON, _ schema: ObjectSchema) -> String? {
        guard var canonical = try? schema.root.canonical(object) else { return nil }
        Defaults.fill(&canonical, schema.gvk)
        // As text with sorted keys: defaults go to the end of their maps.
        return canonical.text
    }

    /// - Parameter isSame: Whether the whole means the same as before with the value at its place.
    private static func slimmed(_ value: JSON, at path: [String], _ isSame: (JSON) -> Bool) -> JSON {
        switch value {
        case .object(let members):
            var current = value
            for key in members.keys where !(path.isEmpty && ["apiVersion", "kind", "metadata"].contains(key)) {
                var candidate = current
                candidate[key] = nil
                if isSame(candidate) {
                    current = candidate
                } else if let inner = current[key] {
                    let rest = current
                    current[key] = slimmed(inner, at: path + [key]) { changed in
                        var whole = rest
                        whole[key] = changed
                        return isSame(whole)
                    }
                }
            }
            return current
        case .array(var elements):
            for index in elements.indices {
                let rest = elements
                elements[index] = slimmed(elements[index], at: path + [String(index)]) { changed in
                    var whole = rest
                    whole[index] = changed
                    return isSame(.array(whole))
                }
            }
            return .array(elements)
        default: return value
        }
    }
}

extension JSON {
    /// Changes a member that is a map; nothing where it is none.
    fileprivate mutating func change(_ key: String, _ body: (inout JSON) -> Void) {
        guard var member = self[key], member.object != nil else { return }
        body(&member)
        self[key] = member
    }

    fileprivate mutating func changeEach(_ key: String, _ body: (inout JSON) -> Void) {
        guard var elements = self[key]?.array else { return }
        for index in elements.indices { body(&elements[index]) }
        self[key] = .array(elements)
    }
}
