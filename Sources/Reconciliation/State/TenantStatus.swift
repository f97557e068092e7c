/// How one tenant stands in one environment, as the last run that changed something left it.
package struct TenantStatus: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Everything is as asked for, and ready.
        case ready = "Ready"
        /// Everything was carried out; something is not ready yet.
        case notReady = "NotReady"
        /// Something could not be carried out.
        case failed = "Failed"
        /// Locked out and scaled down as asked for, data kept.
        case suspended = "Suspended"
        /// Asked to be absent, and not gone yet.
        case removing = "Removing"
    }

    /// One statement about the tenant, in Kubernetes' shape, without its times.
    package struct Condition: Sendable, Hashable {
        /// `Applied`, `Ready`, `PeopleApplied`
        package let type: String
        package let isTrue: Bool
        /// Why not: one line for people, without addresses. Nil where there is nothing to say.
        package let message: String?

        package init(type: String, isTrue: Bool, message: String? = nil) {
            self.type = type
            self.isTrue = isTrue
            self.message = message
        }
    }

    /// An object that is not as asked for.
    package struct Open: Sendable, Hashable {
        package enum Result: String, Sendable, Hashable, CaseIterable {
            case blocked, failed, skipped
            case notReady = "not ready"
        }

        /// As plans have it: `k8s/prod/acme/apps/Deployment/tenant-acme/app`
        package let address: String
        package let result: Result

        package init(address: String, result: Result) {
            self.address = address
            self.result = result
        }
    }

    package struct Output: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package struct Counts: Sendable, Hashable {
        package let objects: Int
        package let groups: Int
        package let people: Int
        /// Of the people, those with an active membership.
        package let activePeople: Int

        package init(objects: Int, groups: Int, people: Int, activePeople: Int) {
            self.objects = objects
            self.groups = groups
            self.people = people
            self.activePeople = activePeople
        }
    }

    package let phase: Phase
    package let tier: String
    package let counts: Counts
    /// By type.
    package let conditions: [Condition]
    /// What the last run did not bring about in the cluster, by address.
    package let open: [Open]
    /// By name.
    package let outputs: [Output]

    package init(
        phase: Phase, tier: String, counts: Counts, conditions: [Condition], open: [Open] = [], outputs: [Output]
    ) {
        self.phase = phase
        self.tier = tier
        self.counts = counts
        self.conditions = conditions.sorted { ($0.type, $0.message ?? "") < ($1.type, $1.message ?? "") }
        self.open = open.sorted { ($0.address, $0.result.rawValue) < ($1.address, $1.result.rawValue) }
        self.outputs = outputs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }
}
