/// What came of a plan: one result for each change, never thrown away when another fails.
package struct Outcome: Sendable {
    package let plan: Plan
    /// By address.
    package let results: [String: ChangeResult]

    package init(plan: Plan, results: [String: ChangeResult]) {
        self.plan = plan
        self.results = results
    }
}

package enum ChangeResult: Sendable, Hashable {
    /// The uid of the object or the subject of the person, where there is one.
    case done(uid: String?)
    /// Carried out, but not ready in time.
    case notReady(reason: String)
    /// One line that names the server and says what to do.
    case failed(Failure)
    /// Not tried, because something before it failed or the run was ended.
    case skipped(reason: String)
}

/// Why a change failed, so that the exit code can tell the kinds apart.
package struct Failure: Error, Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// Does not answer, or refuses our credentials.
        case unreachable
        /// Another writer was there first; the next run sees it.
        case conflict
        /// The server refuses this one change.
        case rejected
    }

    package let kind: Kind
    package let message: String
    /// The server got the write, and its answer was lost: it may have carried it out.
    package private(set) var isUncertain = false

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The same, of a write that may have been carried out all the same.
    package var uncertain: Failure {
        var failure = self
        failure.isUncertain = true
        return failure
    }
}
