/// What the words of git and ssh mean for the one who reads them.
struct Advice {
    let cause: GitError.Cause
    let text: String

    /// Nil for words that speak for themselves.
    static func on(_ said: String, _ remote: Remote) -> Advice? {
        if said.contains("dubious ownership") {
            // Git's advice is an entry in the user's configuration, which is not read here.
            return Advice(
                cause: .refused,
                text:
                    "it belongs to another user, whose hooks git does not run; run as its owner, or push by another way"
            )
        }
        guard case .secureShell(let address) = remote.location.place else { return nil }
        let names = "RECONCILE_GIT_KNOWN_HOSTS_FILE"
        if said.contains("IDENTIFICATION HAS CHANGED") {
            return Advice(
                cause: .unreachable,
                text:
                    "the key of \(address.host) is not the one that is known: somebody may be in between. If the server "
                    + "has a new key, replace the old one in the known hosts (\(names), or ssh's own)")
        }
        if said.contains("Host key verification failed") {
            return Advice(
                cause: .unreachable,
                text:
                    "the key of \(address.host) is not known: put it into the known hosts (\(names), or ssh's own), as "
                    + "its owner publishes it")
        }
        if said.contains("Permission denied (") {
            return Advice(
                cause: .unreachable,
                text:
                    "\(address.host) accepts none of our keys: give one by RECONCILE_GIT_SSH_KEY_FILE, or load it into "
                    + "the agent")
        }
        return nil
    }
}
