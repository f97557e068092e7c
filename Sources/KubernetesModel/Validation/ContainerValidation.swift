import Formats

/// The containers of a pod.
enum ContainerValidation {
    static func check(_ spec: JSON, _ path: String, _ volumes: [String: JSON], _ check: inout FieldCheck) {
        let containers = spec.list("containers")
        if containers.isEmpty { check.require("\(path).containers") }
        var names: Set<String> = []
        for (index, container) in containers.enumerated() {
            let place = "\(path).containers[\(index)]"
            common(container, place, spec, volumes, &check)
            if !names.insert(container.text("name")).inserted {
                check.add(.duplicate("\(place).name", .string(container.text("name"))))
            }
            probes(container, place, spec, &check)
            RestartValidation.check(container, place, &check)
        }
        hostPorts(containers, "\(path).containers", &check)
        for (index, container) in spec.list("initContainers").enumerated() {
            let place = "\(path).initContainers[\(index)]"
            common(container, place, spec, volumes, &check)
            RestartValidation.check(container, place, &check)
            if !container.text("name").isEmpty, !names.insert(container.text("name")).inserted {
                check.add(.duplicate("\(place).name", .string(container.text("name"))))
            }
            hostPorts([container], "\(path).initContainers", &check)
            initial(container, place, spec, &check)
        }
    }

