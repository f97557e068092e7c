import Git
import Planning

extension Run {
    /// record → push: what the run left, on the state branch; no commit where that says nothing new.
    ///
    /// - Parameter carriedOut: the outcome before anything was waited for.
    func record(
        _ planned: Planned, _ outcome: Outcome?, carriedOut: Outcome? = nil, _ checkout: Checkout
    ) async throws(Problem) -> ApplyResult {
        let nothing = Outcome(plan: planned.plan, results: [:])
        let recorder = Recorder(planned, outcome ?? nothing, carriedOut: carriedOut ?? outcome ?? nothing)
        do throws(Problem) {
            let result = try await write(planned, checkout) { recorder.record(onto: $0) }
            switch result {
            case .unchanged: return ApplyResult(planned, outcome, nil, [], nil)
            case .recorded(let commit, let said):
                return ApplyResult(planned, outcome, commit.id.description, said.filter(Self.isWorthShowing), nil)
            }
        } catch {
            return ApplyResult(planned, outcome, nil, [], error)
        }
    }

    /// Git's own progress is none of the user's business; what a hook says is.
    private static func isWorthShowing(_ line: String) -> Bool {
        !["Resolving deltas:", "Unpacking objects:", "Counting objects:", "Compressing objects:"].contains {
            line.hasPrefix($0)
        }
    }

    /// Of a refused run nothing but what the files say about removals: what they loosen is in force next time.
    func recordRules(_ planned: Planned, _ checkout: Checkout) async throws(Problem) {
        guard let stored = planned.stored,
            stored.limits != planned.asked.limits || stored.breakGlass != planned.asked.breakGlass
        else { return }
        let commit = planned.plan.source.commit
        _ = try await write(planned, checkout) { tree in
            var tree = tree ?? stored
            tree.record(
                limits: planned.asked.limits, usedApprovals: tree.usedApprovals, breakGlass: planned.asked.breakGlass,
                commit: commit)
            return tree
        }
    }

    private func write(
        _ planned: Planned, _ checkout: Checkout, update: @escaping @Sendable (StateTree?) -> StateTree
    ) async throws(Problem) -> RecordResult {
        let environment = planned.desired.environment
        let message = RecordMessage(
            subject: "Record \(environment.name) at \(planned.plan.source.shortTitle)",
            commit: planned.plan.source.commit, inputs: planned.plan.source.inputs)
        let author = Signature(name: "reconcile", email: "reconcile@localhost", time: surroundings.now)
        let (settings, failPoints, fleet) = (try gitSettings(), failPoints, planned.desired.fleet)
        do {
            return try await Self.write(
                checkout, environment.stateBranch, settings, fleet, environment.name, message, author,
                failPoints, update)
        } catch let error as Problem {
            throw error
        } catch let error as GitError {
            throw Problem(.notRecorded, error.message)
        } catch let error as UnreadableState {
            throw Problem(.notRecorded, error.diagnostics.first?.line ?? "the record on \(error.branch) cannot be read")
        } catch {
            throw Problem(.unexpected, "\(error)")
        }
    }

    @GitThread
    private static func write(
        _ checkout: Checkout, _ branch: String, _ settings: GitSettings, _ fleet: String, _ environment: String,
        _ message: RecordMessage, _ author: Signature, _ failPoints: FailPoints,
        _ update: @escaping @Sendable (StateTree?) -> StateTree
    ) async throws -> RecordResult {
        let store = try StateStore(
            Repository.open(checkout.gitFolder), of: checkout.remote, branch: BranchName(branch), settings: settings)
        return try await store.write(
            fleet: fleet, environment: environment, message: message, author: author,
            watch: { failPoints.pass("git \($0.rawValue)") }, update: update)
    }
}

extension ApplyResult {
    fileprivate init(
        _ planned: Planned, _ outcome: Outcome?, _ record: String?, _ said: [String], _ problem: Problem?
    ) {
        self.init(
            plan: planned.plan, outcome: outcome, record: record, said: said, problem: problem, stale: planned.stale,
            left: planned.left.count, others: planned.others)
    }
}
