import Formats
package import Planning

extension Run {
    /// Adopts or forgets what the request names, and does nothing else: the same flow as an apply, recorded in the same way.
    ///
    /// - Parameter agrees: Is shown the plan before anything is written; false ends the run.
    package func carryOutWishes(agrees: @Sendable (Plan) async -> Bool) async throws(Problem) -> ApplyStep {
        var run = self
        run.request.isForWishesAlone = true
        return try await run.apply(agrees: agrees)
    }

    /// That everything that was asked for by its address is in the plan.
    func requireWishes(in plan: Plan, others: [Change]) throws(Problem) {
        guard plan.diagnostics.allSatisfy({ $0.severity != .error }) else { return }
        for address in request.wishes.addresses.sorted() {
            let change = plan.changes.first { $0.address == address }
            switch change?.action {
            case .adopt, .forget, .blocked: continue
            case .create: throw Problem(.usage, "\(address) is not there: the next apply makes it")
            default: break
            }
            if request.wishes.forget.contains(address) {
                throw Problem(.usage, "nothing of ours has the address \(address)")
            }
            let candidates = others.filter { $0.action == .blocked }.map(\.address)
            throw Problem(
                .usage,
                "nothing that the files ask for, that is there, and that is not ours has the address \(address)"
                    + Suggestion.phrase(for: address, among: candidates))
        }
    }
}
