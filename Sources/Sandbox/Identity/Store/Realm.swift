import Formats

/// One change of a realm: a row before and after. What a transaction is undone by, and what the journal keeps.
enum Change: Sendable {
    case settings(old: RealmSettings, new: RealmSettings)
    case user(old: User?, new: User?)
    case group(old: Group?, new: Group?)
    case role(old: Role?, new: Role?)
    case client(old: Client?, new: Client?)
    case organization(old: Organization?, new: Organization?)
    case event(old: AdminEvent?, new: AdminEvent?)
}

/// A realm: its rows and the indexes that answer questions about them.
///
/// Every change goes through one of the `put` and `remove` functions, which keep the indexes right and note the
/// change for the transaction.
final class Realm {
    let id: String
    private(set) var settings: RealmSettings
    private(set) var users: [String: User] = [:]
    private(set) var groups: [String: Group] = [:]
    private(set) var roles: [String: Role] = [:]
    private(set) var clients: [String: Client] = [:]
    private(set) var organizations: [String: Organization] = [:]
    /// Oldest first.
    private(set) var events: [AdminEvent] = []
    /// Not remembered across restarts.
    var sessions: [String: Session] = [:]
    /// Access tokens that were taken back before their time.
    var revokedTokens: Set<String> = []

    /// Ids in the order of the usernames.
    private(set) var usersByName = SortedIDs()
    private var userIDs: [String: String] = [:]
    private var userIDsByEmail: [String: Set<String>] = [:]
    private var memberIDs: [String: Set<String>] = [:]
    /// By the parent's id, which is empty for the top level.
    private var childIDs: [String: SortedIDs] = [:]
    private var roleIDs: [String: String] = [:]
    private var clientIDs: [String: String] = [:]
    private var userIDsByClient: [String: String] = [:]

    /// What the transaction under way has done here.
    private(set) var changes: [Change] = []

    init(id: String, settings: RealmSettings) {
        self.id = id
        self.settings = settings
    }

    var name: String { settings.name }

    // MARK: Looking up

    func user(named username: String) -> User? { userIDs[username.lowercased()].flatMap { users[$0] } }

    func users(withEmail email: String) -> [User] {
        (userIDsByEmail[email.lowercased()] ?? []).sorted().compactMap { users[$0] }
    }

    func serviceAccount(of client: Client) -> User? { userIDsByClient[client.id].flatMap { users[$0] } }

    /// Direct members.
    func members(of group: String) -> [User] {
        (memberIDs[group] ?? []).compactMap { users[$0] }.sorted { $0.username < $1.username }
    }

    /// Sorted by name; nil asks for the top level.
    func children(of parent: String?) -> [Group] { (childIDs[parent ?? ""]?.ids ?? []).compactMap { groups[$0] } }

    func child(named name: some StringProtocol, of parent: String?) -> Group? {
        childIDs[parent ?? ""]?.id(at: String(name)).flatMap { groups[$0] }
    }

    func childCount(of group: String) -> Int { childIDs[group]?.ids.count ?? 0 }

    func role(named name: String, in container: String) -> Role? {
        roleIDs["\(container)/\(name)"].flatMap { roles[$0] }
    }

    func client(named clientID: String) -> Client? { clientIDs[clientID].flatMap { clients[$0] } }

    // MARK: Changing

    func put(_ settings: RealmSettings) { apply(.settings(old: self.settings, new: settings)) }
    func put(_ user: User) { apply(.user(old: users[user.id], new: user)) }
    func put(_ group: Group) { apply(.group(old: groups[group.id], new: group)) }
    func put(_ role: Role) { apply(.role(old: roles[role.id], new: role)) }
    func put(_ client: Client) { apply(.client(old: clients[client.id], new: client)) }
    func put(_ organization: Organization) {
        apply(.organization(old: organizations[organization.id], new: organization))
    }
    func put(_ event: AdminEvent) { apply(.event(old: nil, new: event)) }

    func remove(_ user: User) { apply(.user(old: user, new: nil)) }
    func remove(_ group: Group) { apply(.group(old: group, new: nil)) }
    func remove(_ role: Role) { apply(.role(old: role, new: nil)) }
    func remove(_ client: Client) { apply(.client(old: client, new: nil)) }
    func remove(_ organization: Organization) { apply(.organization(old: organization, new: nil)) }
    func removeEvents() { for event in events { apply(.event(old: event, new: nil)) } }

