/// Why a run could not do its work, as a kind that the exit code follows from and a line that reads well after `error: `.
package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The call itself makes no sense.
        case usage
        /// The repository's content, or what of it may be read.
        case invalid
        /// A limit or policy refuses.
        case refused
        /// Somebody else holds the lease, or was faster.
        case conflict
        /// A system that does not answer or refuses our credentials.
        case unreachable
        /// Everything was applied, but not recorded.
        case notRecorded
        case unexpected
    }

    package let kind: Kind
    /// Lower case, no full stop, cause last, no secret.
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
