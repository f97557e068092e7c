import Formats

/// The volumes of a pod.
enum VolumeValidation {
    /// Those that nothing is wrong with, by name. Of a pod that has a name it is known which claims will be made for it.
    static func check(
        _ volumes: [JSON], _ path: String, ofPod pod: String? = nil, _ check: inout FieldCheck
    ) -> [String: JSON] {
        var sound: [String: JSON] = [:]
        let made = pod.map { pod in volumes.filter { $0["ephemeral"] != nil }.map { "\(pod)-\($0.text("name"))" } }
        for (index, volume) in volumes.enumerated() {
            let place = "\(path)[\(index)]"
            var faults = FieldCheck()
            source(volume, place, &faults)
            let name = volume.text("name")
            faults.name("\(place).name", name, NameRules.label)
            if sound[name] != nil { faults.add(.duplicate("\(place).name", .string(name))) }
            if faults.problems.isEmpty { sound[name] = volume } else { check.add(faults.problems) }
            if let claim = volume[path: "persistentVolumeClaim", "claimName"]?.string, made?.contains(claim) == true {
                check.invalid(
                    "\(place).persistentVolumeClaim.claimName", .string(claim),
                    ["must not reference a PVC that gets created for an ephemeral volume"])
            }
        }
        return sound
    }

    /// Fields that a source cannot do without.
    private static let required: [String: [String]] = [
        "hostPath": ["path"], "gitRepo": ["repository"], "gcePersistentDisk": ["pdName"],
        "awsElasticBlockStore": ["volumeID"], "secret": ["secretName"], "nfs": ["server", "path"],
        "iscsi": ["targetPortal", "iqn"], "glusterfs": ["endpoints", "path"], "persistentVolumeClaim": ["claimName"],
        "configMap": ["name"], "csi": ["driver"], "cephfs": ["monitors"], "flexVolume": ["driver"],
        "cinder": ["volumeID"], "azureFile": ["secretName", "shareName"], "vsphereVolume": ["volumePath"],
        "azureDisk": ["diskName", "diskURI"], "rbd": ["monitors", "image"], "quobyte": ["registry", "volume"],
        "photonPersistentDisk": ["pdID"], "portworxVolume": ["volumeID"],
        "scaleIO": ["gateway", "system", "volumeName"],
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
            check.fileMode("\(place).defaultMode", member.value["defaultMode"])
            details(member.key, member.value, place, &check)
        }
        if count == 0 { check.require(path, "must specify a volume type") }
    }

    private static let hostTypes = [
        "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
    ]

    private static func details(_ type: String, _ source: JSON, _ path: String, _ check: inout FieldCheck) {
        switch type {
        case "emptyDir":
            if let limit = source["sizeLimit"].flatMap({ try? Quantity($0) }), limit.isNegative {
                check.add(.forbidden("\(path).sizeLimit", "SizeLimit field must be a valid resource quantity"))
            }
        case "hostPath" where !source.text("path").isEmpty:
            check.noBacksteps("\(path).path", source.text("path"))
            check.supportedChoice("\(path).type", source.text("type"), hostTypes)
        case "nfs" where !source.text("path").hasPrefix("/"):
            check.invalid("\(path).path", source["path"] ?? "", ["must be an absolute path"])
        case "gitRepo": check.localPath("\(path).directory", source.text("directory"))
        case "secret", "configMap":
            for (index, item) in source.list("items").enumerated() {
                ProjectionValidation.item(item, "\(path).items[\(index)]", &check)
            }
        case "downwardAPI":
            // As on the server, without the number of the file.
            for (index, file) in source.list("items").enumerated() {
                check.located("\(path).items[\(index)]") { ProjectionValidation.file(file, path, &$0) }
            }
        case "projected": ProjectionValidation.check(source, path, &check)
        case "ephemeral": ephemeral(source, path, &check)
        default: break
        }
    }

    private static func ephemeral(_ source: JSON, _ path: String, _ check: inout FieldCheck) {
        guard let template = source["volumeClaimTemplate"], !template.isNull else {
            return check.require("\(path).volumeClaimTemplate")
        }
        let place = "\(path).volumeClaimTemplate"
        MetadataValidation.annotations(
            "\(place).metadata.annotations", template[path: "metadata", "annotations"], &check)
        MetadataValidation.labels("\(place).metadata.labels", template[path: "metadata", "labels"], &check)
        for member in template.members("metadata")
        where !["annotations", "labels"].contains(member.key) && !member.value.isNull && member.value != "" {
            check.add(.forbidden("\(place).metadata.\(member.key)", "cannot be set"))
        }
        ClaimValidation.spec(template["spec"] ?? [:], "\(place).spec", &check)
    }

    private static func isMissing(_ value: JSON?) -> Bool {
        switch value {
        case nil, .null?, .string("")?: true
        case .array(let elements)?: elements.isEmpty
        default: false
        }
    }
}