    /// Ends the transaction: the changes stay.
    func keepChanges() { changes = [] }

    /// Ends the transaction: nothing has happened.
    func undoChanges() {
        for change in changes.reversed() { enact(change.inverse) }
        changes = []
    }

    /// Takes a change as it stands in the journal.
    func restore(_ change: Change) { enact(change) }

    private func apply(_ change: Change) {
        changes.append(change)
        enact(change)
    }

    private func enact(_ change: Change) {
        switch change {
        case .settings(_, let new): settings = new
        case .user(let old, let new): enact(old, new)
        case .group(let old, let new): enact(old, new)
        case .role(let old, let new):
            if let old {
                roles[old.id] = nil
                roleIDs["\(old.container)/\(old.name)"] = nil
            }
            if let new {
                roles[new.id] = new
                roleIDs["\(new.container)/\(new.name)"] = new.id
            }
        case .client(let old, let new):
            if let old {
                clients[old.id] = nil
                clientIDs[old.clientID] = nil
            }
            if let new {
                clients[new.id] = new
                clientIDs[new.clientID] = new.id
            }
        case .organization(let old, let new):
            if let old { organizations[old.id] = nil }
            if let new { organizations[new.id] = new }
        case .event(let old, let new):
            if let old { events.removeAll { $0.id == old.id } }
            if let new { events.append(new) }
        }
    }

    private func enact(_ old: User?, _ new: User?) {
        if let old {
            users[old.id] = nil
            userIDs[old.username] = nil
            if let email = old.email { userIDsByEmail[email]?.remove(old.id) }
            if let client = old.serviceAccountOf { userIDsByClient[client] = nil }
            for group in old.groups { memberIDs[group]?.remove(old.id) }
            if old.username != new?.username { usersByName.remove(old.id, at: old.username) }
        }
        if let new {
            users[new.id] = new
            userIDs[new.username] = new.id
            if let email = new.email { userIDsByEmail[email, default: []].insert(new.id) }
            if let client = new.serviceAccountOf { userIDsByClient[client] = new.id }
            for group in new.groups { memberIDs[group, default: []].insert(new.id) }
            if old?.username != new.username { usersByName.insert(new.id, at: new.username) }
        }
    }

    private func enact(_ old: Group?, _ new: Group?) {
        if let old {
            groups[old.id] = nil
            childIDs[old.parent ?? ""]?.remove(old.id, at: old.name)
        }
        if let new {
            groups[new.id] = new
            childIDs[new.parent ?? "", default: SortedIDs()].insert(new.id, at: new.name)
        }
    }
}

extension Change {
    fileprivate var inverse: Change {
        switch self {
        case .settings(let old, let new): .settings(old: new, new: old)
        case .user(let old, let new): .user(old: new, new: old)
        case .group(let old, let new): .group(old: new, new: old)
        case .role(let old, let new): .role(old: new, new: old)
        case .client(let old, let new): .client(old: new, new: old)
        case .organization(let old, let new): .organization(old: new, new: old)
        case .event(let old, let new): .event(old: new, new: old)
        }
    }
}

/// Ids in the byte order of the names that go with them.
struct SortedIDs {
    private(set) var ids: [String] = []
    private var names: [String] = []

    mutating func insert(_ id: String, at name: String) {
        let index = lowerBound(name)
        ids.insert(id, at: index)
        names.insert(name, at: index)
    }

    mutating func remove(_ id: String, at name: String) {
        var index = lowerBound(name)
        while index < ids.count, ids[index] != id, names[index] == name { index += 1 }
        guard index < ids.count, ids[index] == id else { return }
        ids.remove(at: index)
        names.remove(at: index)
    }

    /// The first id that goes with the name.
    func id(at name: String) -> String? {
        let index = lowerBound(name)
        return index < ids.count && names[index] == name ? ids[index] : nil
    }

    private func lowerBound(_ name: String) -> Int {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle].utf8.lexicographicallyPrecedes(name.utf8) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
