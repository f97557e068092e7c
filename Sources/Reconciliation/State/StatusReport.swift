package import Formats

/// What the last run left in one environment, to be printed.
package struct StatusReport: Sendable {
    package let environment: String
    private let tree: StateTree?
    /// Empty for the whole page.
    private let tenants: Set<String>

    init(environment: String, tree: StateTree?, tenants: Set<String>) {
        self.environment = environment
        self.tree = tree
        self.tenants = tenants
    }

    /// The page as it was committed; of some tenants what is recorded of them.
    package var text: String {
        guard let tree else { return "# \(environment)\n\nNothing has been applied yet.\n" }
        guard !tenants.isEmpty else { return StatusPage(tree).text }
        return (["\(environment)"] + tenants.sorted().flatMap { name in lines(name, tree.tenants[name]) })
            .map(TerminalText.escaped).joined(separator: "\n") + "\n"
    }

    private func lines(_ name: String, _ record: TenantRecord?) -> [String] {
        guard let record else { return ["  \(name): nothing is recorded"] }
        let (status, counts) = (record.status, record.status.counts)
        let commit = record.commit.map { ", since \($0.prefix(7))" } ?? ""
        return [
            "  \(name): \(StatusPage.words(status.phase)), \(status.tier)\(commit)",
            "    \(counts.objects) objects, \(counts.groups) groups, \(counts.people) people, \(counts.activePeople) active",
        ] + status.conditions.filter { !$0.isTrue }.map { "    \($0.type): \($0.message ?? "no")" }
            + status.outputs.map { "    \($0.name): \($0.value)" }
    }

    package var json: JSON {
        let shown = tree?.tenants.filter { tenants.isEmpty || tenants.contains($0.key) } ?? [:]
        return [
            "environment": .string(environment), "commit": tree?.commit.map { .string($0) } ?? .null,
            "tenants": .array(shown.sorted { $0.key < $1.key }.map { json($0.key, $0.value) }),
        ]
    }

    private func json(_ name: String, _ record: TenantRecord) -> JSON {
        let counts = record.status.counts
        return [
            "name": .string(name), "phase": .string(record.status.phase.rawValue), "tier": .string(record.status.tier),
            "commit": record.commit.map { .string($0) } ?? .null,
            "counts": [
                "objects": .int(Int64(counts.objects)), "groups": .int(Int64(counts.groups)),
                "people": .int(Int64(counts.people)), "activePeople": .int(Int64(counts.activePeople)),
            ],
            "conditions": .array(
                record.status.conditions.map { condition in
                    [
                        "type": .string(condition.type), "status": .bool(condition.isTrue),
                        "message": condition.message.map { .string($0) } ?? .null,
                    ]
                }),
            "outputs": .object(
                JSONObject(record.status.outputs.map { JSONObject.Member(key: $0.name, value: .string($0.value)) })),
        ]
    }
}
