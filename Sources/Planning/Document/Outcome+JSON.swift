package import Formats

extension Outcome {
    /// The version of the outcome's JSON.
    package static let formatVersion = "1.0"

    /// What came of the plan, for programs, as `schemas/outcome.schema.json` has it: one result for each change.
    package var json: JSON {
        let counts = counts
        let done = plan.changes.filter { results[$0.address]?.isCarriedOut == true }
        return [
            "format_version": .string(Self.formatVersion), "environment": .string(plan.environment),
            "source": plan.source.json, "plan": .string(plan.digest),
            "results": .array(plan.changes.map { change in result(of: change) }),
            "carried_out": Summary(of: done).json,
            "counts": [
                "done": .int(Int64(counts.done)), "not_ready": .int(Int64(counts.notReady)),
                "failed": .int(Int64(counts.failed)), "skipped": .int(Int64(counts.skipped)),
                "blocked": .int(Int64(plan.summary.blocked)),
            ],
        ]
    }

    private func result(of change: Change) -> JSON {
        var (result, kind, message, uid): (String, String?, String?, String?) = ("skipped", nil, nil, nil)
        switch results[change.address] {
        case .done(let made): (result, uid) = ("done", made)
        case .notReady(let reason): (result, message) = ("not_ready", reason)
        case .failed(let failure): (result, kind, message) = ("failed", failure.kind.rawValue, failure.message)
        case .skipped(let reason): message = reason
        case .none where change.action == .blocked: (result, message) = ("blocked", change.reason)
        case .none: message = "it was not tried"
        }
        return .members([
            ("address", .string(change.address)), ("actions", [.string(change.action.rawValue)]),
            ("title", .string(change.title)), ("tenant", change.tenant.map { .string($0) }),
            ("result", .string(result)), ("kind", kind.map { .string($0) }),
            ("message", message.map { .string($0) }), ("uid", uid.map { .string($0) }),
        ])
    }
}
