import Formats

/// The files of one commit or work tree, to be read and nothing else.
package struct RepositoryTree: Sendable {
    package enum Kind: Sendable, Hashable {
        case file
        /// A symbolic link: refused where reconcile looks, never followed.
        case link
        /// A commit of another repository: refused, never fetched.
        case submodule
        /// Some file systems take the path for that other one, which is listed: refused, since only one of them would be there.
        case collision(with: String)
        /// A device, a socket, or an entry whose name Git itself would not write; with what is wrong, in lower case without full stop.
        case unfit(String)
    }

    package struct Entry: Sendable, Hashable {
        /// From the repository's root, with `/` between its parts.
        package let path: String
        package let kind: Kind

        package init(path: String, kind: Kind = .file) {
            self.path = path
            self.kind = kind
        }
    }

    /// Sorted by the bytes of the path.
    package let entries: [Entry]
    /// The bytes of a file. It is called from several threads at once; what it throws becomes a diagnostic.
    package let read: @Sendable (String) throws -> [UInt8]

    package init(entries: [Entry], read: @escaping @Sendable (String) throws -> [UInt8]) {
        self.entries = entries.sorted { ByteOrder.precedes($0.path, $1.path) }
        self.read = read
    }
}
