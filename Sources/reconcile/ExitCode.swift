import Formats
import Reconciliation

/// Every way the program can end. The README has the table.
enum ExitCode: Int32 {
    case done = 0
    case unexpected = 1
    /// Only with `--detailed-exitcode`.
    case changesPending = 2
    case invalidInput = 3
    case refused = 4
    /// Applied in part, or not ready in time.
    case partial = 5
    /// Stale plan, conflict, or the lease is held.
    case conflict = 6
    case unreachable = 7
    case usage = 64
    case interrupted = 130
    case terminated = 143

    /// When several hold, the one that says most about what to do next.
    private static let precedence: [ExitCode] = [
        .usage, .terminated, .interrupted, .unexpected, .invalidInput, .refused, .unreachable, .conflict, .partial,
        .changesPending,
    ]

    static func worst(of codes: some Sequence<ExitCode>) -> ExitCode {
        let held = Set(codes)
        return precedence.first(where: held.contains) ?? .done
    }

    /// What findings in the files come to: where all of them are against policy, a refusal.
    init(_ diagnostics: [Diagnostic]) {
        let errors = diagnostics.filter { $0.severity == .error }
        self = errors.isEmpty ? .done : errors.allSatisfy(\.isRefusal) ? .refused : .invalidInput
    }

    init(_ problem: Problem) {
        self =
            switch problem.kind {
            case .usage: .usage
            case .invalid: .invalidInput
            case .refused: .refused
            case .conflict: .conflict
            case .unreachable: .unreachable
            case .notRecorded: .partial
            case .unexpected: .unexpected
            }
    }
}
