package import Formats
import Tenancy

/// A plan that was written to a file: an approval of its changes, not a program.
///
/// Of each change it holds what the files asked for and what was seen live, both as digests, so that an apply can tell whether
/// the change is still the one that was approved.
package struct SavedPlan: Sendable {
    /// The version of the file: another one is refused.
    package static let formatVersion = "1.0"

    struct Entry: Sendable, Hashable {
        let title: String
        let action: String
        /// Of what the files ask for.
        let asked: String
        /// Of the live values that the change touches.
        let seen: String
    }

    package let fleet: String
    package let environment: String
    /// `cluster` and `identity`: which servers it was planned for.
    package let targets: [String: String]
    private let plan: JSON
    private let entries: [String: Entry]

    package init(_ plan: Plan, fleet: String, targets: [String: String]) {
        self.fleet = fleet
        environment = plan.environment
        self.targets = targets
        self.plan = plan.json
        let changes = plan.changes.filter { $0.operation != nil }
        entries = Dictionary(changes.map { ($0.address, Entry($0)) }) { first, _ in first }
    }

    /// The file: the plan's own JSON, and beside it what `narrow` needs.
    package var json: JSON {
        var document = content
        document["digest"] = .string(Digest.of(content))
        return document
    }

    private var content: JSON {
        let list = entries.sorted { $0.key < $1.key }.map { address, entry -> JSON in
            [
                "address": .string(address), "title": .string(entry.title), "action": .string(entry.action),
                "asked": .string(entry.asked), "seen": .string(entry.seen),
            ]
        }
        return [
            "saved_plan_version": .string(Self.formatVersion), "fleet": .string(fleet),
            "environment": .string(environment),
            "targets": .object(
                JSONObject(targets.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .string($0.value)) })),
            "approved": .array(list), "plan": plan,
        ]
    }

    /// Reads a file back.
    ///
    /// - Throws: `Failure` of kind conflict where it is of another version, was changed, or is no saved plan.
    package init(parsing bytes: [UInt8]) throws(Failure) {
        guard let document = try? JSON.parse(bytes), let version = document["saved_plan_version"]?.string else {
            throw Failure(.conflict, "it is no plan that `reconcile plan --out` wrote")
        }
        guard version == Self.formatVersion else {
            throw Failure(
                .conflict, "it is of version \(version), and this program reads \(Self.formatVersion): plan again")
        }
        guard let fleet = document["fleet"]?.string, let environment = document["environment"]?.string,
            let plan = document["plan"], let list = document["approved"]?.array
        else { throw Failure(.conflict, "it is cut off or was changed: plan again") }
        self.fleet = fleet
        self.environment = environment
        self.plan = plan
        targets = (document["targets"]?.object ?? JSONObject([])).reduce(into: [:]) { $0[$1.key] = $1.value.string }
        var entries: [String: Entry] = [:]
        for item in list {
            guard let address = item["address"]?.string, let entry = Entry(item) else { continue }
            entries[address] = entry
        }
        self.entries = entries
        guard document["digest"]?.string == Digest.of(content) else {
            throw Failure(.conflict, "it was changed since it was written: plan again")
        }
    }
}

/// A change of a saved plan that is not the same any more, and is left alone.
package struct StaleChange: Sendable, Hashable {
    /// `Deployment tenant-acme/backend`
    package let title: String
    /// `the files ask for something else now`
    package let reason: String
}

extension SavedPlan {
    /// Whether the file holds a change of that address, the same or not.
    package func holds(_ change: Change) -> Bool { entries[change.address] != nil }

    /// The fresh plan with only those changes that the file holds and that are still the same, and what became of the others.
    package func narrow(_ fresh: Plan) -> (plan: Plan, stale: [StaleChange]) {
        var stale: [StaleChange] = []
        var found: Set<String> = []
        func isApproved(_ change: Change) -> Bool {
            guard let entry = entries[change.address] else { return false }
            found.insert(change.address)
            guard change.operation != nil else {
                stale.append(StaleChange(title: change.title, reason: change.reason ?? "it is blocked now"))
                return false
            }
            guard let reason = entry.difference(from: Entry(change)) else { return true }
            stale.append(StaleChange(title: change.title, reason: reason))
            return false
        }
        let sections = fresh.sections.map { section in
            PlanSection(tenant: section.tenant, file: section.file, changes: section.changes.filter(isApproved))
        }
        let gone = entries.filter { !found.contains($0.key) }.map { _, entry in
            StaleChange(title: entry.title, reason: "it is no longer needed: the live system or the files have changed")
        }
        let plan = Plan(
            environment: fresh.environment, source: fresh.source, sections: sections, gates: fresh.gates,
            diagnostics: fresh.diagnostics)
        return (plan, (stale + gone).sorted { ($0.title, $0.reason) < ($1.title, $1.reason) })
    }
}

extension SavedPlan.Entry {
    init(_ change: Change) {
        title = change.title
        action = change.action.rawValue
        asked = Digest.of([
            "fields": .array(change.fields.map { [.string($0.pointer), $0.after ?? .null] }),
            "memberships": .array(change.memberships.map { [.string($0.group), .bool($0.joins)] }),
            "notes": .array(change.notes.map { .string($0) }), "object": .string(change.operation?.wanted ?? ""),
        ])
        seen = Digest.of([
            "fields": .array(change.fields.map { [.string($0.pointer), $0.before ?? .null] }),
            "uid": change.precondition.map { .string($0.uid) } ?? .null,
            "touched": change.precondition.map { .string($0.touched) } ?? .null,
        ])
    }

    init?(_ json: JSON) {
        guard let title = json["title"]?.string, let action = json["action"]?.string,
            let asked = json["asked"]?.string, let seen = json["seen"]?.string
        else { return nil }
        self.init(title: title, action: action, asked: asked, seen: seen)
    }

    /// Why it is not that change any more; nil where it is.
    func difference(from fresh: SavedPlan.Entry) -> String? {
        if seen != fresh.seen { return "the live system has changed since it was planned" }
        if action != fresh.action { return "it would be \(fresh.action) now, and was planned as \(action)" }
        return asked == fresh.asked ? nil : "the files ask for something else since it was planned"
    }
}

extension Operation {
    /// A digest of what is wanted, where fields do not say all of it.
    fileprivate var wanted: String {
        switch self {
        case .cluster(let operation): operation.object?.digest ?? ""
        case .identity(.createPerson(let person)): person.wanted
        case .identity(.updatePerson(let update)): update.person.wanted
        case .identity: ""
        }
    }
}

extension DesiredPerson {
    fileprivate var wanted: String {
        Digest.of([
            .string(key), .string(email), .string(givenName ?? ""), .string(familyName ?? ""),
            .array(memberships.filter(\.isActive).map { .string($0.group) }),
        ])
    }
}
