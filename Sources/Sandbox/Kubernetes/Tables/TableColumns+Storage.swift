import Formats

extension TableColumns {
    private static let api = "io.k8s.api.core.v1"

    static let claims: [TableColumn] = [
        TableColumn(name: "Status", description: "phase represents the current phase of PersistentVolumeClaim.") {
            $0["metadata", "deletionTimestamp"] != nil ? "Terminating" : $0["status", "phase"] ?? ""
        },
        text("Volume", SchemaText.field("\(api).PersistentVolumeClaimSpec", "volumeName"), at: ["spec", "volumeName"]),
        TableColumn(
            name: "Capacity", description: SchemaText.field("\(api).PersistentVolumeClaimStatus", "capacity")
        ) { $0.text("spec", "volumeName").isEmpty ? "" : $0["status", "capacity", "storage"] ?? "" },
        TableColumn(
            name: "Access Modes", description: SchemaText.field("\(api).PersistentVolumeClaimStatus", "accessModes")
        ) { $0.text("spec", "volumeName").isEmpty ? "" : .string(accessModes($0.list("status", "accessModes"))) },
        text("StorageClass", "StorageClass of the pvc", at: ["spec", "storageClassName"]),
        text(
            "VolumeAttributesClass", "VolumeAttributesClass of the pvc", at: ["spec", "volumeAttributesClassName"],
            or: "<unset>"),
        age,
        text("VolumeMode", volumeMode, at: ["spec", "volumeMode"], or: "<unset>", priority: 1),
    ]

    private static let volumeMode =
        "volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not "
        + "included in claim spec."

    /// `RWO,ROX`
    private static func accessModes(_ modes: [JSON]) -> String {
        let short = [
            "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP",
        ]
        return modes.compactMap(\.string).map { short[$0] ?? $0 }.joined(separator: ",")
    }

    static let volumes: [TableColumn] = [
        text(
            "Capacity", SchemaText.field("\(api).PersistentVolumeSpec", "capacity"),
            at: ["spec", "capacity", "storage"]),
        TableColumn(name: "Access Modes", description: SchemaText.field("\(api).PersistentVolumeSpec", "accessModes")) {
            .string(accessModes($0.list("spec", "accessModes")))
        },
        text(
            "Reclaim Policy", SchemaText.field("\(api).PersistentVolumeSpec", "persistentVolumeReclaimPolicy"),
            at: ["spec", "persistentVolumeReclaimPolicy"]),
        text("Status", SchemaText.field("\(api).PersistentVolumeStatus", "phase"), at: ["status", "phase"]),
        TableColumn(name: "Claim", description: SchemaText.field("\(api).PersistentVolumeSpec", "claimRef")) { row in
            guard let claim = row["spec", "claimRef"] else { return "" }
            return .string("\(claim["namespace"]?.string ?? "")/\(claim["name"]?.string ?? "")")
        },
        text("StorageClass", "StorageClass of the pv", at: ["spec", "storageClassName"]),
        text(
            "VolumeAttributesClass", "VolumeAttributesClass of the pv", at: ["spec", "volumeAttributesClassName"],
            or: "<unset>"),
        text("Reason", SchemaText.field("\(api).PersistentVolumeStatus", "reason"), at: ["status", "reason"]),
        age,
        text(
            "VolumeMode", SchemaText.field("\(api).PersistentVolumeSpec", "volumeMode"), at: ["spec", "volumeMode"],
            or: "<unset>", priority: 1),
    ]
}
