import Formats

/// NetworkPolicies.
enum NetworkPolicyValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        SelectorValidation.check("spec.podSelector", spec["podSelector"], &check)
        for (direction, side) in [("ingress", "from"), ("egress", "to")] {
            for (index, rule) in spec.list(direction).enumerated() {
                let path = "spec.\(direction)[\(index)]"
                for (place, port) in rule.list("ports").enumerated() {
                    self.port(port, "\(path).ports[\(place)]", &check)
                }
                for (place, peer) in rule.list(side).enumerated() {
                    self.peer(peer, "\(path).\(side)[\(place)]", &check)
                }
            }
        }
        let types = spec.list("policyTypes")
        guard types.count <= 2 else {
            return check.invalid("spec.policyTypes", .array(types), ["may not specify more than two policyTypes"])
        }
        for (index, type) in types.enumerated() {
            check.supportedChoice("spec.policyTypes[\(index)]", type.string ?? "", ["Ingress", "Egress"])
        }
    }

    private static func port(_ port: JSON, _ path: String, _ check: inout FieldCheck) {
        if let name = port["protocol"]?.string {
            check.supportedChoice("\(path).protocol", name, ["TCP", "UDP", "SCTP"])
        }
        let end = port.number("endPort")
        guard let number = port["port"] else {
            if let end {
                check.invalid("\(path).endPort", .int(end), ["may not be specified when `port` is not specified"])
            }
            return
        }
        check.port("\(path).port", number)
        guard let end else { return }
        if number.int == nil {
            check.invalid("\(path).endPort", .int(end), ["may not be specified when `port` is non-numeric"])
        } else if end < number.int ?? 0 {
            check.invalid("\(path).endPort", number, ["must be greater than or equal to `port`"])
        } else {
            check.invalid("\(path).endPort", .int(end), NameRules.portNumber(end))
        }
    }

    private static func peer(_ peer: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in ["podSelector", "namespaceSelector"] {
            SelectorValidation.check("\(path).\(key)", peer[key], &check)
        }
        if let block = peer["ipBlock"] { self.block(block, "\(path).ipBlock", &check) }
        let count = peer.object?.count ?? 0
        if count == 0 { check.require(path, "must specify a peer") }
        if count > 1, peer["ipBlock"] != nil {
            check.add(.forbidden(path, "may not specify both ipBlock and another peer"))
        }
    }

    private static let shape = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

    private static func block(_ block: JSON, _ path: String, _ check: inout FieldCheck) {
        let text = block.text("cidr")
        guard !text.isEmpty else { return check.require("\(path).cidr") }
        guard let whole = IPAddress.Block(text) else { return check.invalid("\(path).cidr", .string(text), [shape]) }
        for (index, value) in block.list("except").enumerated() {
            let field = "\(path).except[\(index)]"
            guard let part = IPAddress.Block(value.string ?? "") else {
                check.invalid(field, value, [shape])
                continue
            }
            if !whole.strictlyContains(part) { check.invalid(field, value, ["must be a strict subset of `cidr`"]) }
        }
    }
}
