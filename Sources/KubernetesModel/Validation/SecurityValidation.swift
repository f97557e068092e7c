import Formats

/// Under whom containers run, and what they may do.
enum SecurityValidation {
    /// What holds for all containers of a pod.
    static func pod(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        guard let context = spec["securityContext"] else { return }
        ids(["fsGroup", "runAsUser", "runAsGroup"], of: context, path, &check)
        for (index, group) in context.list("supplementalGroups").enumerated() {
            id("\(path).supplementalGroups[\(index)]", group, &check)
        }
        if spec["shareProcessNamespace"] == true, spec["hostPID"] == true {
            check.invalid(
                "\(path).shareProcessNamespace", true,
                ["ShareProcessNamespace and HostPID cannot both be enabled"])
        }
        settings(context.list("sysctls"), "\(path).sysctls", &check)
        if let policy = context["fsGroupChangePolicy"]?.string {
            check.supportedChoice("\(path).fsGroupChangePolicy", policy, ["Always", "OnRootMismatch"])
        }
        profiles(context, path, &check)
        if let policy = context["supplementalGroupsPolicy"]?.string {
            check.supportedChoice("\(path).supplementalGroupsPolicy", policy, ["Merge", "Strict"])
        }
        if let policy = context["seLinuxChangePolicy"]?.string {
            check.supportedChoice("\(path).seLinuxChangePolicy", policy, ["Recursive"])
        }
    }

    /// What holds for one container.
    static func container(_ context: JSON, _ path: String, sharesUsers: Bool, _ check: inout FieldCheck) {
        ids(["runAsUser", "runAsGroup"], of: context, path, &check)
        if let mount = context["procMount"]?.string {
            check.supportedChoice("\(path).procMount", mount, ["Default", "Unmasked"])
            if mount == "Unmasked", sharesUsers {
                check.invalid(
                    "\(path).procMount", .string(mount), ["`hostUsers` must be false to use `Unmasked`"])
            }
        }
        seccomp(context["seccompProfile"], "\(path).seccompProfile", &check)
        if context["allowPrivilegeEscalation"] == false {
            if context["privileged"] == true {
                check.invalid(
                    path, context, ["cannot set `allowPrivilegeEscalation` to false and `privileged` to true"])
            }
            for capability in context["capabilities"]?.list("add") ?? [] where capability == "CAP_SYS_ADMIN" {
                check.invalid(
                    path, context,
                    ["cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"])
            }
        }
        windows(context["windowsOptions"], "\(path).windowsOptions", &check)
        armor(context["appArmorProfile"], "\(path).appArmorProfile", &check)
    }

    private static func profiles(_ context: JSON, _ path: String, _ check: inout FieldCheck) {
        seccomp(context["seccompProfile"], "\(path).seccompProfile", &check)
        windows(context["windowsOptions"], "\(path).windowsOptions", &check)
        armor(context["appArmorProfile"], "\(path).appArmorProfile", &check)
    }

    private static func ids(_ keys: [String], of context: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in keys { id("\(path).\(key)", context[key], &check) }
    }

    private static func id(_ field: String, _ value: JSON?, _ check: inout FieldCheck) {
        guard let number = value?.int, !(0...2_147_483_647).contains(number) else { return }
        check.invalid(field, .int(number), ["must be between 0 and 2147483647, inclusive"])
    }

    private static func settings(_ settings: [JSON], _ path: String, _ check: inout FieldCheck) {
        var names: Set<String> = []
        for (index, setting) in settings.enumerated() {
            let (field, name) = ("\(path)[\(index)].name", setting.text("name"))
            if name.isEmpty {
                check.require(field)
            } else if name.utf8.count > 253 || name.firstMatch(of: settingName) == nil {
                let shape =
                    "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
                check.invalid(
                    field, .string(name), ["must have at most 253 characters and match regex ^\(shape)$"])
            } else if names.contains(name) {
                check.add(.duplicate(field, .string(name)))
            }
            names.insert(name)
        }
    }

    private static var settingName: Regex<(Substring, Substring?, Substring?, Substring?)> {
        /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[.\/])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
    }

    private static let profileTypes = ["Localhost", "RuntimeDefault", "Unconfined"]

    private static func seccomp(_ profile: JSON?, _ path: String, _ check: inout FieldCheck) {
        guard let profile, profile.object != nil else { return }
        let (type, file) = (profile.text("type"), profile["localhostProfile"]?.string)
        if type.isEmpty {
            check.require("\(path).type", "type is required when seccompProfile is set")
        } else {
            check.supportedChoice("\(path).type", type, profileTypes)
        }
        if type == "Localhost" {
            guard let file else {
                return check.require("\(path).localhostProfile", "must be set when seccomp type is Localhost")
            }
            check.localPath("\(path).localhostProfile", file)
        } else if file != nil {
            check.invalid(
                "\(path).localhostProfile", profile, ["can only be set when seccomp type is Localhost"])
        }
    }

    private static func armor(_ profile: JSON?, _ path: String, _ check: inout FieldCheck) {
        guard let profile, profile.object != nil else { return }
        let (type, file) = (profile.text("type"), profile["localhostProfile"]?.string)
        let field = "\(path).localhostProfile"
        switch type {
        case "Localhost":
            guard let file, !file.isEmpty else {
                return check.require(field, "must be set when AppArmor type is Localhost")
            }
            if file.first?.isWhitespace == true || file.last?.isWhitespace == true {
                check.invalid(field, .string(file), ["must not be padded with whitespace"])
            }
            if file.utf8.count > 4095 { check.add(.tooLong(field, 4095)) }
        case "RuntimeDefault", "Unconfined":
            if let file {
                check.invalid(field, .string(file), ["can only be set when AppArmor type is Localhost"])
            }
        case "": check.require("\(path).type", "type is required when appArmorProfile is set")
        default: check.add(.notSupported("\(path).type", .string(type), profileTypes))
        }
    }

    private static func windows(_ options: JSON?, _ path: String, _ check: inout FieldCheck) {
        guard let options else { return }
        if let name = options["gmsaCredentialSpecName"]?.string {
            check.invalid("\(path).gmsaCredentialSpecName", .string(name), NameRules.subdomain(name))
        }
        if options["gmsaCredentialSpec"]?.string == "" {
            check.invalid(
                "\(path).gmsaCredentialSpec", "", ["gmsaCredentialSpec cannot be an empty string"])
        }
        if options["runAsUserName"]?.string == "" {
            check.invalid("\(path).runAsUserName", "", ["runAsUserName cannot be an empty string"])
        }
    }
}
