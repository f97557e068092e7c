import Formats
import Git

/// Where the lock of an environment lies: a branch beside the one of its record.
struct GitLockPlace: Sendable {
    private static let file = "lock.json"

    private let store: StateStore
    private let branch: BranchName
    private let author: Signature

    @GitThread
    init(_ store: StateStore, environment: String, author: Signature) throws(GitError) {
        self.store = store
        branch = try BranchName("reconcile/lock/\(environment)")
        self.author = author
    }

    /// `reconcile/lock/prod`
    var name: String { branch.name }

    /// The branch as it is now; nil where nobody ever held the lock.
    ///
    /// - Throws: `Problem` where the branch holds something else: it is never overwritten.
    @GitThread
    func read() throws -> (tip: Commit?, record: GitLockRecord?) {
        _ = try store.server?.update()
        guard let tip = try store.home.tip(of: branch) else { return (nil, nil) }
        let listing = try store.home.files(of: tip, under: [Self.file])
        guard let blob = listing.files.first?.blob else { throw foreign }
        let bytes = try store.home.read(blob, limit: 65_536)
        guard let json = try? JSON.parse(bytes), let record = GitLockRecord(json) else { throw foreign }
        return (tip, record)
    }

    private var foreign: Problem {
        Problem(
            .conflict,
            "the branch \(name) holds no lock that this program knows; remove the branch, or run a later version")
    }

    /// - Throws: `nonFastForward` where somebody else was faster.
    @GitThread
    func push(_ record: GitLockRecord, onto tip: Commit?) throws(GitError) -> Commit {
        let target = if let server = store.server { server.remote } else { Remote(try Location(store.home.gitFolder)) }
        let change = FileChange(path: Self.file, content: Array((record.json.prettyText + "\n").utf8))
        let subject = record.holder.isEmpty ? "Give the lock back" : "Hold the lock"
        let made = try store.home.withWorkbench(in: store.temporaryFolder) { (bench) throws(GitError) in
            let commit = try bench.makeCommit(
                onto: tip, changes: [change], message: "\(subject)\n\n[skip ci]\n", author: author)
            guard let commit else { throw GitError(.failed, "cannot write the lock \(name): nothing changes") }
            try bench.move(branch, to: commit, expecting: nil)
            try bench.push(branch, to: target)
            return commit
        }
        // So that the copy has what the server has by now.
        _ = try? store.server?.update()
        return made
    }
}
