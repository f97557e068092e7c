import Formats

/// LimitRanges.
enum LimitRangeValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        var types: Set<String> = []
        for (index, item) in (object["spec"]?.list("limits") ?? []).enumerated() {
            let path = "spec.limits[\(index)]"
            let type = item.text("type")
            let faults = NameRules.qualified(type)
            check.invalid("\(path).type", .string(type), faults)
            if faults.isEmpty, !type.contains("/"), !["Pod", "Container", "PersistentVolumeClaim"].contains(type) {
                check.invalid("\(path).type", .string(type), ["must be a standard limit type or fully qualified"])
            }
            if !types.insert(type).inserted { check.add(.duplicate("\(path).type", .string(type))) }
            self.item(item, type, path, &check)
        }
    }

    private static func item(_ item: JSON, _ type: String, _ path: String, _ check: inout FieldCheck) {
        var names: Set<String> = []
        for key in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
            if type == "Pod", key.hasPrefix("default") {
                if item.hasMembers(key) {
                    check.add(.forbidden("\(path).\(key)", "may not be specified when `type` is 'Pod'"))
                }
                continue
            }
            for member in item.members(key) {
                let field = "\(path).\(key)[\(member.key)]"
                if type == "Pod" || type == "Container" {
                    ResourceValidation.containerName(field, member.key, &check)
                } else {
                    ResourceValidation.name(field, member.key, &check)
                }
                names.insert(member.key)
            }
        }
        if type == "PersistentVolumeClaim", item[path: "min", "storage"] == nil, item[path: "max", "storage"] == nil {
            check.require(
                "\(path).limits", "either minimum or maximum storage value is required, but neither was provided")
        }
        for name in names.sorted() { compare(item, name, path, &check) }
    }

    /// Amounts that have to be in order: least, asked by default, limited by default, most.
    private static func compare(_ item: JSON, _ name: String, _ path: String, _ check: inout FieldCheck) {
        func amount(_ key: String) -> Quantity? { item[path: key, name].flatMap { try? Quantity($0) } }
        let (least, most) = (amount("min"), amount("max"))
        let (asked, limited, ratio) = (amount("defaultRequest"), amount("default"), amount("maxLimitRequestRatio"))
        func order(_ low: Quantity?, _ high: Quantity?, _ key: String, _ shown: Quantity?, _ words: (String, String)) {
            guard let low, let high, let shown, low > high else { return }
            check.invalid(
                "\(path).\(key)[\(name)]", .string(shown.text),
                ["\(words.0) value \(low.text) is greater than \(words.1) value \(high.text)"])
        }
        order(least, most, "min", least, ("min", "max"))
        order(least, asked, "defaultRequest", asked, ("min", "default request"))
        order(asked, most, "defaultRequest", asked, ("default request", "max"))
        order(asked, limited, "defaultRequest", asked, ("default request", "default limit"))
        order(least, limited, "default", least, ("min", "default"))
        order(limited, most, "default", most, ("default", "max"))
        if let ratio, let one = try? Quantity("1"), ratio < one {
            check.invalid(
                "\(path).maxLimitRequestRatio[\(name)]", .string(ratio.text), ["ratio \(ratio.text) is less than 1"])
        }
    }
}
