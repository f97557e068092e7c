import Formats

/// Devices that a pod asks for, and its containers use.
enum ResourceClaimValidation {
    static func check(_ claims: [JSON], _ path: String, _ check: inout FieldCheck) {
        var names: Set<String> = []
        for (index, claim) in claims.enumerated() {
            let (place, name) = ("\(path)[\(index)]", claim.text("name"))
            if name.isEmpty {
                check.require("\(place).name")
            } else if !names.insert(name).inserted {
                check.add(.duplicate("\(place).name", .string(name)))
            } else {
                check.invalid("\(place).name", .string(name), NameRules.label(name))
            }
            let sources = ["resourceClaimName", "resourceClaimTemplateName"]
            let given = sources.filter { claim[$0]?.string != nil }
            let shown: JSON = [
                "Name": claim["name"] ?? "", "ResourceClaimName": claim["resourceClaimName"] ?? .null,
                "ResourceClaimTemplateName": claim["resourceClaimTemplateName"] ?? .null,
            ]
            if given.count == 2 {
                check.invalid(
                    place, shown,
                    ["at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"])
            }
            if given.isEmpty {
                check.invalid(
                    place, shown, ["must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"])
            }
            for key in given {
                check.invalid("\(place).\(key)", .string(claim.text(key)), NameRules.subdomain(claim.text(key)))
            }
        }
    }

    /// Which of the pod's claims a container uses.
    static func used(_ uses: [JSON], of claims: [String], _ path: String, _ check: inout FieldCheck) {
        var names: Set<String> = []
        for (index, use) in uses.enumerated() {
            let (place, name, request) = ("\(path)[\(index)]", use.text("name"), use.text("request"))
            if name.isEmpty {
                check.require(place)
                continue
            }
            if names.contains(name) {
                check.add(.duplicate(place, .string(name)))
            } else {
                if !request.isEmpty {
                    check.invalid("\(place).request", .string(request), NameRules.label(request))
                }
                let key = request.isEmpty ? name : "\(name)/\(request)"
                if names.contains(key) || request.isEmpty && names.contains(where: { $0.hasPrefix("\(name)/") }) {
                    check.add(.duplicate(place, .string(key)))
                }
                names.insert(key)
            }
            guard !claims.contains(name) else { continue }
            let known = claims.isEmpty ? " which is empty" : ": \(claims.sorted().joined(separator: ", "))"
            check.add(
                .notFound(place, .string(name), "must be one of the names in pod.spec.resourceClaims\(known)"))
        }
    }
}
