import Formats

/// What of Secrets, ConfigMaps and pods is laid into a volume as files.
enum ProjectionValidation {
    /// A volume of several sources. The server says of some faults only in which volume they are.
    static func check(_ volume: JSON, _ path: String, _ check: inout FieldCheck) {
        var places: Set<String> = []
        for (index, source) in volume.list("sources").enumerated() {
            let place = "\(path).sources[\(index)]"
            for kind in ["secret", "configMap"] {
                guard let object = source[kind] else { continue }
                if object.text("name").isEmpty { check.require("\(place).\(kind).name") }
                for (number, item) in object.list("items").enumerated() {
                    self.item(item, "\(place).\(kind).items[\(number)]", &check)
                    once(item.text("path"), object.text("name"), path, &places, &check)
                }
            }
            for (number, file) in (source["downwardAPI"]?.list("items") ?? []).enumerated() {
                check.located("\(place).downwardAPI.items[\(number)]") {
                    self.file(file, "\(place).downwardAPI", &$0)
                }
                once(file.text("path"), file.text("path"), path, &places, &check)
            }
            if let token = source["serviceAccountToken"] { self.token(token, place, path, &check) }
            let kinds = ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle"]
            if kinds.count(where: { source[$0] != nil }) > 1 {
                check.add(.forbidden(place, "may not specify more than 1 volume type per source"))
            }
        }
    }

    /// A key and the file that it becomes.
    static func item(_ item: JSON, _ path: String, _ check: inout FieldCheck) {
        if item.text("key").isEmpty { check.require("\(path).key") }
        if item.text("path").isEmpty { check.require("\(path).path") }
        check.localPath("\(path).path", item.text("path"), isReserved: true)
        check.fileMode("\(path).mode", item["mode"])
    }

    /// A field of the pod and the file that it becomes.
    static func file(_ file: JSON, _ path: String, _ check: inout FieldCheck) {
        if file.text("path").isEmpty { check.require("\(path).path") }
        check.localPath("\(path).path", file.text("path"), isReserved: true)
        if let field = file["fieldRef"] {
            DownwardValidation.field(field, "\(path).fieldRef", DownwardValidation.forFiles, &check)
            if file["resourceFieldRef"] != nil {
                check.invalid(
                    path, "resource", ["fieldRef and resourceFieldRef can not be specified simultaneously"])
            }
        } else if let resource = file["resourceFieldRef"] {
            DownwardValidation.resource(resource, "\(path).resourceFieldRef", isInFile: true, &check)
        } else {
            check.require(path, "one of fieldRef and resourceFieldRef is required")
        }
        check.fileMode("\(path).mode", file["mode"])
    }

    private static func token(_ token: JSON, _ place: String, _ path: String, _ check: inout FieldCheck) {
        let field = "\(place).serviceAccountToken.expirationSeconds"
        let seconds = token.number("expirationSeconds") ?? 0
        if seconds < 600 {
            check.invalid(field, .int(seconds), ["may not specify a duration less than 10 minutes"])
        }
        if seconds > 4_294_967_296 {
            check.invalid(field, .int(seconds), ["may not specify a duration larger than 2^32 seconds"])
        }
        check.located("\(place).serviceAccountToken.path") { check in
            if token.text("path").isEmpty {
                check.require("\(path).path")
            } else {
                check.localPath("\(path).path", token.text("path"), isReserved: true)
            }
        }
    }

    private static func once(
        _ path: String, _ shown: String, _ field: String, _ places: inout Set<String>, _ check: inout FieldCheck
    ) {
        guard !path.isEmpty, !places.insert(path).inserted else { return }
        check.invalid(field, .string(shown), ["conflicting duplicate paths"])
    }
}