    /// What holds for containers that run before the others.
    private static func initial(_ container: JSON, _ place: String, _ spec: JSON, _ check: inout FieldCheck) {
        if container["restartPolicy"] == "Always" { return probes(container, place, spec, &check) }
        for key in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] where container[key] != nil {
            check.add(.forbidden("\(place).\(key)", "may not be set for init containers without restartPolicy=Always"))
        }
        for (index, rule) in container.list("resizePolicy").enumerated()
        where rule["restartPolicy"] == "RestartContainer" {
            check.invalid(
                "\(place).resizePolicy[\(index)].restartPolicy", "RestartContainer",
                ["must not be set to 'RestartContainer' for non-sidecar initContainers"])
        }
    }

    private static func common(
        _ container: JSON, _ path: String, _ spec: JSON, _ volumes: [String: JSON], _ check: inout FieldCheck
    ) {
        check.name("\(path).name", container.text("name"), NameRules.label)
        if container.text("image").isEmpty { check.require("\(path).image") }
        check.choice(
            "\(path).terminationMessagePolicy", container.text("terminationMessagePolicy"),
            ["FallbackToLogsOnError", "File"])
        ports(container.list("ports"), "\(path).ports", &check)
        variables(container, path, &check)
        MountValidation.check(container, path, volumes, &check)
        check.choice(
            "\(path).imagePullPolicy", container.text("imagePullPolicy"), ["Always", "IfNotPresent", "Never"])
        let claims = spec.list("resourceClaims").map { $0.text("name") }
        ResourceValidation.requirements(container["resources"] ?? [:], "\(path).resources", claims: claims, &check)
        resizing(container.list("resizePolicy"), "\(path).resizePolicy", spec, &check)
        if let context = container["securityContext"] {
            SecurityValidation.container(
                context, "\(path).securityContext", sharesUsers: spec["hostUsers"] != false, &check)
        }
    }

    /// Whether a change of a resource restarts the container. The server does not say which of the rules is at fault.
    private static func resizing(_ rules: [JSON], _ path: String, _ spec: JSON, _ check: inout FieldCheck) {
        var seen: Set<String> = []
        for (index, rule) in rules.enumerated() {
            let (resource, policy) = (rule.text("resourceName"), rule.text("restartPolicy"))
            if !seen.insert(resource).inserted { check.add(.duplicate("\(path)[\(index)]", .string(resource))) }
            check.located("\(path)[\(index)].resourceName") { $0.choice(path, resource, ["cpu", "memory"]) }
            check.located("\(path)[\(index)].restartPolicy") {
                $0.choice(path, policy, ["NotRequired", "RestartContainer"])
            }
            if spec["restartPolicy"] == "Never", policy != "NotRequired" {
                check.invalid(
                    path, .string(policy), ["must be 'NotRequired' when pod `restartPolicy` is 'Never'"])
            }
        }
    }

    /// A port of the node has room for one.
    private static func hostPorts(_ containers: [JSON], _ path: String, _ check: inout FieldCheck) {
        var taken: Set<String> = []
        for (index, container) in containers.enumerated() {
            for (number, port) in container.list("ports").enumerated() {
                guard let host = port.number("hostPort"), host != 0 else { continue }
                let place = "\(port.text("protocol"))/\(port.text("hostIP"))/\(host)"
                if !taken.insert(place).inserted {
                    check.add(.duplicate("\(path)[\(index)].ports[\(number)].hostPort", .string(place)))
                }
            }
        }
    }

    private static func ports(_ ports: [JSON], _ path: String, _ check: inout FieldCheck) {
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let (place, name) = ("\(path)[\(index)]", port.text("name"))
            if !name.isEmpty {
                let faults = NameRules.portName(name)
                check.invalid("\(place).name", .string(name), faults)
                if faults.isEmpty, !names.insert(name).inserted {
                    check.add(.duplicate("\(place).name", .string(name)))
                }
            }
            let number = port.number("containerPort") ?? 0
            if number == 0 {
                check.require("\(place).containerPort")
            } else {
                check.invalid("\(place).containerPort", .int(number), NameRules.portNumber(number))
            }
            if let host = port.number("hostPort"), host != 0 {
                check.invalid("\(place).hostPort", .int(host), NameRules.portNumber(host))
            }
            check.choice("\(place).protocol", port.text("protocol"), ["SCTP", "TCP", "UDP"])
        }
    }

    private static func variables(_ container: JSON, _ path: String, _ check: inout FieldCheck) {
        for (index, variable) in container.list("env").enumerated() {
            let place = "\(path).env[\(index)]"
            check.name("\(place).name", variable.text("name"), NameRules.variable)
            if let source = variable["valueFrom"] {
                valueSource(source, "\(place).valueFrom", hasValue: !variable.text("value").isEmpty, &check)
            }
        }
        for (index, source) in container.list("envFrom").enumerated() {
            let place = "\(path).envFrom[\(index)]"
            let prefix = source.text("prefix")
            if !prefix.isEmpty { check.invalid("\(place).prefix", .string(prefix), NameRules.variable(prefix)) }
            let given = ["configMapRef", "secretRef"].filter { source[$0] != nil }
            for key in given {
                check.name("\(place).\(key).name", source[key]?.text("name") ?? "", NameRules.subdomain)
            }
            // As on the server, without the number of the source.
            let field = "\(path).envFrom"
            check.located(place) { check in
                if given.isEmpty { check.invalid(field, "", ["must specify one of: `configMapRef` or `secretRef`"]) }
                if given.count > 1 {
                    check.invalid(field, "", ["may not have more than one field specified at a time"])
                }
            }
        }
    }

    private static func valueSource(_ source: JSON, _ path: String, hasValue: Bool, _ check: inout FieldCheck) {
        let sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"]
        let given = sources.filter { source[$0] != nil }
        if let field = source["fieldRef"] {
            DownwardValidation.field(field, "\(path).fieldRef", DownwardValidation.forVariables, &check)
        }
        if let resource = source["resourceFieldRef"] {
            DownwardValidation.resource(resource, "\(path).resourceFieldRef", &check)
        }
        for key in ["configMapKeyRef", "secretKeyRef"] {
            guard let reference = source[key] else { continue }
            check.invalid(
                "\(path).\(key).name", .string(reference.text("name")), NameRules.subdomain(reference.text("name")))
            check.name("\(path).\(key).key", reference.text("key"), NameRules.dataKey)
        }
        if let file = source["fileKeyRef"] {
            let place = "\(path).fileKeyRef"
            check.name("\(place).key", file.text("key"), NameRules.variable)
            check.name("\(place).volumeName", file.text("volumeName"), NameRules.label)
            if file.text("path").isEmpty { check.require("\(place).path") }
            check.noBacksteps("\(place).path", file.text("path"))
        }
        if given.isEmpty {
            check.invalid(
                path, "",
                [
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
                ])
        } else if hasValue {
            check.invalid(path, "", ["may not be specified when `value` is not empty"])
        } else if given.count > 1 {
            check.invalid(path, "", ["may not have more than one field specified at a time"])
        }
    }

    private static func probes(_ container: JSON, _ path: String, _ spec: JSON, _ check: inout FieldCheck) {
        if let lifecycle = container["lifecycle"] { self.lifecycle(lifecycle, "\(path).lifecycle", spec, &check) }
        for key in ["livenessProbe", "readinessProbe", "startupProbe"] {
            guard let probe = container[key] else { continue }
            let place = "\(path).\(key)"
            handler(probe, place, spec, ["exec", "httpGet", "tcpSocket", "grpc"], &check)
            for count in [
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
            ] {
                check.notNegative("\(place).\(count)", probe[count])
            }
            let (field, grace) = (
                "\(place).terminationGracePeriodSeconds", probe.number("terminationGracePeriodSeconds")
            )
            if let grace, grace <= 0 { check.invalid(field, .int(grace), ["must be greater than 0"]) }
            if key == "readinessProbe" {
                if let grace { check.invalid(field, .int(grace), ["must not be set for readinessProbes"]) }
            } else if let threshold = probe.number("successThreshold"), threshold != 1 {
                check.invalid("\(place).successThreshold", .int(threshold), ["must be 1"])
            }
        }
    }

    private static func lifecycle(_ lifecycle: JSON, _ path: String, _ spec: JSON, _ check: inout FieldCheck) {
        for hook in ["postStart", "preStop"] {
            guard let action = lifecycle[hook] else { continue }
            handler(action, "\(path).\(hook)", spec, ["exec", "httpGet", "tcpSocket", "sleep"], &check)
        }
    }

    private static func handler(
        _ probe: JSON, _ path: String, _ spec: JSON, _ ways: [String], _ check: inout FieldCheck
    ) {
        var count = 0
        for key in ways {
            guard let action = probe[key] else { continue }
            count += 1
            let place = "\(path).\(key)"
            if count > 1 {
                check.add(.forbidden(place, "may not specify more than 1 handler type"))
                continue
            }
            switch key {
            case "exec": if !action.hasMembers("command") { check.require("\(place).command") }
            case "httpGet": http(action, place, &check)
            case "sleep":
                let (seconds, grace) = (action.number("seconds") ?? 0, spec.number("terminationGracePeriodSeconds"))
                if let grace, seconds < 0 || seconds > grace {
                    let limit = "terminationGracePeriodSeconds (\(grace))"
                    check.invalid(place, .int(seconds), ["must be non-negative and less than \(limit)"])
                }
            default: check.port("\(place).port", action["port"])
            }
        }
        if count == 0 { check.require(path, "must specify a handler type") }
    }

    private static func http(_ action: JSON, _ path: String, _ check: inout FieldCheck) {
        if action.text("path").isEmpty { check.require("\(path).path") }
        check.port("\(path).port", action["port"])
        check.supportedChoice("\(path).scheme", action.text("scheme"), ["HTTP", "HTTPS"])
        for header in action.list("httpHeaders") {
            check.invalid(
                "\(path).httpHeaders", .string(header.text("name")), NameRules.header(header.text("name")))
        }
    }
}
