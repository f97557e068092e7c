import Formats
import KubernetesModel

// reconcile.yaml, tiers and roles.
extension Resolver {
    mutating func resolveFleet(_ document: FleetFiles.Document) {
        let spec = document.fields["spec"]
        for (name, fields) in spec["features"].members { resolveFeature(name, fields) }
        knowsFeatures = document.isSound || !features.isEmpty
        let limits = Limits(spec["limits"], over: Limits())
        checkSharedFiles(spec["sharedUserFiles"].markedElements)
        let branch = spec["writeBack"]["branch"].text ?? "reconcile/state/{environment}"
        let managers = spec["policy"]["takeBackFrom"]
        let takesBackFrom = managers.node == nil ? nil : managers.markedElements.map(\.value)
        for fields in spec["environments"].elements {
            guard let name = fields["name"].marked else { continue }
            if let other = environments.first(where: { $0.name == name.value }) {
                report(
                    .duplicateName, at: name.place,
                    "there is an environment '\(name.value)' already; rename or remove one of them",
                    notes: [first(other.source)])
                continue
            }
            let environment = FleetEnvironment(
                fields, limits: limits, branch: branch, takesBackFrom: takesBackFrom)
            checkPrefixes(environment, of: spec["environments"].elements)
            environments.append(environment)
            checkPins(fields["blueprints"])
            checkValueKeys(environment.values, file: document.path)
            checkNetworks(fields["checks"]["allow"])
        }
    }

    private mutating func checkSharedFiles(_ patterns: [Marked<String>]) {
        for pattern in patterns {
            guard !files.users.contains(where: { PathPattern.matches($0.path, pattern.value) }) else { continue }
            let hint = Suggestion.phrase(for: pattern.value, among: unclaimed)
            let what = pattern.value.contains("*") ? "no users file matches" : "the repository has no file"
            report(
                .noSharedFile, at: pattern.place,
                "\(what) '\(pattern.value)'" + (hint.isEmpty ? "; add it, or remove the entry" : hint))
        }
    }

    /// Users files that are no tenant's own: those may be meant by an entry that matches nothing.
    private var unclaimed: [String] {
        files.users.filter { $0.isShared || !known.tenants.isSuperset(of: $0.tenants) }.map(\.path)
    }

    func first(_ place: Place) -> Diagnostic.Note { Diagnostic.Note("the first one", at: place) }

    private mutating func resolveFeature(_ name: Marked<String>, _ fields: Fields) {
        guard let kind = fields["type"].text.flatMap({ Feature.Kind(rawValue: $0) }),
            let initial = fields["default"].node
        else { return }
        let feature = Feature(
            kind: kind, initial: initial.json, choices: fields["enum"].elements.compactMap { $0.node?.json },
            place: name.place)
        features[name.value] = feature
        checkFeature(initial.json, of: feature, name: name.value, at: fields["default"].place)
    }

    private mutating func checkFeature(_ value: JSON, of feature: Feature, name: String, at place: Place) {
        guard !feature.accepts(value) else { return }
        let wanted =
            switch (feature.choices.isEmpty, feature.kind) {
            case (true, .boolean): "true or false"
            case (true, .string): "a text; quote it"
            case (true, .integer): "a whole number"
            case (true, .number): "a number"
            case (false, _): "one of " + feature.choices.map(\.text).joined(separator: ", ")
            }
        report(.wrongValue, at: place, "feature '\(name)' takes \(wanted), found \(value.text)")
    }

    /// Features that a tier or a tenant sets.
    mutating func checkFeatures(_ fields: Fields) {
        for (name, value) in fields.members {
            guard let feature = features[name.value] else {
                guard knowsFeatures else { continue }
                let hint = Names.phraseOrList(for: name.value, among: features.keys)
                report(.unknownFeature, at: name.place, "unknown feature '\(name.value)'\(hint)")
                continue
            }
            if let node = value.node { checkFeature(node.json, of: feature, name: name.value, at: value.place) }
        }
    }

    /// Two environments in one cluster or realm would take each other's namespaces or groups for theirs.
    private mutating func checkPrefixes(_ added: FleetEnvironment, of written: [Fields]) {
        /// Where the environment's prefix stands; its name where it has none.
        func place(_ environment: FleetEnvironment, _ part: String, _ key: String) -> Place {
            let prefix = written.first { $0.place == environment.source }?[part][key]
            return prefix?.node == nil ? environment.source : prefix?.place ?? environment.source
        }
        func message(_ other: FleetEnvironment, _ key: String, _ prefix: String, in shared: String) -> String {
            let same = prefix.isEmpty ? "have no \(key)" : "have the same \(key) '\(prefix)'"
            return "environments '\(added.name)' and '\(other.name)' \(same) in one \(shared); give each one of its own"
        }
        for other in environments {
            let (one, two) = (added.environment, other.environment)
            if let cluster = one.cluster, cluster != .sandbox, cluster == two.cluster,
                one.namespacePrefix == two.namespacePrefix
            {
                report(
                    .sharedPrefix, at: place(added, "cluster", "namespacePrefix"),
                    message(other, "namespacePrefix", one.namespacePrefix, in: "cluster"),
                    notes: [first(place(other, "cluster", "namespacePrefix"))])
            }
            if case .keycloak(let realm) = one.identity, case .keycloak(let otherRealm) = two.identity,
                realm.url == otherRealm.url, realm.realm == otherRealm.realm, one.groupPrefix == two.groupPrefix
            {
                report(
                    .sharedPrefix, at: place(added, "identity", "groupPrefix"),
                    message(other, "groupPrefix", one.groupPrefix, in: "realm"),
                    notes: [first(place(other, "identity", "groupPrefix"))])
            }
        }
    }

