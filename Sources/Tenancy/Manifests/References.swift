import Formats

/// One place in an object that names another object of its namespace.
struct Reference: Sendable, Hashable {
    /// `ConfigMap`
    let kind: String
    let name: String
    /// Where the name stands.
    let pointer: JSONPointer
    /// The key within a ConfigMap or Secret, and where it stands.
    var key: String?
    var keyPointer: JSONPointer?
    let need: Need

    enum Need: Sendable, Hashable {
        /// Without it no pod ever starts.
        case start
        /// Something does not work without it.
        case work
    }
}

/// What an object names of its namespace.
enum References {
    static func of(_ object: JSON, group: String, kind: String) -> [Reference] {
        var found: [Reference] = []
        if let path = PodPolicy.specs["\(group)/\(kind)"] {
            let base = JSONPointer(path)
            if let spec = object[base] { found += PodReferences(spec, at: base).found }
        }
        switch (group, kind) {
        case ("apps", "StatefulSet"):
            add(object, ["spec", "serviceName"], "Service", to: &found)
        case ("networking.k8s.io", "Ingress"): found += ingress(object)
        case ("autoscaling", "HorizontalPodAutoscaler"):
            if let target = object[path: "spec", "scaleTargetRef", "kind"]?.string,
                ["Deployment", "StatefulSet"].contains(target)
            {
                add(object, ["spec", "scaleTargetRef", "name"], target, to: &found)
            }
        case ("rbac.authorization.k8s.io", "RoleBinding"):
            if object[path: "roleRef", "kind"] == "Role" { add(object, ["roleRef", "name"], "Role", to: &found) }
        default: break
        }
        return found
    }

    private static func add(_ object: JSON, _ path: [String], _ kind: String, to found: inout [Reference]) {
        guard let name = object[path: path]?.string, !name.isEmpty else { return }
        found.append(Reference(kind: kind, name: name, pointer: JSONPointer(path), need: .work))
    }

    private static func ingress(_ object: JSON) -> [Reference] {
        var found: [Reference] = []
        func add(_ backend: JSON?, _ place: JSONPointer) {
            guard let name = backend?[path: "service", "name"]?.string, !name.isEmpty else { return }
            let service = place.appending("service")
            let port = backend?[path: "service", "port"]
            let field = port?["name"] != nil ? "name" : "number"
            let key = port?[field].map { $0.string ?? $0.text }
            found.append(
                Reference(
                    kind: "Service", name: name, pointer: service.appending("name"), key: key,
                    keyPointer: service.appending("port").appending(field), need: .work))
        }
        add(object[path: "spec", "defaultBackend"], JSONPointer(["spec", "defaultBackend"]))
        for (index, rule) in (object[path: "spec", "rules"]?.array ?? []).enumerated() {
            for (number, path) in (rule[path: "http", "paths"]?.array ?? []).enumerated() {
                let place = JSONPointer(["spec", "rules"]).appending(index).appending("http").appending("paths")
                add(path["backend"], place.appending(number).appending("backend"))
            }
        }
        // A certificate that an issuer makes comes later.
        let annotations = object[path: "metadata", "annotations"]?.object ?? JSONObject()
        guard !annotations.keys.contains(where: { $0.contains("cert-manager.io/") || $0.contains("tls-acme") }) else {
            return found
        }
        for (index, entry) in (object[path: "spec", "tls"]?.array ?? []).enumerated() {
            guard let name = entry["secretName"]?.string, !name.isEmpty else { continue }
            let place = JSONPointer(["spec", "tls"]).appending(index).appending("secretName")
            found.append(Reference(kind: "Secret", name: name, pointer: place, need: .work))
        }
        return found
    }
}

/// What pods name of their namespace.
private struct PodReferences {
    private(set) var found: [Reference] = []

    init(_ spec: JSON, at base: JSONPointer) {
        for list in ["containers", "initContainers"] {
            for (index, container) in (spec[list]?.array ?? []).enumerated() {
                addVariables(container, base.appending(list).appending(index))
            }
        }
        for (index, volume) in (spec["volumes"]?.array ?? []).enumerated() {
            addVolume(volume, base.appending("volumes").appending(index))
        }
        for (index, secret) in (spec["imagePullSecrets"]?.array ?? []).enumerated() {
            let place = base.appending("imagePullSecrets").appending(index).appending("name")
            add("Secret", secret["name"], place, need: .work)
        }
        add("ServiceAccount", spec["serviceAccountName"], base.appending("serviceAccountName"))
        if spec["serviceAccountName"] == nil {
            add("ServiceAccount", spec["serviceAccount"], base.appending("serviceAccount"))
        }
    }

    private mutating func add(
        _ kind: String, _ name: JSON?, _ place: JSONPointer, key: JSON? = nil, at keyPlace: JSONPointer? = nil,
        need: Reference.Need = .start
    ) {
        guard let name = name?.string, !name.isEmpty else { return }
        found.append(
            Reference(
                kind: kind, name: name, pointer: place, key: key?.string, keyPointer: keyPlace, need: need))
    }

    private mutating func addVariables(_ container: JSON, _ place: JSONPointer) {
        let kinds = ["configMap": "ConfigMap", "secret": "Secret"].sorted { $0.key < $1.key }
        for (index, source) in (container["envFrom"]?.array ?? []).enumerated() {
            for (field, kind) in kinds {
                guard let reference = source["\(field)Ref"], reference["optional"] != true else { continue }
                let inner = place.appending("envFrom").appending(index).appending("\(field)Ref")
                add(kind, reference["name"], inner.appending("name"))
            }
        }
        for (index, variable) in (container["env"]?.array ?? []).enumerated() {
            for (field, kind) in kinds {
                guard let reference = variable[path: "valueFrom", "\(field)KeyRef"], reference["optional"] != true
                else { continue }
                let inner = place.appending("env").appending(index).appending("valueFrom").appending("\(field)KeyRef")
                add(
                    kind, reference["name"], inner.appending("name"), key: reference["key"], at: inner.appending("key"))
            }
        }
    }

    private mutating func addVolume(_ volume: JSON, _ place: JSONPointer) {
        addFiles("ConfigMap", volume["configMap"], "name", place.appending("configMap"))
        addFiles("Secret", volume["secret"], "secretName", place.appending("secret"))
        let claim = place.appending("persistentVolumeClaim").appending("claimName")
        add("PersistentVolumeClaim", volume[path: "persistentVolumeClaim", "claimName"], claim)
        for (index, source) in (volume[path: "projected", "sources"]?.array ?? []).enumerated() {
            let inner = place.appending("projected").appending("sources").appending(index)
            addFiles("ConfigMap", source["configMap"], "name", inner.appending("configMap"))
            addFiles("Secret", source["secret"], "name", inner.appending("secret"))
        }
    }

    /// An object whose keys become files: all of them, or those that are listed.
    private mutating func addFiles(_ kind: String, _ source: JSON?, _ field: String, _ place: JSONPointer) {
        guard let source, source["optional"] != true else { return }
        let items = source["items"]?.array ?? []
        if items.isEmpty { add(kind, source[field], place.appending(field)) }
        for (index, item) in items.enumerated() {
            let key = place.appending("items").appending(index).appending("key")
            add(kind, source[field], place.appending(field), key: item["key"], at: key)
        }
    }
}
