package import Formats

/// What happens to one thing. The word is the same in code, JSON and documentation; the symbol is what plans show.
package enum Action: String, Sendable, Hashable, CaseIterable {
    case create, update, delete, replace, disable, adopt, forget, rename, blocked

    package var symbol: String {
        switch self {
        case .create: "+"
        case .update: "~"
        case .delete: "-"
        case .replace: "-/+"
        case .disable: "x"
        case .adopt: "^"
        case .forget: "."
        case .rename: ">"
        case .blocked: "!"
        }
    }
}

/// What keeps a blocked change from being carried out.
package enum Obstacle: String, Sendable, Hashable {
    /// A rule or a limit: of the files, or of how things are removed and taken over.
    case policy
    /// Another writer, who would write it back.
    case conflict
}

/// One planned change: what a person reads, what JSON carries, and what apply does.
package struct Change: Sendable {
    /// `k8s/prod/acme/apps/Deployment/tenant-acme/backend`, `idp/prod/users/u-1001`: unique within a plan.
    package let address: String
    package let action: Action
    /// `Deployment tenant-acme/backend`, `user ada@acme.example`
    package let title: String
    /// The tenant whose section shows it; nil for scope environment.
    package let tenant: String?
    /// The place that asked for it; line 0 where it is the file as a whole, as of a row that is gone.
    package let source: Place?
    /// Why: shown behind the source for removals and blocked changes.
    package let reason: String?
    package let fields: [FieldChange]
    /// Joins and leaves of a person, by group path.
    package let memberships: [MembershipChange]
    /// `2 generated values`
    package let notes: [String]
    package let wave: Wave
    /// What has to be so when the change is carried out; nil for creations.
    package let precondition: Precondition?
    /// Nil for `blocked`.
    package let operation: Operation?
    /// Nil for everything but `blocked`.
    package let obstacle: Obstacle?
    /// Addresses of changes that have to be done before: without them this one is not carried out.
    package let requires: Set<String>
    /// The files ask for nothing new: somebody else changed the live side.
    package let isDrift: Bool

    /// A field or a membership that is drift makes the change drift.
    package init(
        address: String, action: Action, title: String, tenant: String?, source: Place?, reason: String? = nil,
        fields: [FieldChange] = [], memberships: [MembershipChange] = [], notes: [String] = [], wave: Wave,
        precondition: Precondition? = nil, operation: Operation?, obstacle: Obstacle = .policy,
        requires: Set<String> = [], isDrift: Bool = false
    ) {
        self.address = address
        self.action = action
        self.title = title
        self.tenant = tenant
        self.source = source
        self.reason = reason
        self.fields = fields
        self.memberships = memberships.sorted { $0.group < $1.group }
        self.notes = notes
        self.wave = wave
        self.precondition = precondition
        self.operation = operation
        self.obstacle = action == .blocked ? obstacle : nil
        self.requires = requires
        self.isDrift = isDrift || fields.contains { $0.isDrift } || memberships.contains { $0.isDrift }
    }
}

/// One field that differs.
package struct FieldChange: Sendable, Hashable {
    /// `/spec/replicas`
    package let pointer: String
    /// `spec.template.spec.containers[backend].image`
    package let path: String
    package let before: JSON?
    package let after: JSON?
    /// Values are never shown.
    package let isSensitive: Bool
    /// The files ask for nothing new here: somebody else changed the live value.
    package let isDrift: Bool
    /// Who wrote the live value, where it was not us and is known.
    package let manager: String?
    /// RFC 3339, when that manager wrote.
    package let since: String?
    /// Where the wanted value comes from, where that is not the manifest.
    package let source: Place?

    package init(
        pointer: String, path: String, before: JSON?, after: JSON?, isSensitive: Bool = false,
        isDrift: Bool? = nil, manager: String? = nil, since: String? = nil, source: Place? = nil
    ) {
        self.pointer = pointer
        self.path = path
        self.before = before
        self.after = after
        self.isSensitive = isSensitive
        self.isDrift = isDrift ?? (manager != nil)
        self.manager = manager
        self.since = since
        self.source = source
    }
}

/// A person joins or leaves a group.
package struct MembershipChange: Sendable, Hashable {
    /// `acme/operator`, without the leading slash.
    package let group: String
    package let joins: Bool
    /// Not in the files and not from us: somebody put the person there by hand.
    package let isDrift: Bool

    package init(group: String, joins: Bool, isDrift: Bool = false) {
        self.group = group
        self.joins = joins
        self.isDrift = isDrift
    }
}

/// What has to be unchanged for a change to be carried out: never a resourceVersion, which moves with every status write.
package struct Precondition: Sendable, Hashable {
    /// The object's uid, or the person's subject.
    package let uid: String
    /// A hash of the live values of the touched fields.
    package let touched: String

    package init(uid: String, touched: String) {
        self.uid = uid
        self.touched = touched
    }
}
