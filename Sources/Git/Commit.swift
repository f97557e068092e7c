/// A commit, as its object says.
package struct Commit: Sendable, Hashable {
    package let id: GitID
    package let tree: GitID
    package let parents: [GitID]
    package let author: Signature
    package let committer: Signature
    /// As written; not safe for a terminal.
    package let message: String

    package init(
        id: GitID, tree: GitID, parents: [GitID], author: Signature, committer: Signature, message: String
    ) {
        self.id = id
        self.tree = tree
        self.parents = parents
        self.author = author
        self.committer = committer
        self.message = message
    }

    /// The message's first line.
    package var subject: String {
        String(message.prefix { !$0.isNewline })
    }
}

/// Who made a commit, and when.
package struct Signature: Sendable, Hashable {
    package let name: String
    package let email: String
    /// Seconds since 1970.
    package let time: Int64
    /// Minutes east of UTC where it was made.
    package let offset: Int32

    package init(name: String, email: String, time: Int64, offset: Int32 = 0) {
        self.name = name
        self.email = email
        self.time = time
        self.offset = offset
    }
}

/// A file to write, or to remove, in the next commit.
package struct FileChange: Sendable, Hashable {
    package let path: String
    /// Nil removes the file.
    package let content: [UInt8]?

    package init(path: String, content: [UInt8]?) {
        self.path = path
        self.content = content
    }
}

/// How one path of a commit differs from another commit's.
package struct PathChange: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case added, removed, changed }

    package let path: String
    package let kind: Kind
}
