/// The halves of Git's smart protocol, as libgit2 asks for them.
struct Service: Sendable {
    enum Program: String, Sendable {
        /// Serves a fetch.
        case uploadPack = "upload-pack"
        /// Takes a push.
        case receivePack = "receive-pack"
    }

    let program: Program
    /// Whether the list of references is asked for, with which every conversation begins.
    let isAdvertisement: Bool
}

/// Bytes to and from a Git server program, wherever it runs.
protocol GitStream: AnyObject {
    /// What the server sent: at least one byte, or none at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int
    /// Hands all bytes on.
    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError)
}
