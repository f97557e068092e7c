import Formats

// Tenants by themselves, and against each other.
extension Resolver {
    mutating func resolveTenants() {
        var paths: [String: String] = [:]
        var documents: [FleetFiles.Document] = []
        for document in files.documents(.tenant) {
            if let other = paths[document.name] {
                report(
                    .duplicateName, at: document.place,
                    "there is a tenant '\(document.name)' already; rename or remove one of the files",
                    notes: [first(.whole(other))])
                continue
            }
            paths[document.name] = document.path
            documents.append(document)
        }
        let made = inParts(documents) { part, document -> Tenant? in
            part.checkName(document)
            guard document.node != nil, let tenant = Tenant(document.fields, name: document.name) else {
                return nil
            }
            part.check(tenant, document.fields["spec"])
            return tenant
        }
        tenants = made.compactMap { $0 }
    }

    /// Makes something of each element on all processors; what each finds is reported in the order of the elements.
    private mutating func inParts<Element: Sendable, Result: Sendable>(
        _ elements: [Element], _ make: @Sendable (inout Resolver, Element) -> Result
    ) -> [Result] {
        let resolver = withoutDiagnostics
        // A resolver is much to copy, so that one serves many elements.
        let parts = stride(from: 0, to: elements.count, by: 64).map { elements[$0..<min(elements.count, $0 + 64)] }
        let made = parallelMap(parts) { part in
            var resolver = resolver
            return (part.map { make(&resolver, $0) }, resolver.diagnostics)
        }
        for (_, found) in made { diagnostics += found }
        return made.flatMap(\.0)
    }

    private var withoutDiagnostics: Resolver {
        var resolver = self
        resolver.diagnostics = []
        return resolver
    }

    /// Calls the check for every tenant, on all processors.
    mutating func checkEach(_ check: @Sendable (inout Resolver, Tenant) -> Void) {
        _ = inParts(tenants, check)
    }

    private mutating func checkName(_ document: FleetFiles.Document) {
        guard document.isRead else { return }
        let place = document.node == nil ? document.place : document.fields["metadata"]["name"].place
        if !Names.isLabel(document.name) {
            // What the file says in metadata.name is held to the same rule by its schema.
            guard document.node == nil || document.fields["metadata"]["name"].text.map(Names.isLabel) == true else {
                return
            }
            report(
                .wrongName, at: document.place,
                "a tenant's name has at most 63 of a-z, 0-9 and '-', and neither begins nor ends with '-'")
        } else if Names.isReserved(document.name) {
            report(.reservedName, at: place, "'\(document.name)' is reserved; choose another name")
        }
    }

    private mutating func check(_ tenant: Tenant, _ spec: Fields) {
        checkTier(tenant.tier)
        for presence in tenant.environments {
            checkEnvironment(presence.environment)
            checkPins(spec["environments"][presence.environment.value]["blueprints"])
            checkValueKeys(presence.values, file: spec.file)
            checkNamespace(tenant, in: presence)
        }
        checkFeatures(spec["features"])
        checkPins(spec["blueprints"])
        checkValueKeys(tenant.values, file: spec.file)
        checkLimits(tenant, spec["limits"])
        if tenant.state.value == .absent, tenant.isProtected {
            let isWritten = spec["deletion"]["protect"].node != nil
            report(
                .removalProtected, at: tenant.state.place,
                "tenant '\(tenant.name)' is protected\(isWritten ? "" : " (the default)"): \(Self.waysOut)")
        }
    }

    /// How a protected tenant leaves.
    static let waysOut =
        "set 'state' back to what it was, put 'deletion: {protect: false}' under 'spec' and let that be applied, then set "
        + "'state: absent' in a later commit"

    private mutating func checkNamespace(_ tenant: Tenant, in presence: Tenant.Presence) {
        let name = presence.environment.value
        guard let environment = environments.first(where: { $0.name == name })?.environment, Names.isLabel(tenant.name)
        else {
            return
        }
        let namespace = environment.namespacePrefix + tenant.name
        if !Names.isLabel(namespace) {
            let message = "the namespace '\(namespace)' is longer than 63 characters; choose a shorter name"
            report(.wrongName, at: presence.environment.place, message)
        } else if !environment.namespacePrefix.isEmpty, Names.isReserved(namespace) {
            report(.reservedName, at: presence.environment.place, "the namespace '\(namespace)' is reserved")
        }
    }

    /// Values for a blueprint that the tenant does not have: a mistyped environment, or what a moved tenant left.
    mutating func checkUnusedValues() {
        checkEach { $0.checkUnusedValues(of: $1) }
    }

