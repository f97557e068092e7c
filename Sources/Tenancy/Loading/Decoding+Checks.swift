import Formats
import KubernetesModel

extension Blueprint.Check {
    init?(_ fields: Fields) {
        guard let name = fields["name"].marked else { return nil }
        let target: Target
        if let url = fields["url"].marked {
            target = .url(url, warn: Self.seconds(fields["warn"]), critical: Self.seconds(fields["critical"]))
        } else if let host = fields["dns"].marked {
            target = .dns(host, cname: fields["cname"].marked)
        } else {
            return nil
        }
        self.init(name: name, when: fields["when"].marked, target: target)
    }

    /// `500ms`, `1.5s`, `2m`
    static func seconds(_ fields: Fields) -> Double? {
        guard let text = fields.text else { return nil }
        for (unit, factor) in [("ms", 0.001), ("s", 1), ("m", 60)] where text.hasSuffix(unit) {
            return Double(text.dropLast(unit.count)).map { $0 * factor }
        }
        return nil
    }
}

extension CheckPolicy {
    init(_ fields: Fields) {
        self.init(
            open: fields["allow"].markedElements.compactMap { IPAddress.Block($0.value) },
            allowsHTTP: fields["http"].bool ?? false)
    }
}

extension Resolver {
    /// Networks that an environment opens to checks: one too many would open what nobody thought of.
    mutating func checkNetworks(_ networks: Fields) {
        for network in networks.markedElements {
            guard let block = IPAddress.Block(network.value) else {
                report(.wrongValue, at: network.place, "'\(network.value)' is no network; write it as 10.0.0.0/8")
                continue
            }
            guard !ClosedNetwork.holds(block) else { continue }
            let message =
                ClosedNetwork.around(block.address) == nil
                ? "'\(network.value)' is open to checks already; remove it"
                : "'\(network.value)' would open more than one kind of address; name what is meant, as 10.0.0.0/8"
            report(.wrongValue, at: network.place, message)
        }
    }

    /// What the schema of one check cannot say.
    mutating func checkChecks(_ checks: Fields) {
        var known: [String: Place] = [:]
        for fields in checks.elements {
            guard let name = fields["name"].marked else { continue }
            if let other = known[name.value] {
                report(
                    .duplicateName, at: name.place,
                    "there is a check '\(name.value)' already; rename or remove one of them", notes: [first(other)])
            }
            known[name.value] = known[name.value] ?? name.place
            guard let warn = Blueprint.Check.seconds(fields["warn"]),
                let critical = Blueprint.Check.seconds(fields["critical"]), warn >= critical
            else { continue }
            let words = (fields["warn"].text ?? "", fields["critical"].text ?? "")
            report(
                .wrongValue, at: fields["critical"].place,
                "an answer is slow ('warn', \(words.0)) before it is too slow ('critical', \(words.1)); swap or change them"
            )
        }
    }
}
