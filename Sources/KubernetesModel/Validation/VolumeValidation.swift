import Formats

/// The volumes of a pod.
enum VolumeValidation {
    /// The names of those that nothing is wrong with.
    static func check(_ volumes: [JSON], _ path: String, _ check: inout FieldCheck) -> Set<String> {
        var names: Set<String> = []
        for (index, volume) in volumes.enumerated() {
            let place = "\(path)[\(index)]"
            var faults = FieldCheck()
            source(volume, place, &faults)
            let name = volume.text("name")
            faults.name("\(place).name", name, NameRules.label)
            if names.contains(name) { faults.add(.duplicate("\(place).name", .string(name))) }
            if faults.problems.isEmpty { names.insert(name) } else { check.add(faults.problems) }
        }
        return names
    }

    /// Fields that a source cannot do without.
    private static let required: [String: [String]] = [
        "hostPath": ["path"], "gitRepo": ["repository"], "gcePersistentDisk": ["pdName"],
        "awsElasticBlockStore": ["volumeID"], "secret": ["secretName"], "nfs": ["server", "path"],
        "iscsi": ["targetPortal", "iqn"], "glusterfs": ["endpoints", "path"], "persistentVolumeClaim": ["claimName"],
        "configMap": ["name"], "csi": ["driver"], "cephfs": ["monitors"], "flexVolume": ["driver"],
        "cinder": ["volumeID"], "azureFile": ["secretName", "shareName"], "vsphereVolume": ["volumePath"],
        "azureDisk": ["diskName", "diskURI"],
    ]

    private static func source(_ volume: JSON, _ path: String, _ check: inout FieldCheck) {
        var count = 0
        for member in volume.object ?? JSONObject() where member.key != "name" && member.value.object != nil {
            count += 1
            let place = "\(path).\(member.key)"
            if count > 1 {
                check.add(.forbidden(place, "may not specify more than 1 volume type"))
                continue
            }
            for key in required[member.key] ?? [] where isMissing(member.value[key]) {
                check.require("\(place).\(key)")
            }
            if let mode = member.value.number("defaultMode"), !(0...511).contains(mode) {
                check.invalid(
                    "\(place).defaultMode", .int(mode), ["must be a number between 0 and 0777 (octal), both inclusive"])
            }
            for (index, item) in member.value.list("items").enumerated() {
                if item["key"] != nil, item.text("key").isEmpty { check.require("\(place).items[\(index)].key") }
                if item.text("path").isEmpty { check.require("\(place).items[\(index)].path") }
            }
        }
        if count == 0 { check.require(path, "must specify a volume type") }
    }

    private static func isMissing(_ value: JSON?) -> Bool {
        switch value {
        case nil, .null?, .string("")?: true
        case .array(let elements)?: elements.isEmpty
        default: false
        }
    }
}
