import CLibGit2

/// Why something with a repository did not succeed: what was attempted, on what, why.
package struct GitError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Cause: Sendable, Hashable {
        /// The path holds no repository.
        case notARepository
        /// A reference, commit or object that is not there.
        case notFound
        /// A name that is refused before Git sees it.
        case invalidName
        /// Something that this program does not do with a repository.
        case unsupported
        /// More than the limit that was given.
        case tooLarge
        /// The branch holds other commits by now: build on those, and try again.
        case nonFastForward
        /// A hook or a rule of the server said no. Trying again would not help.
        case refused
        /// The repository to fetch from or push to cannot be talked to.
        case unreachable
        /// The other side was silent for too long.
        case timeout
        /// Anything else: a full disk, missing rights, a damaged object.
        case failed
    }

    package let cause: Cause
    /// Lower case, no full stop, without credentials. Text of a server is in it as it came: print it escaped.
    package let message: String

    package init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }

    package var description: String { message }
}

extension GitError {
    /// The error behind a negative code of libgit2, whose text has to be read at once.
    init(_ operation: String, code: Int32) {
        let text = git_error_last().map { String(cString: $0.pointee.message) } ?? "libgit2 gave no reason"
        git_error_clear()
        self.init(Self.cause(of: code), "cannot \(operation): \(text)")
    }

    private static func cause(of code: Int32) -> Cause {
        switch code {
        case GIT_ENOTFOUND.rawValue: .notFound
        case GIT_EINVALIDSPEC.rawValue, GIT_EAMBIGUOUS.rawValue: .invalidName
        case GIT_ENONFASTFORWARD.rawValue, GIT_EMODIFIED.rawValue, GIT_EEXISTS.rawValue: .nonFastForward
        default: .failed
        }
    }
}

/// Throws where libgit2 answers with a negative code; else returns what it answered.
@discardableResult
func check(_ operation: @autoclosure () -> String, _ body: () -> Int32) throws(GitError) -> Int32 {
    let code = body()
    guard code >= 0 else { throw GitError(operation(), code: code) }
    return code
}