    private mutating func checkUnusedValues(of tenant: Tenant) {
        guard let tier = tiers[tenant.tier.value], !tenant.environments.isEmpty else { return }
        func isPinned(_ name: String, _ presence: Tenant.Presence, _ environment: FleetEnvironment) -> Bool {
            presence.pins[name] != nil || tenant.pins[name] != nil || tier.pins[name] != nil
                || environment.pins[name] != nil
        }
        let here = tenant.environments.compactMap { presence in
            environments.first { $0.name == presence.environment.value }.map { (presence, $0) }
        }
        for (presence, environment) in here {
            warnUnused(presence.values, of: tenant, in: "'\(environment.name)'") {
                isPinned($0, presence, environment)
            }
        }
        warnUnused(tenant.values, of: tenant, in: "any environment") { name in
            tenant.pins[name] != nil || tier.pins[name] != nil || here.contains { isPinned(name, $0, $1) }
        }
    }

    private mutating func warnUnused(
        _ values: Node?, of tenant: Tenant, in place: String, isUsed: (String) -> Bool
    ) {
        for (name, _) in Fields(node: values, file: tenant.source.file).members
        where known.blueprints[name.value] != nil && !isUsed(name.value) {
            report(
                .unusedValues, at: name.place,
                "tenant '\(tenant.name)' does not have blueprint '\(name.value)' in \(place); remove the values, or pin it under 'blueprints'",
                .warning)
        }
    }

    private mutating func checkLimits(_ tenant: Tenant, _ fields: Fields) {
        guard let tier = tiers[tenant.tier.value] else { return }
        let limits = Fields(node: tier.limits, file: tier.source.file).members.map(\.key.value)
        let overridable = tier.overridable.map(\.value)
        for (name, _) in fields.members where !overridable.contains(name.value) {
            if limits.contains(name.value) {
                let list = overridable.isEmpty ? "none" : overridable.sorted().joined(separator: ", ")
                report(
                    .notOverridable, at: name.place,
                    "tenants of tier '\(tier.name)' may not set the limit '\(name.value)'; they may set: \(list); "
                        + "remove it, or add it to 'overridable' in \(tier.source.file)")
            } else {
                let hint = Suggestion.phrase(for: name.value, among: limits)
                report(.unknownLimit, at: name.place, "tier '\(tier.name)' has no limit '\(name.value)'\(hint)")
            }
        }
    }

    /// One domain leads to one tenant.
    mutating func checkDomains() {
        var seen: [String: (tenant: String, place: Place)] = [:]
        for tenant in tenants where tenant.state.value != .absent {
            for domain in tenant.environments.flatMap(\.domains) {
                if let other = seen[domain.value] {
                    guard other.tenant != tenant.name else { continue }
                    report(
                        .duplicateDomain, at: domain.place,
                        "'\(domain.value)' is a domain of tenant '\(other.tenant)' already; give it to one of them",
                        notes: [first(other.place)])
                } else {
                    seen[domain.value] = (tenant.name, domain.place)
                }
            }
        }
    }

    /// Where a character of the tenant's displayName stands; the name itself where escapes or quotes may hide it.
    private func place(of offset: Int, in tenant: Tenant) -> Place {
        let document = files.documents(.tenant).first { $0.path == tenant.source.file }
        guard let node = document?.fields["spec"]["displayName"].node, node.scalar?.isPlain == true else {
            return tenant.displayName.place
        }
        return ScalarPlace(file: tenant.source.file).place(of: offset, in: node, text: tenant.displayName.value)
    }

    /// Names that people cannot tell apart: somebody will one day be given the wrong one.
    mutating func checkLookalikes() {
        var seen: [String: Tenant] = [:]
        for tenant in tenants where tenant.state.value != .absent {
            if let finding = MixedScripts.finding(in: tenant.displayName.value) {
                report(.mixedScripts, at: place(of: finding.offset, in: tenant), finding.message, .warning)
            }
            for (text, place) in [
                (tenant.name, tenant.source.wholeFile), (tenant.displayName.value, tenant.displayName.place),
            ] {
                let skeleton = MixedScripts.skeleton(of: text)
                guard let other = seen[skeleton] else {
                    seen[skeleton] = tenant
                    continue
                }
                let shown = text == tenant.name ? other.name : other.displayName.value
                guard other.name != tenant.name, !ByteOrder.isSame(shown, text),
                    MixedScripts.skeleton(of: shown) == skeleton
                else { continue }
                report(
                    .lookalike, at: place,
                    "'\(text)' looks like '\(shown)' of tenant '\(other.name)'; rename one of them", .warning,
                    notes: [first(other.source.wholeFile)])
            }
        }
    }
}
