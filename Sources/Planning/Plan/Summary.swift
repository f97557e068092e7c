/// What a plan comes to in numbers, as its last lines and its JSON say it.
package struct Summary: Sendable, Hashable {
    package private(set) var add = 0
    package private(set) var change = 0
    package private(set) var destroy = 0
    package private(set) var usersCreated = 0
    package private(set) var usersChanged = 0
    package private(set) var usersDisabled = 0
    package private(set) var usersDeleted = 0
    package private(set) var joins = 0
    package private(set) var leaves = 0
    package private(set) var blocked = 0
    package private(set) var drift = 0

    package init(of changes: some Sequence<Change>) {
        for change in changes { add(change) }
    }

    private mutating func add(_ change: Change) {
        if change.isDrift { drift += 1 }
        // The same person's own change follows.
        if case .identity(.parkEmail) = change.operation { return }
        guard change.action != .blocked else {
            blocked += 1
            return
        }
        for membership in change.memberships {
            if membership.joins { joins += 1 } else { leaves += 1 }
        }
        switch (change.isOfPerson, change.action) {
        case (true, .create): usersCreated += 1
        case (true, .disable): usersDisabled += 1
        case (true, .delete): usersDeleted += 1
        case (true, _): usersChanged += 1
        case (false, .create): add += 1
        case (false, .delete), (false, .disable): destroy += 1
        case (false, .replace):
            add += 1
            destroy += 1
        case (false, _): self.change += 1
        }
    }
}

extension Change {
    /// People are counted apart from objects, groups and roles.
    var isOfPerson: Bool { wave == .people }

    /// Our marks go, and nothing else changes.
    var isReleaseAlone: Bool {
        switch operation {
        case .cluster(.release), .identity(.releaseGroup): true
        case .identity(.releasePerson(_, let leave)): leave.isEmpty && action == .forget && notes.isEmpty
        default: false
        }
    }
}

extension Plan {
    package var summary: Summary { Summary(of: changes) }
}
