import Git
import Kubernetes
import Planning

/// What keeps other runs from writing meanwhile.
enum WriteLock: Sendable {
    case lease(EnvironmentLease)
    case git(GitLock)

    /// Throws when it is lost, or may be: then nothing more may be written.
    func check() async throws(Failure) {
        switch self {
        case .lease(let lease): try lease.check()
        case .git(let lock): try await lock.check()
        }
    }

    func release() async {
        switch self {
        case .lease(let lease): await lease.release()
        case .git(let lock): await lock.release()
        }
    }
}
