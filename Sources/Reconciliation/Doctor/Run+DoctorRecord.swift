import Formats
import Git
import Glibc
import HTTP
import Planning
import Tenancy

extension Run {
    /// What the machine itself has to have.
    func machine() -> [Examination] {
        [
            .fine("libraries", "\(HTTPClient.library), \(Repository.library), \(YAML.library)"),
            writable("temporary files", surroundings.temporaryFolder), openFiles(),
        ]
    }

    private func writable(_ subject: String, _ folder: String) -> Examination {
        var space = statvfs()
        guard Glibc.access(folder, W_OK | X_OK) == 0, statvfs(folder, &space) == 0 else {
            let reason = String(cString: strerror(errno)).lowercased()
            return .failed(
                subject, .unreachable, "cannot write to \(folder): \(reason)", "set TMPDIR to one that takes files")
        }
        let mebibytes = (UInt64(space.f_bavail) * UInt64(space.f_frsize)) >> 20
        let found = "\(folder), \(mebibytes) MiB free"
        return mebibytes >= 256 ? .fine(subject, found) : .warning(subject, found, "make room: a record needs some")
    }

    private func openFiles() -> Examination {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .warning("open files", "the limit cannot be read", "see that ulimit -n says 256 or more")
        }
        let found = limit.rlim_cur == .max ? "no limit" : "\(limit.rlim_cur) at once"
        return limit.rlim_cur >= 256 ? .fine("open files", found) : .warning("open files", found, "raise ulimit -n")
    }

    /// Whether the state branch can be read, and written by a push.
    func record(_ environment: FleetEnvironment, _ prepared: Prepared) async -> [Examination] {
        let branch = environment.environment.stateBranch
        do throws(Problem) {
            let fleet = prepared.fleet?.name ?? ""
            let (last, place) = try await inStore(environment.environment, prepared.checkout) { store in
                let tree = try store.read(fleet: fleet, environment: environment.name).tree
                return (
                    tree.map { $0.commit.map { "last applied \($0.prefix(7))" } ?? "applied from a work tree" },
                    try store.target.location.description
                )
            }
            let read = Examination.fine("state branch", "\(branch): \(last ?? "nothing applied yet")")
            return [read, await push(environment.environment, prepared, place)]
        } catch {
            return [.failed("state branch", error)]
        }
    }

    private func push(_ environment: Environment, _ prepared: Prepared, _ place: String) async -> Examination {
        do throws(Problem) {
            try await inStore(environment, prepared.checkout) { try $0.home.tryPush(to: $0.target) }
            return .fine("push", "\(place) lets us in; rules of the branch are asked by a push alone")
        } catch {
            return .failed(
                "push", .unreachable, error.message,
                "the token or key has to be allowed to write (RECONCILE_GIT_PUSH_TOKEN, RECONCILE_GIT_PUSH_SSH_KEY)")
        }
    }

    /// Whether the plan would be carried out whole.
    static func gates(_ plan: Plan) -> [Examination] {
        var found: [Examination] = plan.diagnostics.filter { $0.severity == .error }
            .map { .failed("plan", .unreachable, $0.message) }
        guard found.isEmpty else { return found }
        found += plan.gates.filter { !$0.isApproved }.map { gate in
            .failed("limits", .refused, gate.message, "reconcile approve lets these removals pass, once")
        }
        let blocked = plan.changes.filter { $0.action == .blocked }
        if let first = blocked.first {
            let others = blocked.count > 1 ? " and \(blocked.count - 1) more" : ""
            found.append(.failed("blocked", .refused, "\(first.title)\(others)", "reconcile plan says why"))
        }
        let count = plan.changes.count
        return found + [.fine("plan", count == 0 ? "no changes" : "\(count) change\(count == 1 ? "" : "s")")]
    }
}

extension Examination {
    static func failed(_ subject: String, _ problem: Problem) -> Examination {
        let cause: Cause =
            switch problem.kind {
            case .usage, .invalid: .files
            case .refused: .refused
            case .conflict: .conflict
            case .unreachable, .notRecorded, .unexpected: .unreachable
            }
        return .failed(subject, cause, problem.message)
    }
}
