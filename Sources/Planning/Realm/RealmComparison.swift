import Formats
import Tenancy

/// The desired groups and people of an environment beside a realm that was read whole.
struct RealmComparison {
    let input: PlanInput
    let live: LiveIdentity
    /// By path.
    let desiredGroups: [String: DesiredGroup]
    /// Paths of live groups with our mark.
    let ourGroups: Set<String>
    /// Groups that nobody is put into, each with the reason.
    let blockedGroups: [String: String]
    /// By id.
    let accounts: [LivePerson]
    let directory: RealmDirectory
    /// Who gets which e-mail, and after whom.
    private(set) var moves: AddressMoves

    init(input: PlanInput, live: LiveIdentity) {
        self.input = input
        self.live = live
        let owner = input.owner
        let groups = input.desired.tenants.flatMap(\.groups)
        desiredGroups = Dictionary(groups.map { ($0.path, $0) }) { first, _ in first }
        ourGroups = Set(live.groups.values.filter { $0.owners.contains(owner) }.map(\.path))
        blockedGroups = Self.blockedGroups(groups, live, owner: owner, input)
        accounts = live.people.values.sorted { $0.id < $1.id }
        let directory = RealmDirectory(input: input, people: accounts)
        self.directory = directory
        moves = AddressMoves(directory: directory, traits: live.traits, input: input)
        findMoves()
    }

    private mutating func findMoves() {
        for person in input.desired.people where person.isActive {
            guard let account = directory.match(person) else {
                moves.add(person)
                continue
            }
            // Another owner at home writes the profile.
            guard account.home ?? input.owner == input.owner, account.email?.lowercased() != person.email else {
                continue
            }
            moves.add(person, account, refusal: writeRefusal(of: account, to: person))
        }
        moves.resolve()
    }

    /// Why nothing can be written into the account that is not its groups.
    private func writeRefusal(of account: LivePerson, to person: DesiredPerson) -> String? {
        switch protection(of: account) {
        case .whole(let reason), .profile(let reason): reason
        case .removal, .none: markRefusal ?? profileRefusal(of: person, to: account)
        }
    }

    func plan() -> SystemPlan {
        var plan = SystemPlan()
        plan.changes += roleChanges() + profileChange()
        for group in desiredGroups.values.sorted(by: { $0.path < $1.path }) { plan.changes += change(of: group) }
        addGroupRemovals(to: &plan)
        addPeople(to: &plan)
        plan.changes = keepingAdmins(plan.changes)
        return plan
    }

    /// Realm roles that the files map and the realm does not have.
    private func roleChanges() -> [Change] {
        var sources: [String: Place] = [:]
        for group in desiredGroups.values {
            for role in group.realmRoles where !live.realmRoles.contains(role) {
                sources[role] = min(sources[role] ?? group.source, group.source)
            }
        }
        return sources.sorted { $0.key < $1.key }.map { role, source in
            let isOurs = input.environment.managesRoles
            return Change(
                address: input.address("roles", role), action: isOurs ? .create : .blocked, title: "realm role \(role)",
                tenant: nil, source: source,
                reason: isOurs ? nil : "is not in the realm; create it there, or say manageRoles: true",
                wave: .definitions, operation: isOurs ? .identity(.createRealmRole(role)) : nil)
        }
    }

    /// Why accounts cannot be marked: the realm drops attributes, and we may not tell it to keep them.
    var markRefusal: String? {
        guard !live.keepsMarks, !input.environment.managesProfile else { return nil }
        return "the realm drops our marks; set unmanaged attributes to 'Only administrators can write' in its user "
            + "profile, or say manageProfile: true"
    }

    private func profileChange() -> [Change] {
        guard !live.keepsMarks, input.environment.managesProfile, !input.desired.people.isEmpty else { return [] }
        let field = FieldChange(
            pointer: "/unmanagedAttributePolicy", path: "unmanagedAttributePolicy", before: nil, after: "ADMIN_EDIT")
        return [
            Change(
                address: input.address("realm", "user-profile"), action: .update, title: "realm user profile",
                tenant: nil, source: nil, reason: "so that marks on accounts stay", fields: [field],
                wave: .definitions, precondition: Precondition(uid: "user-profile", fields: [field]),
                operation: .identity(.allowMarks))
        ]
    }

    private static func blockedGroups(
        _ groups: [DesiredGroup], _ live: LiveIdentity, owner: String, _ input: PlanInput
    ) -> [String: String] {
        var blocked: [String: String] = [:]
        for group in groups.sorted(by: { $0.path < $1.path }) {
            if let parent = group.parentPath, blocked[parent] != nil {
                blocked[group.path] = "lies below \(parent.dropFirst()), which is not ours"
            }
            guard let there = live.groups[group.path] else { continue }
            let address = input.address("groups", String(group.path.dropFirst()))
            if !there.owners.contains(owner), !input.wishes.adopt.contains(address) {
                blocked[group.path] = "exists and is not ours; reconcile adopt \(address)"
            } else if let role = there.clientRoles.min() {
                blocked[group.path] = "grants client role \(role), which no file asks for; take it off in the realm"
            }
        }
        return blocked
    }
}

extension DesiredGroup {
    /// `/acme` of `/acme/operator`; nil at the top level.
    var parentPath: String? {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
        return String(path[..<slash])
    }
}
