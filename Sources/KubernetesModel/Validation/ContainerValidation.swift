import Formats

/// The containers of a pod.
enum ContainerValidation {
    static func check(_ spec: JSON, _ path: String, _ volumes: Set<String>, _ check: inout FieldCheck) {
        let containers = spec.list("containers")
        if containers.isEmpty { check.require("\(path).containers") }
        var names: Set<String> = []
        for (index, container) in containers.enumerated() {
            let place = "\(path).containers[\(index)]"
            common(container, place, volumes, &check)
            if !names.insert(container.text("name")).inserted {
                check.add(.duplicate("\(place).name", .string(container.text("name"))))
            }
            probes(container, place, &check)
        }
        for (index, container) in spec.list("initContainers").enumerated() {
            let place = "\(path).initContainers[\(index)]"
            common(container, place, volumes, &check)
            if !container.text("name").isEmpty, !names.insert(container.text("name")).inserted {
                check.add(.duplicate("\(place).name", .string(container.text("name"))))
            }
            if container["restartPolicy"] != "Always" {
                for key in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] where container[key] != nil
                {
                    check.add(
                        .forbidden("\(place).\(key)", "may not be set for init containers without restartPolicy=Always")
                    )
                }
            } else {
                probes(container, place, &check)
            }
        }
    }

    private static func common(_ container: JSON, _ path: String, _ volumes: Set<String>, _ check: inout FieldCheck) {
        check.name("\(path).name", container.text("name"), NameRules.label)
        let image = container.text("image")
        if image.isEmpty {
            check.require("\(path).image")
        } else if image.first == " " || image.last == " " {
            check.invalid("\(path).image", .string(image), ["must not have leading or trailing whitespace"])
        }
        check.choice(
            "\(path).terminationMessagePolicy", container.text("terminationMessagePolicy"),
            ["FallbackToLogsOnError", "File"])
        ports(container.list("ports"), "\(path).ports", &check)
        variables(container, path, &check)
        mounts(container.list("volumeMounts"), "\(path).volumeMounts", volumes, &check)
        check.choice(
            "\(path).imagePullPolicy", container.text("imagePullPolicy"), ["Always", "IfNotPresent", "Never"])
        ResourceValidation.requirements(container["resources"] ?? [:], "\(path).resources", &check)
        if let context = container["securityContext"] { securityContext(context, "\(path).securityContext", &check) }
        for hook in ["postStart", "preStop"] {
            if let action = container[path: "lifecycle", hook] { handler(action, "\(path).lifecycle.\(hook)", &check) }
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
            for key in given where source[key]?.text("name").isEmpty ?? true { check.require("\(place).\(key).name") }
            if given.isEmpty { check.invalid(place, "", ["must specify one of: `configMapRef` or `secretRef`"]) }
            if given.count > 1 { check.invalid(place, "", ["may not have more than one field specified at a time"]) }
        }
    }

    private static func valueSource(_ source: JSON, _ path: String, hasValue: Bool, _ check: inout FieldCheck) {
        let sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"]
        let given = sources.filter { source[$0] != nil }
        if let field = source["fieldRef"] { DownwardValidation.field(field, "\(path).fieldRef", &check) }
        if let resource = source["resourceFieldRef"] {
            DownwardValidation.resource(resource, "\(path).resourceFieldRef", &check)
        }
        for key in ["configMapKeyRef", "secretKeyRef"] {
            guard let reference = source[key] else { continue }
            if reference.text("name").isEmpty { check.require("\(path).\(key).name") }
            check.name("\(path).\(key).key", reference.text("key"), NameRules.dataKey)
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

    private static func mounts(_ mounts: [JSON], _ path: String, _ volumes: Set<String>, _ check: inout FieldCheck) {
        var places: Set<String> = []
        for (index, mount) in mounts.enumerated() {
            let place = "\(path)[\(index)]"
            let (name, target) = (mount.text("name"), mount.text("mountPath"))
            if name.isEmpty { check.require("\(place).name") }
            if !volumes.contains(name) { check.add(.notFound("\(place).name", .string(name))) }
            if target.isEmpty { check.require("\(place).mountPath") }
            if !places.insert(target).inserted {
                check.invalid("\(place).mountPath", .string(target), ["must be unique"])
            }
            let inside = mount.text("subPath")
            if inside.hasPrefix("/") {
                check.invalid("\(place).subPath", .string(inside), ["must be a relative path"])
            } else if inside.split(separator: "/").contains("..") {
                check.invalid("\(place).subPath", .string(inside), ["must not contain '..'"])
            }
        }
    }

    private static func probes(_ container: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in ["livenessProbe", "readinessProbe", "startupProbe"] {
            guard let probe = container[key] else { continue }
            let place = "\(path).\(key)"
            handler(probe, place, &check)
            for count in [
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
            ] {
                check.notNegative("\(place).\(count)", probe[count])
            }
            if key != "readinessProbe", let threshold = probe.number("successThreshold"), threshold != 1 {
                check.invalid("\(place).successThreshold", .int(threshold), ["must be 1"])
            }
        }
    }

    private static func handler(_ probe: JSON, _ path: String, _ check: inout FieldCheck) {
        var count = 0
        for key in ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] {
            guard let action = probe[key] else { continue }
            count += 1
            let place = "\(path).\(key)"
            if count > 1 {
                check.add(.forbidden(place, "may not specify more than 1 handler type"))
                continue
            }
            switch key {
            case "exec": if !action.hasMembers("command") { check.require("\(place).command") }
            case "httpGet":
                if action.text("path").isEmpty { check.require("\(place).path") }
                check.port("\(place).port", action["port"])
                check.supportedChoice("\(place).scheme", action.text("scheme"), ["HTTP", "HTTPS"])
            case "sleep": check.notNegative("\(place).seconds", action["seconds"])
            default: check.port("\(place).port", action["port"])
            }
        }
        if count == 0 { check.require(path, "must specify a handler type") }
    }

    private static func securityContext(_ context: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in ["runAsUser", "runAsGroup"] {
            if let id = context.number(key), !(0...2_147_483_647).contains(id) {
                check.invalid("\(path).\(key)", .int(id), ["must be between 0 and 2147483647, inclusive"])
            }
        }
        guard context["allowPrivilegeEscalation"] == false else { return }
        if context["privileged"] == true {
            check.invalid(
                path, context, ["cannot set `allowPrivilegeEscalation` to false and `privileged` to true"])
        }
        if context["capabilities"]?.list("add").contains("CAP_SYS_ADMIN") == true {
            check.invalid(
                path, context, ["cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"])
        }
    }
}
