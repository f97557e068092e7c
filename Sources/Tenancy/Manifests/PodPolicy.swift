import Formats

/// What pods may not do to the node that they run on.
struct PodPolicy {
    /// Where kinds keep the specification of their pods.
    static let specs: [String: [String]] = [
        "/Pod": ["spec"], "/PodTemplate": ["template", "spec"], "/ReplicationController": ["spec", "template", "spec"],
        "apps/Deployment": ["spec", "template", "spec"], "apps/StatefulSet": ["spec", "template", "spec"],
        "apps/DaemonSet": ["spec", "template", "spec"], "apps/ReplicaSet": ["spec", "template", "spec"],
        "batch/Job": ["spec", "template", "spec"],
        "batch/CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
    ]

    private let base: JSONPointer
    private var found: [ObjectPolicy.Violation] = []

    init(at base: JSONPointer) { self.base = base }

    func violations(in object: JSON) -> [ObjectPolicy.Violation] {
        guard let spec = object[base] else { return [] }
        var policy = self
        policy.checkHost(spec)
        policy.checkContext(spec["securityContext"], base.appending("securityContext"))
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            for (index, container) in (spec[list]?.array ?? []).enumerated() {
                policy.checkContainer(container, base.appending(list).appending(index))
            }
        }
        return policy.found
    }

    private mutating func add(
        _ code: DiagnosticCode, _ pointer: JSONPointer, _ message: String, _ allowance: Allowance
    ) {
        found.append(ObjectPolicy.Violation(code: code, pointer: pointer, message: message, allowance: allowance))
    }

    private mutating func checkHost(_ spec: JSON) {
        for (key, what) in [("hostNetwork", "network"), ("hostPID", "processes"), ("hostIPC", "shared memory")]
        where spec[key] == true {
            add(.hostAccess, base.appending(key), "\(key) shares the node's \(what) with the pod", .hostNamespaces)
        }
        for (index, volume) in (spec["volumes"]?.array ?? []).enumerated() where volume["hostPath"]?.object != nil {
            let path = volume[path: "hostPath", "path"]?.string.map { " '\($0)'" } ?? ""
            add(
                .hostAccess, base.appending("volumes").appending(index).appending("hostPath"),
                "a hostPath volume opens the node's files\(path) to the pod", .hostPath)
        }
    }

    private mutating func checkContainer(_ container: JSON, _ place: JSONPointer) {
        for (index, port) in (container["ports"]?.array ?? []).enumerated() where (port["hostPort"]?.int ?? 0) != 0 {
            add(
                .hostAccess, place.appending("ports").appending(index).appending("hostPort"),
                "hostPort takes a port of the node", .hostPorts)
        }
        guard let context = container["securityContext"] else { return }
        let inner = place.appending("securityContext")
        checkContext(context, inner)
        if context["privileged"] == true {
            add(
                .privilegedContainer, inner.appending("privileged"), "a privileged container owns its node", .privileged
            )
        }
        if let mount = context["procMount"]?.string, mount != "Default" {
            add(
                .privilegedContainer, inner.appending("procMount"), "procMount '\(mount)' shows what /proc hides",
                .privileged)
        }
        let added = inner.appending("capabilities").appending("add")
        for (index, capability) in (context[path: "capabilities", "add"]?.array ?? []).enumerated()
        where capability != "NET_BIND_SERVICE" {
            add(
                .privilegedContainer, added.appending(index),
                "the capability \(capability.string ?? "") is more than a container needs", .capabilities)
        }
    }

    /// What pods and containers both have.
    private mutating func checkContext(_ context: JSON?, _ place: JSONPointer) {
        guard let context else { return }
        for key in ["seccompProfile", "appArmorProfile"] where context[path: key, "type"] == "Unconfined" {
            add(
                .privilegedContainer, place.appending(key).appending("type"),
                "\(key) 'Unconfined' lifts a protection of the node",
                .privileged)
        }
        if context[path: "windowsOptions", "hostProcess"] == true {
            add(
                .privilegedContainer, place.appending("windowsOptions").appending("hostProcess"),
                "hostProcess runs the container on the node itself", .privileged)
        }
        for (index, sysctl) in (context["sysctls"]?.array ?? []).enumerated() {
            guard let name = sysctl["name"]?.string, !Self.safe.contains(name) else { continue }
            add(
                .privilegedContainer, place.appending("sysctls").appending(index).appending("name"),
                "the sysctl '\(name)' is not one that is kept apart for each pod", .privileged)
        }
    }

    /// > kernel.shm_rmid_forced, net.ipv4.ip_local_port_range, …
    ///
    /// https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    private static let safe: Set<String> = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
    ]
}
