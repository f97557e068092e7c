package import Formats
import Git
import Planning
import Tenancy

/// Somebody's role in a tenant, as it was granted.
package struct Access: Sendable, Hashable {
    package let tenant: String
    package let role: String
    /// The address; nil where the files that were applied last do not have the person any more.
    package let email: String?
    /// The account's own id at the identity provider.
    package let subject: String
    /// The row that asks for it.
    package let source: Place?
}

/// Who had access to what in one environment.
package struct AccessReport: Sendable {
    package let environment: String
    /// The commit of the fleet that was applied; nil where nothing had been.
    package let source: String?
    /// By tenant, role and address.
    package let entries: [Access]
}

extension Run {
    /// Who has access by the record, or had at a moment: the groups that were granted, with names from the files of that time.
    ///
    /// - Parameters:
    ///   - moment: Seconds since 1970; nil for now.
    ///   - user: An address or key, to see one person's alone.
    package func access(at moment: Int64?, user: String?) async throws(Problem) -> [AccessReport] {
        let prepared = try await prepare(prefersWorkTree: true)
        guard let fleet = prepared.fleet else {
            throw Problem(.invalid, "the fleet's files have errors: run `reconcile validate`")
        }
        var reports: [AccessReport] = []
        for environment in try chosen(fleet) {
            let stored = try await stored(fleet.name, environment.environment, at: moment, prepared.checkout)
            let people = try await people(of: stored, environment, at: moment, prepared)
            let entries = stored.map { self.entries(of: $0, people, environment.environment.groupPrefix) } ?? []
            reports.append(
                AccessReport(
                    environment: environment.name, source: stored?.commit,
                    entries: entries.filter { isAsked($0, user, people) }))
        }
        return reports
    }

    private func stored(
        _ fleet: String, _ environment: Environment, at moment: Int64?, _ checkout: Checkout
    ) async throws(Problem) -> StateTree? {
        try await inStore(environment, checkout) { store in
            var found: Commit?
            try store.walk { commit in
                guard commit.committer.time <= moment ?? .max else { return true }
                found = commit
                return false
            }
            return try found.map { try store.read($0, fleet: fleet, environment: environment.name).tree } ?? nil
        }
    }

    /// Everybody in the record by the hash of their key, from the files that were applied; who is there no more is looked for in those that
    /// were applied before.
    private func people(
        of tree: StateTree?, _ environment: FleetEnvironment, at moment: Int64?, _ prepared: Prepared
    ) async throws(Problem) -> [String: DesiredPerson] {
        guard let tree else { return [:] }
        // Of who is in no group nothing is told.
        let recorded = tree.tenants.values.flatMap(\.inventory.people).filter { $0.value.groups?.isEmpty == false }
        var unknown = Set(recorded.map(\.key))
        var people: [String: DesiredPerson] = [:]
        var sources = [tree.commit].compactMap { $0 }
        while let source = sources.first, !unknown.isEmpty {
            people.merge(try await self.people(source, environment.name, prepared)) { known, _ in known }
            unknown.subtract(people.keys)
            sources.removeFirst()
            if source == tree.commit, !unknown.isEmpty {
                sources = try await earlierSources(environment, before: moment, prepared).filter { $0 != source }
            }
        }
        return people
    }

    /// The commits of the fleet that were applied last, the newest first; ten at most, since each is read whole.
    private func earlierSources(
        _ environment: FleetEnvironment, before moment: Int64?, _ prepared: Prepared
    ) async throws(Problem) -> [String] {
        try await inStore(environment.environment, prepared.checkout) { store in
            var sources: [String] = []
            try store.walk { commit in
                if commit.committer.time <= moment ?? .max, let source = HistoryEntry(commit, []).source,
                    sources.last != source
                {
                    sources.append(source)
                }
                return sources.count < 10
            }
            return sources
        }
    }

    /// The people of a commit's files, by the hash of their keys.
    private func people(
        _ commit: String, _ environment: String, _ prepared: Prepared
    ) async throws(Problem) -> [String: DesiredPerson] {
        guard let tree = try await tree(of: commit, prepared.checkout) else { return [:] }
        let fleet = Fleet.resolve(FleetFiles.load(tree)).fleet
        let people = fleet?.desiredState(environment: environment, on: today).state?.people ?? []
        return Dictionary(people.map { (KeyHash.of($0.key), $0) }) { first, _ in first }
    }

    private func entries(of tree: StateTree, _ people: [String: DesiredPerson], _ prefix: String) -> [Access] {
        tree.tenants.values.flatMap(\.inventory.people).flatMap { hash, recorded in
            let person = people[hash]
            return (recorded.groups ?? []).compactMap { group -> Access? in
                // `/` + prefix + tenant + `/` + role
                let parts = group.dropFirst().split(separator: "/")
                guard parts.count == 2, parts[0].hasPrefix(prefix) else { return nil }
                let row = person?.memberships.first { $0.group == group }
                return Access(
                    tenant: String(parts[0].dropFirst(prefix.count)), role: String(parts[1]), email: person?.email,
                    subject: recorded.subject, source: row?.source)
            }
        }.sorted { ($0.tenant, $0.role, $0.email ?? "", $0.subject) < ($1.tenant, $1.role, $1.email ?? "", $1.subject) }
    }

    private func isAsked(_ access: Access, _ user: String?, _ people: [String: DesiredPerson]) -> Bool {
        guard request.tenants.isEmpty || request.tenants.contains(access.tenant) else { return false }
        guard let user else { return true }
        if access.subject == user || access.email == user.lowercased() { return true }
        return access.email != nil && access.email == people[KeyHash.of(user)]?.email
    }
}
