import Formats

/// The addresses of a Service: in which families, how many, and what of them may change.
enum ServiceAddresses {
    /// What holds of them by themselves.
    static func check(_ spec: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        guard spec.text("type") != "ExternalName" else { return }
        let (single, all) = (spec.text("clusterIP"), spec.list("clusterIPs"))
        let field = "spec.clusterIPs"
        if !single.isEmpty, all.isEmpty { check.require(field) }
        if !single.isEmpty, let first = all.first, first != .string(single) {
            check.invalid(field, .array(all), ["first value must match `clusterIP`"])
        }
        if single.isEmpty, !all.isEmpty {
            check.invalid(field, .array(all), ["must be empty when `clusterIP` is not specified"])
        }
        families(spec, &check)
        let before = check.problems.count
        for (index, address) in all.enumerated() {
            if index == 0, address == "None" {
                if all.count > 1 {
                    check.invalid(field, .array(all), ["'None' must be the first and only value"])
                }
                continue
            }
            check.address(
                "\(field)[\(index)]", address.string ?? "", known: live?["spec"]?.list("clusterIPs") ?? [])
        }
        let isSound = check.problems.count == before
        if all.count > 2 { check.invalid(field, .array(all), ["may only hold up to 2 values"]) }
        if isSound { stacks(spec, &check) }
    }

    private static func families(_ spec: JSON, _ check: inout FieldCheck) {
        var seen: Set<JSON> = []
        for (index, family) in spec.list("ipFamilies").enumerated() {
            let place = "spec.ipFamilies[\(index)]"
            check.supportedChoice(place, family.string ?? "", ["IPv4", "IPv6"])
            if !seen.insert(family).inserted { check.add(.duplicate(place, family)) }
        }
        if let policy = spec["ipFamilyPolicy"]?.string {
            check.supportedChoice(
                "spec.ipFamilyPolicy", policy, ["PreferDualStack", "RequireDualStack", "SingleStack"])
        }
    }

    /// One address of each family, in the order of the families.
    private static func stacks(_ spec: JSON, _ check: inout FieldCheck) {
        let addresses = spec.list("clusterIPs").map { $0.string ?? "" }
        let isSix = addresses.map { $0.contains(":") }
        if addresses.count > 1, Set(isSix).count != 2 || addresses.count > 2 {
            check.invalid(
                "spec.clusterIPs", spec["clusterIPs"] ?? .null, ["may specify no more than one IP for each IP family"])
        }
        guard addresses != ["None"] else { return }
        for (index, (address, family)) in zip(addresses, spec.list("ipFamilies")).enumerated() {
            guard let name = family.string, ["IPv4", "IPv6"].contains(name), isSix[index] != (name == "IPv6") else {
                continue
            }
            check.invalid(
                "spec.clusterIPs[\(index)]", .string(address),
                ["expected an \(name) value as indicated by `ipFamilies[\(index)]`"])
        }
    }

    /// What was handed out stays; a second address may come and go.
    static func change(_ before: JSON, _ after: JSON, _ check: inout FieldCheck) {
        guard before.text("type") != "ExternalName", after.text("type") != "ExternalName" else { return }
        let (wasHeadless, isHeadless) = (self.isHeadless(before), self.isHeadless(after))
        if !(wasHeadless && isHeadless) { addresses(before, after, &check) }
        if !wasHeadless, !isHeadless { families(before, after, &check) }
    }

    static func isHeadless(_ spec: JSON) -> Bool { spec["clusterIPs"] == ["None"] }

    private static func addresses(_ before: JSON, _ after: JSON, _ check: inout FieldCheck) {
        let (old, new) = (before.list("clusterIPs"), after.list("clusterIPs"))
        func refuse(_ index: Int, _ detail: String) {
            check.invalid("spec.clusterIPs[\(index)]", .array(new), [detail])
        }
        if old.count == new.count {
            for index in old.indices where old[index] != new[index] { refuse(index, "may not change once set") }
            return
        }
        if old.count > new.count, new.isEmpty { refuse(0, "primary clusterIP can not be unset") }
        if let first = old.first, let changed = new.first, first != changed { refuse(0, "may not change once set") }
        if old.count > new.count, new.count == 1 { release(after, "clusterIP", &check) }
    }

    private static func families(_ before: JSON, _ after: JSON, _ check: inout FieldCheck) {
        let (old, new) = (before.list("ipFamilies"), after.list("ipFamilies"))
        let count = old.count == new.count ? zip(old, new).count { $0 != $1 } : old.first != new.first ? 1 : 0
        if !old.isEmpty, !new.isEmpty {
            for _ in 0..<count {
                check.invalid("spec.ipFamilies[0]", .array(new), ["may not change once set"])
            }
        }
        if old.count > new.count, new.count == 1 { release(after, "ipFamily", &check) }
    }

    private static func release(_ after: JSON, _ what: String, _ check: inout FieldCheck) {
        guard after["ipFamilyPolicy"] != "SingleStack" else { return }
        check.invalid(
            "spec.ipFamilyPolicy", after["ipFamilyPolicy"] ?? .null,
            ["must be set to 'SingleStack' when releasing the secondary \(what)"])
    }
}
