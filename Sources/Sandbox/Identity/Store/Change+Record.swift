import Formats

// Changes as the journal keeps them: `{"realm":ID,"kind":"user","row":{…}}`, or `"gone":ID` in place of the row.

extension Change {
    func record(in realm: String) -> JSON {
        switch self {
        case .settings(_, let new): Self.record(realm, "settings", new.record)
        case .user(let old, let new): Self.record(realm, "user", old, new)
        case .group(let old, let new): Self.record(realm, "group", old, new)
        case .role(let old, let new): Self.record(realm, "role", old, new)
        case .client(let old, let new): Self.record(realm, "client", old, new)
        case .organization(let old, let new): Self.record(realm, "organization", old, new)
        case .event(let old, let new): Self.record(realm, "event", old, new)
        }
    }

    private static func record(_ realm: String, _ kind: String, _ row: JSON) -> JSON {
        ["realm": .string(realm), "kind": .string(kind), "row": row]
    }

    private static func record(
        _ realm: String, _ kind: String, _ old: (some StoredRow)?, _ new: (some StoredRow)?
    ) -> JSON {
        if let new { return record(realm, kind, new.record) }
        return ["realm": .string(realm), "kind": .string(kind), "gone": .string(old?.id ?? "")]
    }

    /// The change that a record stands for, seen from a realm as it was before.
    init?(record: JSON, of realm: Realm) {
        let row = record["row"]
        let gone = record["gone"]?.string
        switch record["kind"]?.string {
        case "settings":
            guard let new = row.flatMap(RealmSettings.init(record:)) else { return nil }
            self = .settings(old: realm.settings, new: new)
        case "user": self = .user(old: realm.users[gone ?? row.id], new: row.flatMap(User.init(record:)))
        case "group": self = .group(old: realm.groups[gone ?? row.id], new: row.flatMap(Group.init(record:)))
        case "role": self = .role(old: realm.roles[gone ?? row.id], new: row.flatMap(Role.init(record:)))
        case "client": self = .client(old: realm.clients[gone ?? row.id], new: row.flatMap(Client.init(record:)))
        case "organization":
            self = .organization(
                old: realm.organizations[gone ?? row.id], new: row.flatMap(Organization.init(record:)))
        case "event":
            self = .event(
                old: realm.events.first { $0.id == gone }, new: row.flatMap(AdminEvent.init(record:)))
        default: return nil
        }
    }
}

extension JSON? {
    fileprivate var id: String { self?["id"]?.string ?? "" }
}
