import Formats
import KubernetesModel

/// What a manifest may be, looked at before anything is filled in; what only the values decide is looked at again afterwards.
struct ManifestPolicy {
    let scope: Blueprint.Scope
    /// Further kinds that the fleet allows in tenants.
    let tenantKinds: Set<KindName>
    /// What reconcile.yaml lets this blueprint do.
    let allowed: Set<Allowance>
    /// The kinds that blueprints define.
    let custom: CustomKinds

    /// What holds for the objects that are made.
    func ofObjects(_ gvk: GroupVersionKind) -> ObjectPolicy {
        ObjectPolicy(scope: scope, gvk: gvk, allowed: allowed)
    }

    /// Kinds of the API server that a tenant's blueprint may make. Not among them: what belongs to the cluster, what controllers
    /// make (Pods, ReplicaSets, Endpoints), and what runs on every node.
    static let namespacedKinds: Set<KindName> = Set(
        [
            "/ConfigMap", "/LimitRange", "/PersistentVolumeClaim", "/ResourceQuota", "/Secret", "/Service",
            "/ServiceAccount",
            "apps/Deployment", "apps/StatefulSet", "autoscaling/HorizontalPodAutoscaler", "batch/CronJob", "batch/Job",
            "networking.k8s.io/Ingress", "networking.k8s.io/NetworkPolicy", "policy/PodDisruptionBudget",
            "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding",
        ].compactMap { KindName($0) })

    /// Labels and annotations that only reconcile, or only the API server, writes.
    static func isReserved(_ key: String) -> Bool {
        key.hasPrefix("reconcile.dev/") || key == Marks.managedBy || key == "kubernetes.io/metadata.name"
            || key == "kubectl.kubernetes.io/last-applied-configuration"
    }

    func check(_ manifest: Node, _ gvk: GroupVersionKind, file: String) -> [Diagnostic] {
        let fields = Fields(node: manifest, file: file)
        let items = fields["items"]
        let hidesObjects = items.elements.contains { $0["apiVersion"].node != nil && $0["kind"].node != nil }
        if gvk.kind == "List" || hidesObjects || gvk.kind.hasSuffix("List") && items.node != nil {
            let place = items.node == nil ? fields["kind"].place : items.place
            return [
                DiagnosticCode.listOfObjects.at(place, "a \(gvk.kind) holds several objects; write each as a document")
            ]
        }
        let metadata = fields["metadata"]
        var diagnostics = checkKind(gvk, fields) + checkMarks(metadata)
        if metadata["generateName"].node != nil {
            let place = metadata["generateName"].place
            diagnostics.append(
                DiagnosticCode.generatedName.at(place, "generateName makes a new object each time; use name"))
        } else if metadata["name"].text?.isEmpty ?? true {
            diagnostics.append(DiagnosticCode.manifest.at(fields.place, "the manifest has no metadata.name; add it"))
        }
        if scope != .environment, let namespace = metadata["namespace"].marked, !namespace.value.contains("${") {
            diagnostics.append(
                DiagnosticCode.foreignNamespace.at(
                    namespace.place,
                    "'\(namespace.value)' is not the tenant's namespace; remove the line, it is filled in"))
        }
        return diagnostics
    }

    private func checkKind(_ gvk: GroupVersionKind, _ fields: Fields) -> [Diagnostic] {
        if let fault = KindCheck.fault(of: gvk, custom) {
            let place = fields[fault.isOfVersion ? "apiVersion" : "kind"].place
            return [DiagnosticCode.unknownKind.at(place, fault.message)]
        }
        let place = fields["kind"].place
        guard scope != .environment else { return [] }
        let name = KindName(group: gvk.group, kind: gvk.kind)
        if scope == .tenant, gvk.group.isEmpty, gvk.kind == "Namespace" { return [] }
        let isCluster = (BuiltinKinds.kind(gvk) ?? custom[gvk]?.kind).map { !$0.isNamespaced } ?? false
        if !isCluster, Self.namespacedKinds.contains(name) || tenantKinds.contains(name) { return [] }
        let message =
            isCluster
            ? "\(gvk.kind) belongs to the cluster and cannot be made by a blueprint of scope \(scope.rawValue); move it to one of scope environment"
            : "kind \(gvk.kind) of '\(gvk.apiVersion)' is not allowed in a tenant; policy.tenantKinds in reconcile.yaml can allow '\(gvk.group)/\(gvk.kind)'"
        return [DiagnosticCode.kindNotAllowed.at(place, message)]
    }

    private func checkMarks(_ metadata: Fields) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for (key, _) in metadata["labels"].members + metadata["annotations"].members {
            if Self.isReserved(key.value) {
                diagnostics.append(
                    DiagnosticCode.markWritten.at(key.place, "'\(key.value)' is not written by hand; remove it"))
            }
        }
        for key in ["ownerReferences", "managedFields", "uid", "resourceVersion", "creationTimestamp"] {
            guard metadata[key].node != nil else { continue }
            diagnostics.append(
                DiagnosticCode.markWritten.at(metadata[key].place, "metadata.\(key) is not written by hand; remove it"))
        }
        return diagnostics
    }
}
