import Formats
import Tenancy

/// Who of the files is which account, and whose tenant an account without a row was.
struct RealmDirectory {
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
    /// Days by subject, of accounts that were disabled and have no row.
    private let departed: [String: CalendarDate]
    /// By the hash of the key.
    private let remembered: [String: InventoryPerson]
    /// A file that holds people of the tenant now.
    private let files: [String: String]

    /// - Parameter people: all accounts, by id.
    init(input: PlanInput, people: [LivePerson]) {
        self.input = input
        let marked = people.filter { $0.key != nil && !$0.owners.isEmpty }
        let owner = input.owner
        ours = Self.index(marked.filter { $0.owners.contains(owner) }) { $0.key }
        others = Self.index(marked.filter { !$0.owners.contains(owner) }) { $0.key }
        byEmail = Self.index(people) { $0.email?.lowercased() }
        byUsername = Self.index(people) { $0.username.lowercased() }
        desired = Dictionary(input.desired.people.map { ($0.key, $0) }) { first, _ in first }
        var tenants: [String: String] = [:]
        var departed: [String: CalendarDate] = [:]
        var remembered: [String: InventoryPerson] = [:]
        for (name, tenant) in input.inventory.tenants.sorted(by: { $0.key > $1.key }) {
            for (hash, person) in tenant.people {
                tenants[person.subject] = name
                if let day = person.left { departed[person.subject] = day }
                remembered[hash] = person
            }
        }
        self.tenants = tenants
        self.departed = departed
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

    func match(_ person: DesiredPerson) -> LivePerson? {
        if let account = ours[person.key] ?? renamed(person) { return account }
        if let account = others[person.key], isShared(account, with: person) { return account }
        return adopted(person)
    }

    /// An account that nobody answers for, with the person's address: somebody asked for it by name.
    private func adopted(_ person: DesiredPerson) -> LivePerson? {
        guard person.isActive, input.wishes.adopt.contains(input.address("users", person.key)) else { return nil }
        return (byEmail[person.email] ?? byUsername[person.email]).flatMap { $0.owners.isEmpty ? $0 : nil }
    }

    /// Accounts that have the address now, as their e-mail or as their username, besides the one that asks.
    func holders(
        of address: String, besides account: LivePerson?, needsUsername: Bool, _ traits: RealmTraits
    ) -> [LivePerson] {
        var holders: [LivePerson] = []
        // Who is new is never given a stranger's address, whatever the realm allows.
        if !traits.sharesEmails || account == nil, let holder = byEmail[address] { holders.append(holder) }
        if traits.signsInByEmail || needsUsername, let holder = byUsername[address], holder.id != holders.first?.id {
            holders.append(holder)
        }
        return holders.filter { $0.id != account?.id }
    }

    /// When the account was disabled, its row gone, by the lock.
    func left(_ account: LivePerson) -> CalendarDate? { departed[account.id] }

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

    /// Why the person cannot have the address that the other account holds.
    /// - Parameter isMoving: the holder gets another e-mail itself.
    func refusal(
        of person: DesiredPerson, holding holder: LivePerson, of account: LivePerson?, isMoving: Bool
    ) -> String {
        let address = person.email
        let what = holder.email?.lowercased() == address ? "used by" : "the username of"
        guard let key = holder.key, !holder.owners.isEmpty else {
            guard account == nil else {
                return
                    "e-mail \(address) is \(what) an account that is not ours; give that one another in Keycloak first"
            }
            let adopt = "reconcile adopt \(input.address("users", person.key))"
            guard let other = holder.email, other.lowercased() != address else {
                return "exists and is not ours; \(adopt)"
            }
            return
                "an account that is not ours has it as its username, and the e-mail \(other): if it is the same person, "
                + "\(adopt), else rename that account"
        }
        guard holder.owners.contains(input.owner) else {
            let owner = holder.owners.sorted()[0]
            let way =
                account == nil && what == "used by"
                ? "to share the account, give the row the id \(key)" : "that fleet has to give the address up first"
            return "e-mail \(address) is \(what) the account of \(owner) with key \(key); \(way)"
        }
        let stays = "e-mail \(address) is \(what) the account with key \(key)"
        guard what != "used by" || isMoving else {
            let way = account == nil ? "give the row the id \(key) if both are one person, else " : ""
            return "\(stays); \(way)give that account another e-mail first"
        }
        return
            "\(stays)\(isMoving && what == "used by" ? ", which keeps it as its username" : ""); give that account "
            + "another username in Keycloak, or allow 'Edit username' in the realm's login settings, which lets everybody "
            + "change theirs"
    }
}
