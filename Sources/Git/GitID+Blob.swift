import CLibGit2

extension GitID {
    /// The id that Git gives a file of these bytes.
    package init(ofBlob bytes: [UInt8]) throws(GitError) {
        Library.start
        var id = git_oid()
        let code = bytes.withUnsafeBytes { git_odb_hash(&id, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }
        try check("hash a file") { code }
        self.init(id)
    }
}
