import Formats

/// Pods and the templates of pods.
enum PodValidation {
    @Sendable static func pod(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        self.spec(spec, "spec", ofPod: object[path: "metadata", "name"]?.string, &check)
        if spec.text("serviceAccountName").isEmpty {
            for (index, volume) in spec.list("volumes").enumerated() {
                for (number, source) in (volume["projected"]?.list("sources") ?? []).enumerated()
                where source["serviceAccountToken"] != nil {
                    check.add(
                        .forbidden(
                            "spec.volumes[\(index)].projected.sources[\(number)].serviceAccountToken",
                            "must not be specified when serviceAccountName is not set"))
                }
            }
        }
        for key in ["containers", "initContainers"] { images(spec, key, &check) }
    }

    /// Of pods, but not of templates, the names of images are looked at.
    static func images(_ spec: JSON, _ key: String, _ check: inout FieldCheck) {
        for (index, container) in spec.list(key).enumerated() {
            let image = container.text("image")
            guard image.first?.isWhitespace == true || image.last?.isWhitespace == true else { continue }
            check.invalid(
                "spec.\(key)[\(index)].image", .string(image), ["must not have leading or trailing whitespace"])
        }
    }

    /// A template, with the volumes that its owner adds for claims of its own.
    static func template(_ template: JSON, _ path: String, claims: [JSON] = [], _ check: inout FieldCheck) {
        MetadataValidation.labels("\(path).labels", template[path: "metadata", "labels"], &check)
        MetadataValidation.annotations("\(path).annotations", template[path: "metadata", "annotations"], &check)
        var spec = template["spec"] ?? [:]
        let volumes = spec.list("volumes")
        var names = volumes.compactMap { $0["name"] }
        for claim in claims {
            let name = claim[path: "metadata", "name"] ?? ""
            guard !names.contains(name) else { continue }
            names.append(name)
            let volume: JSON = ["name": name, "persistentVolumeClaim": ["claimName": name]]
            spec["volumes"] = .array(spec.list("volumes") + [volume])
        }
        self.spec(spec, "\(path).spec", &check)
    }

