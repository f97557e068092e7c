import CLibGit2
import Glibc

/// An object of libgit2 that is freed with its owner. Made, used and dropped on `GitThread`.
struct Handle: ~Copyable {
    typealias Free = @convention(c) (OpaquePointer?) -> Void

    let pointer: OpaquePointer
    private let free: Free

    /// Takes what the call puts into its first argument.
    init(
        _ operation: @autoclosure () -> String, _ free: @escaping Free, _ make: (inout OpaquePointer?) -> Int32
    ) throws(GitError) {
        var made: OpaquePointer?
        let code = make(&made)
        guard code >= 0, let made else { throw GitError(operation(), code: code) }
        pointer = made
        self.free = free
    }

    deinit { free(pointer) }
}

/// libgit2's start-up, once for the process.
enum Library {
    /// Evaluated before the first repository is opened.
    static let start: Void = {
        git_libgit2_init()
        // Whose configuration this machine holds must not change what a repository means: no `insteadOf`, no
        // proxy, no credential helper, no excludes file, no template with hooks.
        for level in [GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL] {
            _ = git_option_search_path(level, "")
        }
        // Git refuses repositories of other users since their configuration can name programs. Nothing of a
        // repository is ever run here, and a container's checkout seldom belongs to its user.
        _ = git_option_flag(GIT_OPT_SET_OWNER_VALIDATION, 0)
        // An object is at most this large before it is even unpacked: what we read are text files.
        _ = git_option_size(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, 256 << 20)
    }()
}

extension Repository {
    /// `libgit2/1.5.1`
    package nonisolated static var library: String {
        var (major, minor, revision): (Int32, Int32, Int32) = (0, 0, 0)
        git_libgit2_version(&major, &minor, &revision)
        return "libgit2/\(major).\(minor).\(revision)"
    }
}

/// A mutable copy of texts in C's shape for the time of one call.
func withStringArray<R: ~Copyable, E: Error>(
    _ texts: [String], _ body: (UnsafePointer<git_strarray>) throws(E) -> R
) throws(E) -> R {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let pointers = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: max(1, texts.count))
    defer { pointers.deallocate() }
    for (index, copy) in copies.enumerated() { pointers.initializeElement(at: index, to: copy) }
    var array = git_strarray(strings: pointers.baseAddress, count: texts.count)
    return try body(&array)
}
