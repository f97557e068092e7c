package import Formats

/// A difference in what a pull request may not decide about itself: endpoints, limits, roles, policy.
package struct PolicyChange: Sendable, Hashable {
    /// `limits.maxDeletes`, `environments.prod.cluster.kubernetes.context`, `roles.analyst.clusterRole`
    package let name: String
    /// Nil where the base has none.
    package let before: JSON?
    /// Nil where it is taken away.
    package let after: JSON?
    /// In the newer files; the file as a whole where it is gone.
    package let place: Place

    package init(name: String, before: JSON?, after: JSON?, place: Place) {
        self.name = name
        self.before = before
        self.after = after
        self.place = place
    }
}

extension FleetFiles {
    /// What of the policy differs from another commit's files, in the order of places.
    ///
    /// All of reconcile.yaml is policy but what tenants are made of: features, and an environment's blueprints and values.
    /// So are roles, and approvals, which let refused removals pass.
    package func policyChanges(since base: FleetFiles) -> [PolicyChange] {
        var changes: [PolicyChange] = []
        for kind in [FleetKind.fleet, .role, .approval] {
            let (old, new) = (base.byName(kind), byName(kind))
            for name in Set(old.keys).union(new.keys) {
                var comparison = PolicyComparison(file: new[name]?.path ?? old[name]?.path ?? "reconcile.yaml")
                let path = kind == .fleet ? [] : ["\(kind.schema)s", name]
                let parts = kind == .fleet ? ["metadata", "spec"] : ["spec"]
                for part in parts {
                    comparison.compare(
                        old[name]?.node?[part], new[name]?.node?[part],
                        at: part == "metadata" ? path + [part] : path, mark: new[name]?.node?.mark)
                }
                changes += comparison.changes
            }
        }
        return changes.sorted { ($0.place, $0.name) < ($1.place, $1.name) }
    }

    private func byName(_ kind: FleetKind) -> [String: Document] {
        Dictionary(documents(kind).map { ($0.name, $0) }) { first, _ in first }
    }
}

/// Compares two nodes key by key, lists of named things by their names.
private struct PolicyComparison {
    let file: String
    private(set) var changes: [PolicyChange] = []

    init(file: String) {
        self.file = file
    }

    mutating func compare(_ old: Node?, _ new: Node?, at path: [String], mark: Mark?) {
        guard !Self.isContent(path), old?.json != new?.json else { return }
        if let one = old.flatMap(Self.members), let other = new.flatMap(Self.members), !path.isEmpty || old != nil {
            for key in Set(one.keys).union(other.keys).sorted() {
                compare(one[key]?.node, other[key]?.node, at: path + [key], mark: other[key]?.mark ?? mark)
            }
            return
        }
        let place = new == nil ? Place.whole(file) : Place(file: file, mark: mark ?? new?.mark ?? .start)
        changes.append(
            PolicyChange(name: path.joined(separator: "."), before: old?.json, after: new?.json, place: place))
    }

    /// What a mapping holds, or a list of things with a name; nil for everything that is compared as a whole.
    private static func members(_ node: Node) -> [String: (node: Node, mark: Mark)]? {
        if let entries = node.mapping {
            return Dictionary(entries.map { ($0.key, ($0.value, $0.keyMark)) }) { first, _ in first }
        }
        guard let elements = node.sequence, !elements.isEmpty else { return nil }
        let named = elements.compactMap { element in element["name"]?.scalar.map { ($0.text, (element, element.mark)) }
        }
        guard named.count == elements.count else { return nil }
        return Dictionary(named) { first, _ in first }
    }

    /// What tenants are made of is what pull requests are for.
    private static func isContent(_ path: [String]) -> Bool {
        if path.first == "features" { return true }
        return path.count >= 3 && path[0] == "environments" && ["blueprints", "values"].contains(path[2])
    }
}

extension Fleet {
    /// The fleet as it would be run by another commit: with that one's endpoints, limits and policy. An environment that
    /// it does not know has no endpoint that could be trusted, and is left out.
    func governed(by base: Fleet) -> Fleet {
        var fleet = self
        fleet.name = base.name
        fleet.tenantKinds = base.tenantKinds
        fleet.allowances = base.allowances
        fleet.environments = environments.compactMap { own in
            base.environment(own.name).map { known in
                FleetEnvironment(
                    environment: known.environment, pins: own.pins, values: own.values, source: own.source)
            }
        }
        return fleet
    }
}
