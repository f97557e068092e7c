import CLibGit2
import Cryptography
import Glibc

/// A copy of a repository elsewhere, kept in a folder of ours from run to run. It may be deleted at any time.
///
/// Runs that share the folder bring it up to date one after the other. What was left half done, by a process that was killed or
/// a disk that was full, is made anew.
@GitThread
package struct CachedCopy {
    package let remote: Remote
    /// Where the copies of all repositories lie.
    private let folder: String

    package init(of remote: Remote, in folder: String) {
        self.remote = remote
        self.folder = folder
    }

    /// A readable part and a digest of the whole URL: no two repositories share a copy.
    private var path: String {
        let name = remote.location.text.split(separator: "/").last.map(String.init) ?? "repository"
        let plain = name.unicodeScalars.filter {
            $0.isASCII && ($0.properties.isAlphabetic || $0.value >= 48 && $0.value < 58)
        }
        return
            "\(folder)/\(String(String.UnicodeScalarView(plain)).prefix(40))-\(SHA256.hex(of: remote.location.text).prefix(16))"
    }

    /// Brings the copy up to date.
    ///
    /// - Parameter reference: A full reference beside branches and tags that is wanted, too: `refs/pull/1/head`.
    /// - Throws: `GitError`, `unreachable` or `timeout` where the other side is the reason.
    package func update(wanting reference: String? = nil) throws(GitError) -> Repository {
        try makeFolder()
        let lock = try lock()
        defer { flock(lock.number, LOCK_UN) }
        do {
            guard let held = try open() else { return try make(wanting: reference) }
            try fetch(into: held, wanting: reference)
            return held
        } catch {
            // Whatever is wrong with the copy, the original is the remedy; where that is out of reach, say so.
            guard ![.unreachable, .timeout, .refused, .tooLarge].contains(error.cause) else { throw error }
            return try make(wanting: reference)
        }
    }

    /// The copy, where there is a whole one of this repository that is not in pieces.
    private func open() throws(GitError) -> Repository? {
        let origin = "\(path)/origin-url"
        guard let text = Folder.text(of: origin), text == "\(remote.location.text)\n" else { return nil }
        // Each fetch leaves a pack: from time to time one is quicker than all of them.
        guard Folder.names(in: "\(path)/objects/pack").count < 200 else { return nil }
        // Nobody else is at work here: what a killed process held, it holds no more.
        Folder.removeLocks(in: path)
        return try Repository.open(path)
    }

    private func make(wanting reference: String?) throws(GitError) -> Repository {
        let partial = "\(path).partial"
        Folder.remove(partial)
        do {
            let made = try Repository.makeBare(at: partial)
            try fetch(into: made, wanting: reference)
        }
        try Folder.write("\(remote.location.text)\n", to: "\(partial)/origin-url")
        Folder.remove(path)
        guard rename(partial, path) == 0 else {
            throw GitError(
                .failed, "cannot put a copy of \(remote.location) at \(path): \(String(cString: strerror(errno)))")
        }
        return try Repository.open(path)
    }

    private func fetch(into repository: Repository, wanting reference: String?) throws(GitError) {
        var refspecs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
        if let reference, !reference.utf8.starts(with: "refs/heads/".utf8),
            !reference.utf8.starts(with: "refs/tags/".utf8)
        {
            try ReferenceName.check(reference, of: "reference")
            refspecs.append("+\(reference):\(reference)")
        }
        let branch = try repository.fetch(refspecs, of: "its branches", from: remote, prunes: true)
        if let branch { try repository.pointHead(at: branch) }
    }

    private func makeFolder() throws(GitError) {
        let parents = folder.split(separator: "/").reduce(into: [""]) { $0.append("\($0[$0.count - 1])/\($1)") }
            .dropFirst()
        for parent in parents where mkdir(parent, 0o700) != 0 && errno != EEXIST {
            let reason = String(cString: strerror(errno))
            throw GitError(.failed, "cannot make \(parent), where copies of repositories are kept: \(reason)")
        }
    }

    /// Held until it is dropped, or the process ends.
    private func lock() throws(GitError) -> Descriptor {
        let file = Descriptor(Glibc.open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
        let deadline = ContinuousClock.now + remote.access.timeout
        while file.number < 0 || flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            guard file.number >= 0, errno == EWOULDBLOCK || errno == EINTR else {
                throw GitError(.failed, "cannot lock \(path).lock: \(String(cString: strerror(errno)))")
            }
            guard ContinuousClock.now < deadline else {
                throw GitError(
                    .timeout, "another run is bringing the copy of \(remote.location) up to date and does not end")
            }
            usleep(20_000)
        }
        return file
    }
}

extension Repository {
    fileprivate static func makeBare(at path: String) throws(GitError) -> Repository {
        Library.start
        var options = git_repository_init_options()
        git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        options.flags = GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
        _ = try Handle("make a repository in \(path)", git_repository_free) {
            git_repository_init_ext(&$0, path, &options)
        }
        return try open(path)
    }

    fileprivate func pointHead(at reference: String) throws(GitError) {
        try ReferenceName.check(reference, of: "default branch")
        try check("set HEAD of \(gitFolder)") { git_repository_set_head(handle.pointer, reference) }
    }
}
