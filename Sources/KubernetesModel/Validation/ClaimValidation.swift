import Formats

/// PersistentVolumeClaims.
enum ClaimValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        self.spec(spec, "spec", &check)
        guard let live, let before = live["spec"] else { return }
        change(spec, before, live["status"] ?? [:], &check)
    }

    private static let modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]

    static func spec(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        let given = spec.list("accessModes").map { $0.string ?? "" }
        if given.isEmpty { check.require("\(path).accessModes", "at least 1 access mode is required") }
        SelectorValidation.check("\(path).selector", spec["selector"], &check)
        for mode in given { check.supportedChoice("\(path).accessModes", mode, modes) }
        if given.contains("ReadWriteOncePod"), given.contains(where: { $0 != "ReadWriteOncePod" }) {
            check.add(.forbidden("\(path).accessModes", "may not use ReadWriteOncePod with other access modes"))
        }
        let field = "\(path).resources[storage]"
        if let size = spec[path: "resources", "requests", "storage"] {
            if let quantity = try? Quantity(size), quantity <= .zero {
                check.invalid(field, .string(quantity.text), ["must be greater than zero"])
            }
        } else {
            check.require(field)
        }
        if let name = spec["storageClassName"]?.string, !name.isEmpty {
            check.invalid("\(path).storageClassName", .string(name), NameRules.subdomain(name))
        }
        if let mode = spec["volumeMode"]?.string {
            check.supportedChoice("\(path).volumeMode", mode, ["Block", "Filesystem"])
        }
    }

    /// A claim asks once; only a bound one may ask for more room.
    private static func change(_ spec: JSON, _ before: JSON, _ status: JSON, _ check: inout FieldCheck) {
        var (old, new) = (before, spec)
        if old.text("volumeName").isEmpty { old["volumeName"] = new["volumeName"] }
        if status.text("phase") == "Bound" {
            if new[path: "resources", "requests"] != nil {
                new["resources"]?["requests"]?["storage"] = old[path: "resources", "requests", "storage"]
            }
            if new["volumeAttributesClassName"] != nil {
                new["volumeAttributesClassName"] = old["volumeAttributesClassName"]
            }
        }
        if !Semantic.areEqual(old, new) {
            let difference = UnifiedDiff.text(InternalForm.claimSpec(old), InternalForm.claimSpec(new))
            check.add(
                .forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound "
                        + "claims\n\(difference)"))
        }
        let (wanted, had) = (size(spec), size(before))
        let capacity = status[path: "capacity", "storage"].flatMap { try? Quantity($0) } ?? .zero
        if wanted < had, wanted <= capacity {
            check.add(.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"))
        }
        check.immutable("volumeMode", spec["volumeMode"], before["volumeMode"])
    }

    private static func size(_ spec: JSON) -> Quantity {
        spec[path: "resources", "requests", "storage"].flatMap { try? Quantity($0) } ?? .zero
    }
}
