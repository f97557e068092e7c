import Formats

/// What a container sees of its pod's volumes: folders, and raw devices.
enum MountValidation {
    /// `volumes` by their names, those that nothing is wrong with.
    static func check(_ container: JSON, _ path: String, _ volumes: [String: JSON], _ check: inout FieldCheck) {
        let (mounts, devices) = (container.list("volumeMounts"), container.list("volumeDevices"))
        self.mounts(mounts, devices, "\(path).volumeMounts", container, volumes, &check)
        self.devices(devices, mounts, "\(path).volumeDevices", volumes, &check)
    }

    private static func mounts(
        _ mounts: [JSON], _ devices: [JSON], _ path: String, _ container: JSON, _ volumes: [String: JSON],
        _ check: inout FieldCheck
    ) {
        var places: Set<String> = []
        for (index, mount) in mounts.enumerated() {
            let place = "\(path)[\(index)]"
            let (name, target) = (mount.text("name"), mount.text("mountPath"))
            if name.isEmpty { check.require("\(place).name") }
            if volumes[name] == nil { check.add(.notFound("\(place).name", .string(name))) }
            if target.isEmpty { check.require("\(place).mountPath") }
            if !places.insert(target).inserted {
                check.invalid("\(place).mountPath", .string(target), ["must be unique"])
            }
            if devices.contains(where: { $0.text("name") == name }) {
                check.invalid("\(place).name", .string(name), ["must not already exist in volumeDevices"])
            }
            if devices.contains(where: { $0.text("devicePath") == target }) {
                check.invalid(
                    "\(place).mountPath", .string(target), ["must not already exist as a path in volumeDevices"])
            }
            within(mount, place, path, &check)
            check.located("\(place).mountPropagation") { propagation(mount, path, container, &$0) }
            check.located("\(place).recursiveReadOnly") { depth(mount, path, &$0) }
        }
    }

    /// The part of the volume that is seen. The server leaves the mount's number out of some of these fields.
    private static func within(_ mount: JSON, _ place: String, _ path: String, _ check: inout FieldCheck) {
        let (inside, pattern) = (mount.text("subPath"), mount.text("subPathExpr"))
        if !inside.isEmpty {
            check.located("\(place).subPath") { $0.localPath("\(path).subPath", inside) }
        }
        guard !pattern.isEmpty else { return }
        if !inside.isEmpty {
            check.invalid(
                "\(place).subPathExpr", .string(pattern), ["subPathExpr and subPath are mutually exclusive"])
        }
        check.located("\(place).subPathExpr") { $0.localPath("\(path).subPathExpr", pattern) }
    }

    private static func propagation(_ mount: JSON, _ path: String, _ container: JSON, _ check: inout FieldCheck) {
        guard let way = mount["mountPropagation"]?.string else { return }
        let field = "\(path).mountPropagation"
        check.supportedChoice(field, way, ["Bidirectional", "HostToContainer", "None"])
        if way == "Bidirectional", container[path: "securityContext", "privileged"] != true {
            check.add(
                .forbidden(field, "Bidirectional mount propagation is available only to privileged containers"))
        }
    }

    /// Whether what is mounted below can be written.
    private static func depth(_ mount: JSON, _ path: String, _ check: inout FieldCheck) {
        guard let depth = mount["recursiveReadOnly"]?.string, depth != "Disabled" else { return }
        let field = "\(path).recursiveReadOnly"
        guard ["Enabled", "IfPossible"].contains(depth) else {
            return check.add(.notSupported(field, .string(depth), ["Disabled", "Enabled", "IfPossible"]))
        }
        if mount["readOnly"] != true {
            check.add(.forbidden(field, "may only be specified when readOnly is true"))
        }
        if let way = mount["mountPropagation"]?.string, way != "None" {
            check.add(.forbidden(field, "may only be specified when mountPropagation is None or not specified"))
        }
    }

    private static func devices(
        _ devices: [JSON], _ mounts: [JSON], _ path: String, _ volumes: [String: JSON], _ check: inout FieldCheck
    ) {
        var (names, places): (Set<String>, Set<String>) = ([], [])
        for (index, device) in devices.enumerated() {
            let (name, target) = (device.text("name"), device.text("devicePath"))
            let (nameField, pathField) = ("\(path)[\(index)].name", "\(path)[\(index)].devicePath")
            if name.isEmpty { check.require(nameField) }
            if names.contains(name) { check.invalid(nameField, .string(name), ["must be unique"]) }
            if let volume = volumes[name] {
                if volume["persistentVolumeClaim"] == nil, volume["ephemeral"] == nil {
                    check.invalid(
                        nameField, .string(name),
                        ["can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"])
                }
            } else {
                check.add(.notFound(nameField, .string(name)))
            }
            if target.isEmpty { check.require(pathField) }
            if places.contains(target) { check.invalid(pathField, .string(target), ["must be unique"]) }
            if target.split(separator: "/").contains("..") {
                check.invalid(pathField, .string(target), ["can not contain backsteps ('..')"])
            } else {
                places.insert(target)
            }
            if mounts.contains(where: { $0.text("name") == name }) {
                check.invalid(nameField, .string(name), ["must not already exist in volumeMounts"])
            }
            if mounts.contains(where: { $0.text("mountPath") == target }) {
                check.invalid(pathField, .string(target), ["must not already exist as a path in volumeMounts"])
            }
            if !name.isEmpty { names.insert(name) }
        }
    }
}
