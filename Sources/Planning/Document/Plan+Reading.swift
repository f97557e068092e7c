package import Formats
import Tenancy

extension Plan {
    /// A plan that its JSON tells, to be shown: nothing of it can be carried out. Nil where it is no plan of this version.
    package init?(shown json: JSON) {
        guard json["format_version"]?.string == Self.formatVersion, let environment = json["environment"]?.string,
            let changes = json["changes"]?.array, let source = json["source"], let gates = json["gates"]?.array
        else { return nil }
        let read = changes.compactMap(Change.init(shown:))
        guard read.count == changes.count else { return nil }
        self.init(
            environment: environment,
            source: PlanSource(
                repository: source["repository"]?.string ?? "", ref: source["ref"]?.string,
                commit: source["commit"]?.string, inputs: source["inputs"]?.string ?? ""),
            sections: Dictionary(grouping: read, by: \.tenant).map { tenant, changes in
                PlanSection(tenant: tenant, file: nil, changes: changes)
            },
            gates: gates.compactMap(Gate.init(shown:)),
            pending: (json["pending"]?.array ?? []).compactMap { pending in
                pending["tenant"]?.string.map { PendingTenant(name: $0, reason: pending["reason"]?.string ?? "") }
            },
            diagnostics: (json["diagnostics"]?.array ?? []).compactMap(Diagnostic.init(shown:)))
        base = json["base"].flatMap(PlanBase.init(shown:))
    }
}

extension PlanBase {
    fileprivate init?(shown json: JSON) {
        guard let ref = json["ref"]?.string, let commit = json["commit"]?.string else { return nil }
        self.init(
            ref: ref, commit: commit,
            changes: (json["policyChanges"]?.array ?? []).compactMap { change in
                guard let name = change["name"]?.string, let place = Place(shown: change["source"]) else { return nil }
                return PolicyChange(name: name, before: change["before"], after: change["after"], place: place)
            })
        isOffline = json["offline"] == true
        if let affected = json["affected"] {
            part = FleetPart(
                tenants: Set((affected["tenants"]?.array ?? []).compactMap(\.string)),
                hasShared: affected["shared"] == true)
        }
    }
}

extension Change {
    fileprivate init?(shown json: JSON) {
        guard let address = json["address"]?.string, let title = json["title"]?.string,
            let action = json["actions"]?.array?.first?.string.flatMap(Action.init),
            let wave = Wave.allCases.first(where: { $0.name == json["wave"]?.string })
        else { return nil }
        let precondition = json["precondition"].flatMap { found -> Precondition? in
            guard let uid = found["uid"]?.string, let touched = found["touched"]?.string else { return nil }
            return Precondition(uid: uid, touched: touched)
        }
        self.init(
            address: address, action: action, title: title, tenant: json["tenant"]?.string,
            source: Place(shown: json["source"]), reason: json["reason"]?.string,
            fields: (json["fields"]?.array ?? []).compactMap(FieldChange.init(shown:)),
            memberships: (json["memberships"]?.array ?? []).compactMap { membership in
                membership["group"]?.string.map { group in
                    MembershipChange(
                        group: group, joins: membership["action"] == "join", isDrift: membership["drift"] == true)
                }
            },
            notes: (json["notes"]?.array ?? []).compactMap(\.string), wave: wave, precondition: precondition,
            operation: nil, isDrift: json["drift"] == true)
    }
}

extension FieldChange {
    fileprivate init?(shown json: JSON) {
        guard let pointer = json["pointer"]?.string, let path = json["path"]?.string else { return nil }
        self.init(
            pointer: pointer, path: path, before: json["before"], after: json["after"],
            isSensitive: json["sensitive"] == true, isDrift: json["drift"] == true, manager: json["manager"]?.string,
            since: json["since"]?.string, source: Place(shown: json["source"]))
    }
}

extension Gate {
    fileprivate init?(shown json: JSON) {
        guard let name = json["name"]?.string, let message = json["message"]?.string,
            let digest = json["digest"]?.string
        else { return nil }
        let wayOn = ". To proceed: reconcile approve \(digest)"
        self.init(
            name: name, tenant: json["tenant"]?.string,
            finding: message.hasSuffix(wayOn) ? String(message.dropLast(wayOn.count)) : message, digest: digest,
            isApproved: json["approved"] == true)
    }
}

extension Diagnostic {
    fileprivate init?(shown json: JSON) {
        guard let code = json["code"]?.string, let message = json["message"]?.string,
            let severity = json["severity"]?.string.flatMap(Severity.init)
        else { return nil }
        self.init(code, severity, at: Place(shown: json["source"]), message)
    }
}

extension Place {
    fileprivate init?(shown json: JSON?) {
        guard let file = json?["file"]?.string else { return nil }
        guard let line = json?["line"]?.int else {
            self = .whole(file)
            return
        }
        self.init(file: file, mark: Mark(line: Int(line), column: 1))
    }
}
