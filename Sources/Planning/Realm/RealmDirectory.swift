import Formats
import Tenancy

/// Who of the files is which account, and whose tenant an account without a row was.
struct RealmDirectory {
    /// What a person of the files is in the realm.
    enum Match {
        case none
        /// Marked as ours, or as another owner's whose key and address are the same.
        case account(LivePerson)
        /// There is an account that the person cannot be, with the reason.
        case refused(LivePerson, String)
    }

    private let input: PlanInput
    /// Accounts with our owner, by key.
    private let ours: [String: LivePerson]
    /// Accounts with other owners' marks alone, by key.
    private let others: [String: LivePerson]
    private let byEmail: [String: LivePerson]
    private let byUsername: [String: LivePerson]
    /// By key.
    let desired: [String: DesiredPerson]
    /// The tenant by whose lock an account is remembered, by subject.
    private let tenants: [String: String]
    /// By the hash of the key.
    private let remembered: [String: InventoryPerson]
    /// A file that holds people of the tenant now.
    private let files: [String: String]

    init(input: PlanInput, live: LiveIdentity) {
        self.input = input
        let people = live.people.values.sorted { $0.id < $1.id }
        let marked = people.filter { $0.key != nil && !$0.owners.isEmpty }
        let owner = input.owner
        ours = Self.index(marked.filter { $0.owners.contains(owner) }) { $0.key }
        others = Self.index(marked.filter { !$0.owners.contains(owner) }) { $0.key }
        byEmail = Self.index(people) { $0.email?.lowercased() }
        byUsername = Self.index(people) { $0.username.lowercased() }
        desired = Dictionary(input.desired.people.map { ($0.key, $0) }) { first, _ in first }
        var tenants: [String: String] = [:]
        var remembered: [String: InventoryPerson] = [:]
        for (name, tenant) in input.inventory.tenants.sorted(by: { $0.key > $1.key }) {
            for (hash, person) in tenant.people {
                tenants[person.subject] = name
                remembered[hash] = person
            }
        }
        self.tenants = tenants
        self.remembered = remembered
        var files: [String: String] = [:]
        for membership in input.desired.people.lazy.flatMap(\.memberships) {
            let file = membership.source.file
            files[membership.tenant] = min(files[membership.tenant] ?? file, file)
        }
        self.files = files
    }

    /// What the lock remembers of the person, whichever tenant was home then.
    func remembered(_ person: DesiredPerson) -> InventoryPerson? { remembered[KeyHash.of(person.key)] }

    /// Where the tenant's people are written: a file that has one of them now, else the usual name.
    func usersFile(of tenant: String) -> String { files[tenant] ?? "users/\(tenant).csv" }

    func match(_ person: DesiredPerson) -> Match {
        if let account = ours[person.key] ?? renamed(person) { return .account(account) }
        if let account = others[person.key], isShared(account, with: person) { return .account(account) }
        if let holder = byEmail[person.email] {
            return .refused(holder, refusal(of: person, holding: holder, "e-mail"))
        }
        if let holder = byUsername[person.email] {
            return .refused(holder, refusal(of: person, holding: holder, "username"))
        }
        return .none
    }

    /// Why the person cannot have that address now; nil where it is free.
    func emailRefusal(of person: DesiredPerson, account: LivePerson) -> String? {
        guard let holder = byEmail[person.email], holder.id != account.id else { return nil }
        return refusal(of: person, holding: holder, "e-mail")
    }

    /// The tenant whose section shows an account without a row: the lock's, else the first of its groups'.
    func tenant(of account: LivePerson, groups: [String]) -> String? {
        tenants[account.id] ?? groups.compactMap(input.tenant(ofGroup:)).min()
    }

    /// The first account wins; further ones with the same value are never touched.
    private static func index(_ people: [LivePerson], _ value: (LivePerson) -> String?) -> [String: LivePerson] {
        Dictionary(people.compactMap { person in value(person).map { ($0, person) } }) { first, _ in first }
    }

    /// The account of a row that got an `id`, or lost it: one of the two keys is the address.
    private func renamed(_ person: DesiredPerson) -> LivePerson? {
        if let account = ours[person.email], desired[person.email] == nil { return account }
        guard person.key == person.email, let account = byEmail[person.email], let key = account.key,
            ours[key]?.id == account.id, desired[key] == nil
        else { return nil }
        return account
    }

    /// Another environment of the fleet, or another fleet that means the same person by the same key.
    private func isShared(_ account: LivePerson, with person: DesiredPerson) -> Bool {
        let fleet = input.desired.fleet + "/"
        return account.owners.contains { $0.hasPrefix(fleet) } || account.email?.lowercased() == person.email
    }

    private func refusal(of person: DesiredPerson, holding holder: LivePerson, _ what: String) -> String {
        guard let key = holder.key, !holder.owners.isEmpty else {
            if what == "e-mail", ours[person.key] != nil {
                return "\(what) \(person.email) is used by an account that is not ours"
            }
            return "exists and is not ours; reconcile adopt \(input.address("users", person.key))"
        }
        guard holder.owners.contains(input.owner) else {
            return "\(what) \(person.email) is used by the account of \(holder.owners.sorted()[0]) with key \(key)"
        }
        if exchanges(person, with: holder) {
            return "people exchange e-mails in a ring; give one of them another value first"
        }
        if let next = desired[key], what == "e-mail", next.email != person.email {
            return "\(what) \(person.email) is used by key \(key) until its own change is through; run again"
        }
        return "\(what) \(person.email) is used by the account with key \(key)"
    }

    /// Each waits for the next one's address, and the last for the first's.
    private func exchanges(_ person: DesiredPerson, with holder: LivePerson) -> Bool {
        var seen: Set<String> = [person.key]
        var next: LivePerson? = holder
        while let key = next?.key {
            guard seen.insert(key).inserted else { return key == person.key }
            next = desired[key].flatMap { byEmail[$0.email] }
        }
        return false
    }
}
