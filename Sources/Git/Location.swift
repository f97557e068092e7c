import Glibc

/// Where a repository lies, as a URL or a path.
///
/// This version reads and writes repositories by path and by `file://`. Whatever else Git knows is recognised, so
/// that the error can say so.
package struct Location: Sendable, Hashable, CustomStringConvertible {
    /// Absolute.
    package let path: String

    package var description: String { path }

    /// - Parameter folder: What a relative path starts from; nil refuses relative paths.
    package init(_ text: String, relativeTo folder: String? = nil) throws(GitError) {
        guard !text.isEmpty else { throw GitError(.invalidName, "the repository's location is empty") }
        guard !text.utf8.contains(0) else { throw GitError(.invalidName, "a location cannot hold a NUL") }
        if let scheme = Self.scheme(of: text) {
            guard scheme == "file" else { throw Self.unsupported(scheme) }
            path = try Self.path(ofFileURL: text)
        } else if Self.isSecureShellShorthand(text) {
            throw Self.unsupported("ssh")
        } else if text.utf8.first == UInt8(ascii: "/") {
            path = text
        } else if let folder {
            path = "\(folder)/\(text)"
        } else {
            throw GitError(.invalidName, "'\(text)' is neither an absolute path nor a URL")
        }
    }

    /// Whether the text is a URL and not a path.
    package static func isURL(_ text: String) -> Bool { scheme(of: text) != nil || isSecureShellShorthand(text) }

    private static func unsupported(_ scheme: String) -> GitError {
        GitError(
            .unsupported, "repositories by \(scheme) are not supported: only paths and file:// URLs are")
    }

    /// `https` of `https://…` and `ext` of `ext::…`, lower case.
    private static func scheme(of text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
        let isName = bytes[..<colon].allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        let rest = bytes[(colon + 1)...]
        guard isName, rest.starts(with: "//".utf8) || rest.starts(with: ":".utf8) else { return nil }
        return String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
    }

    /// `git@host:path`: a colon before the first slash.
    private static func isSecureShellShorthand(_ text: String) -> Bool {
        let beforeSlash = text.utf8.prefix { $0 != UInt8(ascii: "/") }
        return beforeSlash.contains(UInt8(ascii: ":"))
    }

    private static func path(ofFileURL text: String) throws(GitError) -> String {
        var rest = Array(text.utf8.dropFirst("file://".count))
        if rest.starts(with: "localhost/".utf8) { rest.removeFirst("localhost".count) }
        guard rest.first == UInt8(ascii: "/") else {
            throw GitError(.invalidName, "'\(text)' names a host: a file:// URL begins with three slashes")
        }
        var path: [UInt8] = []
        var index = 0
        while index < rest.count {
            if rest[index] == UInt8(ascii: "%") {
                guard index + 2 < rest.count, let high = GitID.value(of: rest[index + 1]),
                    let low = GitID.value(of: rest[index + 2]), high << 4 | low != 0
                else { throw GitError(.invalidName, "'\(text)' holds a '%' that is no escape") }
                path.append(high << 4 | low)
                index += 3
            } else {
                path.append(rest[index])
                index += 1
            }
        }
        guard let text = String(validating: path, as: UTF8.self) else {
            throw GitError(.invalidName, "'\(text)' is not UTF-8")
        }
        return text
    }
}
