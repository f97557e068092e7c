package import KubernetesModel
package import Tenancy

/// What apply does for one change. Scheduling (waves, parallelism, fencing) is the run's; the clients carry out one at a time.
package enum Operation: Sendable {
    case cluster(ClusterOperation)
    case identity(IdentityOperation)
}

package enum ClusterOperation: Sendable {
    /// Server-side apply. `uid` is nil for a creation: then the object must not be there, or be ours.
    /// `forced`: take back fields that a person-like manager holds, exactly those that the plan shows.
    case apply(DesiredObject, uid: String?, forced: Bool)
    /// POST of a Secret whose values are made or read now.
    case createSecret(DesiredObject)
    /// New keys and rotated ones of a Secret that is there (JSON patch), and its metadata.
    case updateSecret(DesiredObject, uid: String, add: [SecretKey], rotate: [SecretKey])
    /// GET first; DELETE with the uid as precondition.
    case delete(ObjectID, apiVersion: String, uid: String)
    /// A removal that was asked for before and has not come through: it is waited for, and nothing is sent.
    case awaitRemoval(ObjectID, apiVersion: String, uid: String)
    /// Delete, wait until gone, apply.
    case replace(DesiredObject, uid: String)
    /// Takes our marks off; everything else stays as it is.
    case release(ObjectID, apiVersion: String, uid: String)
    /// Runs a Job to its end: what comes after it begins only then.
    case run(ActionRun)

    /// The object that it is about.
    package var id: ObjectID {
        switch self {
        case .apply(let object, _, _), .createSecret(let object), .updateSecret(let object, _, _, _),
            .replace(let object, _):
            object.id
        case .delete(let id, _, _), .awaitRemoval(let id, _, _), .release(let id, _, _): id
        case .run(let run): run.action.job.id
        }
    }

    /// What it leaves there; nil for what takes something away.
    package var object: DesiredObject? {
        switch self {
        case .apply(let object, _, _), .createSecret(let object), .updateSecret(let object, _, _, _),
            .replace(let object, _):
            object
        case .run(let run): run.action.job
        case .delete, .awaitRemoval, .release: nil
        }
    }

    /// Afterwards the object is gone.
    package var isRemoval: Bool {
        switch self {
        case .delete, .awaitRemoval: true
        default: false
        }
    }
}

/// One run of an action.
package struct ActionRun: Sendable {
    package enum Found: Sendable, Hashable {
        case nothing
        /// An earlier run began it: it is waited for.
        case running
        /// It failed before, and makes room for another try.
        case failed(uid: String)
    }

    package let action: DesiredAction
    /// What has to be ready before it begins.
    package let needs: [DesiredObject]
    package let found: Found

    package init(action: DesiredAction, needs: [DesiredObject], found: Found) {
        self.action = action
        self.needs = needs
        self.found = found
    }
}

package enum IdentityOperation: Sendable {
    /// Lets administrators' attributes stay (`manageProfile: true`).
    case allowMarks
    case createRealmRole(String)
    /// The group and its role mappings; its parent is there by then.
    case createGroup(DesiredGroup)
    case updateGroup(DesiredGroup, id: String, addRoles: [String], removeRoles: [String])
    case deleteGroup(path: String, id: String)
    /// Takes our owner off the group; everything else stays as it is.
    case releaseGroup(path: String, id: String)
    /// One POST with the groups' paths, marks and required actions.
    case createPerson(DesiredPerson)
    case updatePerson(PersonUpdate)
    /// Gives the account an e-mail that nobody has, so that another can have its own; its next change gives it the right one.
    /// - `renames`: its username with it.
    case parkEmail(id: String, renames: Bool)
    /// `{"enabled":false}` alone, then the end of sessions, then the groups are left.
    case disablePerson(id: String, leave: [String])
    /// Others own the account too: our groups are left and our owner taken off; it stays enabled.
    case releasePerson(id: String, leave: [String])
    /// The account goes for good, while it is disabled and nobody else's.
    case deletePerson(id: String)
}

/// A change of an account that stays enabled, or becomes so again.
package struct PersonUpdate: Sendable {
    package let id: String
    package let person: DesiredPerson
    /// Whether the profile, the marks or `enabled` change: then the whole representation is written.
    package let writesProfile: Bool
    /// The username becomes the e-mail.
    package let renames: Bool
    /// Paths.
    package let join: [String]
    package let leave: [String]

    package init(
        id: String, person: DesiredPerson, writesProfile: Bool, renames: Bool = false, join: [String], leave: [String]
    ) {
        self.id = id
        self.person = person
        self.writesProfile = writesProfile
        self.renames = renames
        self.join = join
        self.leave = leave
    }
}

/// The order of changes: a wave begins when the one before it is through; removals run in the reverse order.
package enum Wave: Int, Sendable, Hashable, Comparable, CaseIterable {
    case definitions, namespaces, groups, policies, configuration, actions, workloads, routes, people

    package static func < (left: Wave, right: Wave) -> Bool { left.rawValue < right.rawValue }
}