    static func spec(_ spec: JSON, _ path: String, ofPod pod: String? = nil, _ check: inout FieldCheck) {
        let volumes = VolumeValidation.check(spec.list("volumes"), "\(path).volumes", ofPod: pod, &check)
        ResourceClaimValidation.check(spec.list("resourceClaims"), "\(path).resourceClaims", &check)
        ContainerValidation.check(spec, path, volumes, &check)
        ResourceValidation.pod(spec, path, &check)
        network(spec, path, isPod: pod != nil, &check)
        check.choice("\(path).restartPolicy", spec.text("restartPolicy"), ["Always", "OnFailure", "Never"])
        check.choice(
            "\(path).dnsPolicy", spec.text("dnsPolicy"), ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"])
        MetadataValidation.labels("\(path).nodeSelector", spec["nodeSelector"], &check)
        SecurityValidation.pod(spec, "\(path).securityContext", &check)
        SchedulingValidation.affinity(spec, path, &check)
        DNSValidation.check(spec, path, &check)
        gates(spec, path, &check)
        SchedulingValidation.spread(spec, path, &check)
        isolation(spec, path, &check)
        DNSValidation.hostName(spec, path, &check)
        names(spec, path, &check)
        files(spec, path, &check)
    }

    /// On the network of the node, a port is the node's.
    private static func network(_ spec: JSON, _ path: String, isPod: Bool, _ check: inout FieldCheck) {
        guard spec["hostNetwork"] == true else { return }
        for (index, container) in spec.list("containers").enumerated() {
            for (number, port) in container.list("ports").enumerated() {
                let host = port.number("hostPort") ?? 0
                guard isPod || host != 0, host != port.number("containerPort") ?? 0 else { continue }
                check.invalid(
                    "\(path).containers[\(index)].ports[\(number)].hostPort", .int(host),
                    ["must match `containerPort` when `hostNetwork` is true"])
            }
        }
    }

    private static func gates(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        for (index, gate) in spec.list("readinessGates").enumerated() {
            let type = gate.text("conditionType")
            check.invalid(
                "\(path).readinessGates[\(index)].conditionType", .string(type), NameRules.qualified(type))
        }
        var seen: Set<String> = []
        for (index, gate) in spec.list("schedulingGates").enumerated() {
            let (field, name) = ("\(path).schedulingGates[\(index)]", gate.text("name"))
            check.invalid(field, .string(name), NameRules.qualified(name))
            if !seen.insert(name).inserted { check.add(.duplicate(field, .string(name))) }
        }
    }

    /// Users of its own go with nothing else of the node's.
    private static func isolation(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        guard spec["hostUsers"] == false else { return }
        for (key, shown) in [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")]
        where spec[key] == true {
            check.add(.forbidden("\(path).\(shown)", "when `hostUsers` is false"))
        }
        for key in ["initContainers", "containers"] {
            for (index, container) in spec.list(key).enumerated() where container.hasMembers("volumeDevices") {
                check.add(.forbidden("\(path).\(key)[\(index)].volumeDevices", "when `hostUsers` is false"))
            }
        }
    }

    private static func names(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in ["serviceAccountName", "nodeName"] where !spec.text(key).isEmpty {
            check.invalid("\(path).\(key)", .string(spec.text(key)), NameRules.subdomain(spec.text(key)))
        }
        if let seconds = spec.number("activeDeadlineSeconds"), !(1...2_147_483_647).contains(seconds) {
            check.invalid(
                "\(path).activeDeadlineSeconds", .int(seconds), ["must be between 1 and 2147483647, inclusive"])
        }
        for key in ["hostname", "subdomain"] where !spec.text(key).isEmpty {
            check.invalid("\(path).\(key)", .string(spec.text(key)), NameRules.label(spec.text(key)))
        }
        TolerationValidation.check(spec.list("tolerations"), "\(path).tolerations", &check)
        DNSValidation.aliases(spec.list("hostAliases"), "\(path).hostAliases", &check)
        let priority = spec.text("priorityClassName")
        if !priority.isEmpty {
            check.invalid("\(path).priorityClassName", .string(priority), NameRules.subdomain(priority))
        }
        if let name = spec["runtimeClassName"]?.string {
            check.invalid("\(path).runtimeClassName", .string(name), NameRules.subdomain(name))
        }
        if let policy = spec["preemptionPolicy"]?.string {
            check.choice("\(path).preemptionPolicy", policy, ["PreemptLowerPriority", "Never"])
        }
        if spec.hasMembers("overhead") {
            ResourceValidation.requirements(["limits": spec["overhead"] ?? [:]], "\(path).overhead", &check)
        }
        if let system = spec["os"], system.object != nil {
            if system.text("name").isEmpty {
                check.require("\(path).os.name")
            } else {
                check.supportedChoice("\(path).os", system.text("name"), ["linux", "windows"])
            }
        }
    }

    /// Variables that are read from files of a volume that the pod writes itself.
    private static func files(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        let volumes = spec.list("volumes")
        for key in ["initContainers", "containers"] {
            for (index, container) in spec.list(key).enumerated() {
                for (number, variable) in container.list("env").enumerated() {
                    guard let name = variable[path: "valueFrom", "fileKeyRef", "volumeName"]?.string else { continue }
                    let place = "\(path).\(key)[\(index)].env[\(number)].valueFrom.fileKeyRef.volumeName"
                    guard let volume = volumes.last(where: { $0.text("name") == name }) else {
                        check.add(.notFound(place, .string(name)))
                        continue
                    }
                    if volume["emptyDir"] == nil {
                        check.invalid(place, .string(name), ["referenced volume must be of type emptyDir"])
                    }
                }
            }
        }
    }
}
