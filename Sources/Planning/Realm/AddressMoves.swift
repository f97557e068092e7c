import Formats
import Tenancy

/// Who gets an e-mail in this run, and after whom: a realm lets two accounts have one address not even for a moment.
///
/// Whoever takes over an address waits for the one who gives it up. In a ring somebody would wait for themselves: there
/// one account gets an address in between.
struct AddressMoves {
    enum Way {
        /// The address is free once the changes of these addresses are through.
        case after(Set<String>)
        case refused(String)
    }

    /// Somebody who needs an address.
    private struct Claim {
        let person: DesiredPerson
        /// Nil for who is new.
        let account: LivePerson?
        /// The account's username goes with its e-mail.
        let movesUsername: Bool

        /// Whether the account lets go of the address by its own change.
        func frees(_ address: String) -> Bool {
            guard let account else { return false }
            return movesUsername || account.username.lowercased() != address
        }
    }

    /// By the person's key.
    private(set) var ways: [String: Way] = [:]
    /// Accounts that get an address in between, by the person's key.
    private(set) var parked: [String: LivePerson] = [:]

    private let directory: RealmDirectory
    private let traits: RealmTraits
    private let input: PlanInput
    private var claims: [String: Claim] = [:]
    /// By the account's id.
    private var keys: [String: String] = [:]
    /// Keys of those who are waited for.
    private var awaited: [String: Set<String>] = [:]
    private var waiting: [String: [String]] = [:]
    private var requires: [String: Set<String>] = [:]

    init(directory: RealmDirectory, traits: RealmTraits, input: PlanInput) {
        self.directory = directory
        self.traits = traits
        self.input = input
    }

    /// Somebody without an account.
    mutating func add(_ person: DesiredPerson) {
        claims[person.key] = Claim(person: person, account: nil, movesUsername: true)
    }

    /// Somebody whose account has another address.
    /// - Parameter refusal: why it cannot change, whoever holds the address.
    mutating func add(_ person: DesiredPerson, _ account: LivePerson, refusal: String?) {
        if let refusal { ways[person.key] = .refused(refusal) }
        keys[account.id] = person.key
        claims[person.key] = Claim(
            person: person, account: account, movesUsername: traits.moves(usernameOf: account))
    }

    /// The change that gives the address in between.
    func parking(_ key: String) -> String { input.address("users", key) + "/email" }

    /// Finds the order, once all are added.
    mutating func resolve() {
        let keys = claims.keys.sorted()
        for key in keys where ways[key] == nil { look(key) }
        settle(keys.filter { awaited[$0]?.isEmpty == true || ways[$0] != nil })
        for key in keys where ways[key] == nil { settle(breakRing(from: key)) }
    }

    /// Who stands in the way of the claim.
    private mutating func look(_ key: String) {
        guard let claim = claims[key] else { return }
        let address = claim.person.email
        awaited[key] = []
        for holder in directory.holders(of: address, besides: claim.account, needsUsername: claim.movesUsername, traits)
        {
            guard let other = keys[holder.id], claims[other]?.frees(address) == true else {
                ways[key] = .refused(
                    directory.refusal(
                        of: claim.person, holding: holder, of: claim.account, isMoving: keys[holder.id] != nil))
                return
            }
            awaited[key]?.insert(other)
            waiting[other, default: []].append(key)
        }
    }

    /// Settles these claims, and those that waited for nobody else.
    private mutating func settle(_ keys: [String]) {
        var next = keys
        while let key = next.popLast() {
            if ways[key] == nil { ways[key] = .after(requires[key] ?? []) }
            for other in waiting.removeValue(forKey: key) ?? [] where ways[other] == nil {
                guard case .after = ways[key] else {
                    ways[other] = .refused(
                        "e-mail \(claims[other]?.person.email ?? "") is used by key \(key), whose own change is blocked too; mend that first"
                    )
                    next.append(other)
                    continue
                }
                requires[other, default: []].insert(input.address("users", key))
                awaited[other]?.remove(key)
                if awaited[other]?.isEmpty == true { next.append(other) }
            }
        }
    }

    /// Parks one account of the ring that the claim waits for, and names those who wait for nobody else then.
    private mutating func breakRing(from key: String) -> [String] {
        var path = [key]
        var places = [key: 0]
        var ring: ArraySlice<String> = []
        while let last = path.last, let next = awaited[last]?.min() {
            if let place = places[next] {
                ring = path[place...]
                break
            }
            places[next] = path.count
            path.append(next)
        }
        guard let first = ring.min(), let account = claims[first]?.account else { return [] }
        parked[first] = account
        requires[first, default: []].insert(parking(first))
        var free: [String] = []
        for other in waiting.removeValue(forKey: first) ?? [] where ways[other] == nil {
            requires[other, default: []].insert(parking(first))
            awaited[other]?.remove(first)
            if awaited[other]?.isEmpty == true { free.append(other) }
        }
        return free
    }
}

extension RealmTraits {
    /// Whether the account's username is its e-mail and follows it.
    func moves(usernameOf account: LivePerson) -> Bool {
        hasEmailUsernames || editsUsernames && account.username.lowercased() == account.email?.lowercased()
    }

    /// Whether we write the username ourselves, together with the e-mail.
    func renames(_ account: LivePerson) -> Bool { !hasEmailUsernames && moves(usernameOf: account) }
}
