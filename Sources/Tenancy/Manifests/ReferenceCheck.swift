import Formats
import KubernetesModel

/// Whether what a tenant's objects name is made by something.
struct ReferenceCheck {
    private struct Name: Hashable {
        let kind: String
        let name: String
    }

    /// What is made, by its place among `objects`.
    private var made: [Name: Int] = [:]
    private var workloads: [Workload] = []
    private let objects: [DesiredObject]
    /// What others make, as `Kind/name`, with `*` for any letters.
    private let external: [String]
    /// Whether something in the tenant may make further objects: a controller of a kind that is not the server's own.
    private var isOpen: Bool {
        objects.contains { object in
            BuiltinKinds.kind(GroupVersionKind(apiVersion: object.apiVersion, kind: object.id.kind)) == nil
        }
    }

    private struct Workload {
        let labels: JSONObject
        let ports: Set<String>
    }

    init(_ objects: [DesiredObject], external: [String]) {
        self.objects = objects
        self.external = external
        for (index, object) in objects.enumerated() {
            made[Name(kind: object.id.kind, name: object.id.name)] = index
            if let path = PodPolicy.specs["\(object.id.group)/\(object.id.kind)"] { add(object, path) }
        }
    }

    private mutating func add(_ object: DesiredObject, _ path: [String]) {
        let template = object.object[path: Array(path.dropLast())]
        let containers = template?[path: "spec", "containers"]?.array ?? []
        let ports = containers.flatMap { $0["ports"]?.array ?? [] }.compactMap { $0["name"]?.string }
        workloads.append(
            Workload(labels: template?[path: "metadata", "labels"]?.object ?? JSONObject(), ports: Set(ports)))
    }

    /// Keys of ConfigMaps and Secrets, ports of Services; nothing for other kinds.
    private static func keys(of object: DesiredObject) -> Set<String> {
        switch object.id.kind {
        case "ConfigMap", "Secret":
            let fields = ["data", "binaryData", "stringData"].flatMap { object.object[$0]?.object?.keys ?? [] }
            return Set(fields + (object.secret ?? []).map(\.name))
        case "Service":
            let ports = object.object[path: "spec", "ports"]?.array ?? []
            return Set(ports.flatMap { [$0["name"]?.string, $0["port"].map(\.text)].compactMap { $0 } })
        default: return []
        }
    }

    func findings() -> [ManifestFinding] {
        objects.flatMap { object -> [ManifestFinding] in
            let references = References.of(object.object, group: object.id.group, kind: object.id.kind)
            var found = references.compactMap { finding($0, in: object) }
            if object.id.kind == "Service", object.id.group.isEmpty {
                let unmatched = serviceFindings(object)
                if !unmatched.isEmpty, !isOpen { found += unmatched }
            }
            return found
        }
    }

    // MARK: Names

    private func finding(_ reference: Reference, in object: DesiredObject) -> ManifestFinding? {
        guard let index = made[Name(kind: reference.kind, name: reference.name)] else {
            guard !isGiven(reference) else { return nil }
            let isHard = reference.need == .start && !isOpen
            let names = made.keys.filter { $0.kind == reference.kind }.map(\.name).sorted()
            let hint = Suggestion.phrase(for: reference.name, among: names)
            // An account may hold rights that the tenant does not have.
            let isAccount = reference.kind == "ServiceAccount"
            return self.finding(
                isAccount ? .foreignAccount : .missingObject, isHard || isAccount ? .error : .warning,
                reference.pointer, in: object,
                "nothing in the tenant makes the \(reference.kind) '\(reference.name)'"
                    + (hint.isEmpty ? "; add a manifest for it, or name it under 'external' of the blueprint" : hint))
        }
        guard let key = reference.key, let place = reference.keyPointer else { return nil }
        let keys = Self.keys(of: objects[index])
        guard !keys.contains(key) else { return nil }
        let isHard = reference.need == .start && !isOpen
        let what = reference.kind == "Service" ? "port" : "key"
        let hint = Suggestion.phrase(for: key, among: keys.sorted())
        return self.finding(
            .missingObject, isHard ? .error : .warning, place, in: object,
            "the \(reference.kind) '\(reference.name)' has no \(what) '\(key)'\(hint)")
    }

    /// What every namespace has, and what the blueprints say that others make.
    private func isGiven(_ reference: Reference) -> Bool {
        let path = "\(reference.kind)/\(reference.name)"
        return ["ServiceAccount/default", "ConfigMap/kube-root-ca.crt"].contains(path)
            || external.contains { PathPattern.matches(path, $0) }
    }

    /// Always with the tenant's name: another one may have what this one lacks.
    private func finding(
        _ code: DiagnosticCode, _ severity: Diagnostic.Severity, _ pointer: JSONPointer, in object: DesiredObject,
        _ message: String
    ) -> ManifestFinding? {
        guard let spot = FieldLocator(object)?.spot(pointer) else { return nil }
        return ManifestFinding(
            code, severity, at: FieldLocator.Spot(place: spot.place, notes: spot.notes, isVarying: true), message)
    }

    // MARK: Services

    /// The labels that there are, as the end of a message.
    private var labelsThere: String {
        let all = Set(workloads.map(\.labels).filter { !$0.isEmpty }.map(Self.words)).sorted()
        guard !all.isEmpty else { return "; write labels that a pod template has" }
        return "; there are pods with " + all.prefix(3).joined(separator: ", ") + (all.count > 3 ? ", …" : "")
    }

    /// `{app: web, part: front}`
    private static func words(_ labels: JSONObject) -> String {
        "{" + labels.map { "\($0.key): \($0.value.string ?? $0.value.text)" }.joined(separator: ", ") + "}"
    }

    /// A Service that finds no pod, or a port that none of its pods has.
    private func serviceFindings(_ object: DesiredObject) -> [ManifestFinding] {
        guard let selector = object.object[path: "spec", "selector"]?.object, !selector.isEmpty,
            !external.contains(where: { PathPattern.matches("Pod/\(object.id.name)", $0) })
        else { return [] }
        let found = workloads.filter { workload in selector.allSatisfy { workload.labels[$0.key] == $0.value } }
        guard !found.isEmpty else {
            return [
                finding(
                    .unmatchedSelector, .warning, JSONPointer(["spec", "selector"]), in: object,
                    "no workload of the tenant has pods with \(Self.words(selector))\(labelsThere)")
            ].compactMap { $0 }
        }
        let names = found.reduce(into: Set<String>()) { $0.formUnion($1.ports) }
        let ports = object.object[path: "spec", "ports"]?.array ?? []
        return ports.enumerated().compactMap { index, port in
            guard let name = port["targetPort"]?.string, !names.contains(name) else { return nil }
            let hint = Suggestion.phrase(for: name, among: names.sorted())
            return finding(
                .unmatchedSelector, .warning,
                JSONPointer(["spec", "ports"]).appending(index).appending("targetPort"), in: object,
                "none of the pods has a port named '\(name)'\(hint)")
        }
    }
}
