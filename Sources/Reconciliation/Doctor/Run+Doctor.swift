import Formats
import Identity
import Kubernetes
package import Planning
import Tenancy

/// What was tried in one place: this machine, the repository, or one system of one environment.
package struct Examined: Sendable {
    /// `Repository`, `prod: cluster`
    package let title: String
    package let examinations: [Examination]
}

extension Run {
    /// Tries everything that an apply needs, and writes nothing: what was tried, what came back, what to do.
    package func doctor() async throws(Problem) -> [Examined] {
        var examined = [Examined(title: "This machine", examinations: machine())]
        let prepared: Prepared
        do throws(Problem) {
            prepared = try await validate()
        } catch {
            guard error.kind != .usage else { throw error }
            return examined + [Examined(title: "Repository", examinations: [.failed("read", error)])]
        }
        let files = Self.files(prepared)
        guard let fleet = prepared.fleet, files.cause == nil else {
            return examined + [Examined(title: "Repository", examinations: [files])]
        }
        examined.append(Examined(title: "Repository", examinations: [files]))
        for environment in try chosen(fleet) { examined += await examine(environment, prepared) }
        return examined
    }

    private static func files(_ prepared: Prepared) -> Examination {
        let errors = prepared.diagnostics.filter { $0.severity == .error }
        let from = "\(prepared.checkout.name) at \(prepared.checkout.source.title)"
        guard errors.isEmpty, let fleet = prepared.fleet else {
            return .failed(
                "read", errors.allSatisfy(\.isRefusal) ? .refused : .files,
                "\(from): \(errors.count) error\(errors.count == 1 ? "" : "s")", "reconcile validate says which")
        }
        return .fine("read", "\(from): fleet '\(fleet.name)', no error")
    }

    private func examine(_ environment: FleetEnvironment, _ prepared: Prepared) async -> [Examined] {
        let name = environment.name
        var examined = [Examined(title: "\(name): record", examinations: await record(environment, prepared))]
        let draft: Draft
        do throws(Problem) { draft = try await self.draft(environment, prepared) } catch {
            return examined + [Examined(title: "\(name): plan", examinations: [.failed("plan", error)])]
        }
        guard let desired = draft.desired, !draft.diagnostics.contains(where: { $0.severity == .error }) else {
            let found = draft.diagnostics.first { $0.severity == .error }?.line ?? "it cannot be rendered"
            return examined + [
                Examined(
                    title: "\(name): plan",
                    examinations: [.failed("plan", .files, found, "reconcile plan says the rest")])
            ]
        }
        let systems = connect(desired)
        if let cluster = systems.cluster {
            examined.append(Examined(title: "\(name): cluster", examinations: await examine(cluster, desired)))
        }
        if let realm = systems.realm {
            examined.append(Examined(title: "\(name): identity", examinations: await examine(realm)))
        }
        let planned = await plan(desired, draft, prepared.checkout)
        return examined + [Examined(title: "\(name): plan", examinations: Self.gates(planned.plan))]
    }

    private func examine(_ cluster: Result<Cluster, Problem>, _ desired: DesiredState) async -> [Examination] {
        switch cluster {
        case .success(let cluster): await cluster.examine(desired, now: Int(surroundings.now))
        case .failure(let problem): [.failed("settings", problem)]
        }
    }

    private func examine(_ realm: Result<Realm, Problem>) async -> [Examination] {
        switch realm {
        case .success(let realm): await realm.examine(now: Int(surroundings.now))
        case .failure(let problem): [.failed("settings", problem)]
        }
    }
}
