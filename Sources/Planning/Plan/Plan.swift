package import Formats

/// What a run would do in one environment: a sum of its tenants' plans and of one of the environment. Nothing in one
/// section depends on another's.
package struct Plan: Sendable {
    package let environment: String
    package let source: PlanSource
    /// The environment's own section first (its name is nil), then tenants by name; only those with changes.
    package let sections: [PlanSection]
    package let gates: [Gate]
    /// Tenants whose changes wait for a later run, by name.
    package let pending: [PendingTenant]
    /// Systems that could not be read, and other findings about the live side.
    package let diagnostics: [Diagnostic]
    /// Whose policy it goes by; nil for that of its own source.
    package var base: PlanBase?

    package init(
        environment: String, source: PlanSource, sections: [PlanSection], gates: [Gate],
        pending: [PendingTenant] = [], diagnostics: [Diagnostic]
    ) {
        self.environment = environment
        self.source = source
        self.sections = sections.filter { !$0.changes.isEmpty }.sorted { ($0.tenant ?? "") < ($1.tenant ?? "") }
        self.gates = gates.sorted { ($0.tenant ?? "", $0.name) < ($1.tenant ?? "", $1.name) }
        self.pending = pending.sorted { $0.name < $1.name }
        self.diagnostics = diagnostics.sorted()
    }

    package var changes: [Change] { sections.flatMap(\.changes) }
    /// Nothing to carry out, nothing blocked and nothing that waits.
    package var isEmpty: Bool { sections.isEmpty && pending.isEmpty }
    /// A gate of the whole fleet holds: nothing is carried out.
    package var isRefused: Bool { gates.contains { $0.tenant == nil && !$0.isApproved } }
}

/// A tenant whose changes of the cluster wait, because a run changes or removes only so many tenants.
package struct PendingTenant: Sendable, Hashable {
    package let name: String
    /// `maxChangedTenants is 100`
    package let reason: String

    package init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}

/// What was planned from.
package struct PlanSource: Sendable, Hashable {
    package let repository: String
    /// `main`; nil for a work tree.
    package let ref: String?
    /// The full commit id; nil for a work tree.
    package let commit: String?
    /// The digest of what the environment uses of the tree.
    package let inputs: String

    package init(repository: String, ref: String?, commit: String?, inputs: String) {
        self.repository = repository
        self.ref = ref
        self.commit = commit
        self.inputs = inputs
    }

    /// `3f2a91c (main)`, `the work tree`
    package var title: String {
        guard let commit else { return "the work tree" }
        return ref.map { "\(commit.prefix(7)) (\($0))" } ?? String(commit.prefix(7))
    }
}

package struct PlanSection: Sendable {
    /// Nil for the environment's own.
    package let tenant: String?
    /// `tenants/acme.yaml`
    package let file: String?
    /// In the order of carrying out: by wave, then by address, each after those that it requires.
    package let changes: [Change]

    /// Of changes that are in order already.
    package init(tenant: String?, file: String?, changes: [Change]) {
        self.tenant = tenant
        self.file = file
        self.changes = changes
    }

    init(tenant: String?, file: String?, ordering changes: [Change]) {
        let sorted = changes.sorted { ($0.wave, $0.address) < ($1.wave, $1.address) }
        self.init(tenant: tenant, file: file, changes: Self.required(first: sorted))
    }

    /// Brings what another change requires before it; all else stays where it is.
    private static func required(first sorted: [Change]) -> [Change] {
        guard sorted.contains(where: { !$0.requires.isEmpty }) else { return sorted }
        let places = Dictionary(sorted.enumerated().map { ($1.address, $0) }) { first, _ in first }
        var (seen, written): (Set<Int>, Set<Int>) = ([], [])
        var result: [Change] = []
        // Without recursion: a chain is as long as there are people.
        for start in sorted.indices {
            var path = [start]
            while let index = path.last {
                if seen.insert(index).inserted {
                    path += sorted[index].requires.compactMap { places[$0] }.filter { !seen.contains($0) }.sorted(by: >)
                } else {
                    path.removeLast()
                    if written.insert(index).inserted { result.append(sorted[index]) }
                }
            }
        }
        return result
    }
}

/// A limit that was reached. A tenant's gate turns that tenant's removals into blocked changes; the fleet's refuses the run.
package struct Gate: Sendable, Hashable {
    /// `acme/users`, `fleet/tenants`
    package let name: String
    /// Nil for the fleet's.
    package let tenant: String?
    /// `acme/users: too many removals, 39.85% is over 25.00% (104/261)`
    package let finding: String
    /// Of the refused changes: what an approval names.
    package let digest: String
    package let isApproved: Bool

    package init(name: String, tenant: String?, finding: String, digest: String, isApproved: Bool) {
        self.name = name
        self.tenant = tenant
        self.finding = finding
        self.digest = digest
        self.isApproved = isApproved
    }

    /// The finding and the way on.
    package var message: String { "\(finding). To proceed: reconcile approve \(digest)" }
}