    /// Blueprints and versions that something pins.
    mutating func checkPins(_ pins: Fields) {
        for (name, pin) in pins.members {
            guard let version = pin.marked else { continue }
            guard let versions = known.blueprints[name.value] else {
                let hint = Names.phraseOrList(for: name.value, among: known.blueprints.keys)
                report(.unknownBlueprint, at: name.place, "unknown blueprint '\(name.value)'\(hint)")
                continue
            }
            guard !versions.contains(version.value) else { continue }
            let list = versions.sorted().joined(separator: ", ")
            report(
                .unknownBlueprint, at: version.place,
                "blueprint '\(name.value)' has no version \(version.value); there is \(list)")
        }
    }

    /// The blueprints that values are for.
    mutating func checkValueKeys(_ values: Node?, file: String) {
        for (name, _) in Fields(node: values, file: file).members {
            if known.blueprints[name.value] == nil {
                let hint = Names.phraseOrList(for: name.value, among: known.blueprints.keys)
                report(.unknownBlueprint, at: name.place, "unknown blueprint '\(name.value)'\(hint)")
            }
        }
    }

    /// What `policy.allow` lets blueprints do.
    mutating func allowances(_ fields: Fields) -> [String: Set<Allowance>] {
        var allowances: [String: Set<Allowance>] = [:]
        for (name, words) in fields.members {
            if known.blueprints[name.value] == nil {
                let hint = Suggestion.phrase(for: name.value, among: known.blueprints.keys)
                report(.unknownBlueprint, at: name.place, "unknown blueprint '\(name.value)'\(hint)")
            }
            allowances[name.value] = Set(words.markedElements.compactMap { Allowance(rawValue: $0.value) })
        }
        return allowances
    }

    mutating func resolveTiers() {
        for document in files.documents(.tier) where document.node != nil {
            let tier = Tier(document.fields, name: document.name)
            if document.isSound { tiers[document.name] = tier }
            let spec = document.fields["spec"]
            checkFeatures(spec["features"])
            checkPins(spec["blueprints"])
            checkValueKeys(tier.values, file: document.path)
            let limits = spec["limits"].members.map(\.key.value)
            for name in tier.overridable where document.isSound && !limits.contains(name.value) {
                let hint = Suggestion.phrase(for: name.value, among: limits)
                report(.unknownLimit, at: name.place, "the tier has no limit '\(name.value)'\(hint)")
            }
        }
    }

    mutating func resolveRoles() {
        for document in files.documents(.role) where document.node != nil {
            let role = Role(document.fields, name: document.name)
            roles[document.name] = role
            if let blueprint = role.blueprint { checkBlueprint(blueprint) }
            switch role.reach {
            case .all: break
            case .tier(let tier): checkTier(tier)
            case .tenants(let names):
                for name in names where !known.tenants.contains(name.value) {
                    let hint = Names.phraseOrList(for: name.value, among: known.tenants)
                    report(.unknownTenant, at: name.place, "unknown tenant '\(name.value)'\(hint)")
                }
            }
        }
    }

    /// What a role gives to each person is made for each person.
    private mutating func checkBlueprint(_ name: Marked<String>) {
        guard let versions = known.blueprints[name.value] else {
            let hint = Names.phraseOrList(for: name.value, among: known.blueprints.keys)
            report(.unknownBlueprint, at: name.place, "unknown blueprint '\(name.value)'\(hint)")
            return
        }
        let others = versions.sorted().compactMap { blueprints[BlueprintID(name: name.value, version: $0)] }
            .filter { $0.scope != .user }
        guard let other = others.first else { return }
        report(
            .wrongScope, at: name.place,
            "a role names a blueprint of scope user, '\(name.value)' \(other.id.version) has scope \(other.scope.rawValue); name another one, or none",
            notes: [Diagnostic.Note("the blueprint", at: other.source.wholeFile)])
    }

    mutating func checkTier(_ tier: Marked<String>) {
        guard !known.tiers.contains(tier.value) else { return }
        let hint = Names.phraseOrList(for: tier.value, among: known.tiers)
        report(.unknownTier, at: tier.place, "unknown tier '\(tier.value)'\(hint)")
    }
}
