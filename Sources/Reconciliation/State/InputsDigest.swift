import Cryptography
package import Git
import Synchronization

/// The digest of the files that a plan was made from: equal for equal files, whether they come from a commit or from
/// a work tree, and whatever else the repository holds.
package enum InputsDigest {
    /// - Parameter files: What the environment uses; `state/` is left out, since a run writes there itself.
    package static func of(_ files: some Sequence<(path: String, content: GitID)>) -> String {
        let sorted = files.filter { !$0.path.utf8.starts(with: "state/".utf8) }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        var hash = SHA256()
        for file in sorted {
            // A path holds no NUL and an id has one length: no two lists of files give the same bytes.
            hash.update("\(file.content) \(file.path)\u{0}")
        }
        return Hex.encode(hash.finish())
    }
}

/// The digest of a checkout's files, made when it is first asked for: plans and locks hold it, and whoever only looks at the files
/// need not wait until all their bytes are hashed.
final class PendingDigest: Sendable {
    private let make: @Sendable () -> String
    private let made = Mutex<String?>(nil)

    init(_ make: @escaping @Sendable () -> String) {
        self.make = make
    }

    var text: String {
        made.withLock { text in
            let known = text ?? make()
            text = known
            return known
        }
    }
}
