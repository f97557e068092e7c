package import HTTP

/// Where a repository lies: a folder of this machine, or a server that speaks https or ssh.
package struct Location: Sendable, Hashable, CustomStringConvertible {
    package enum Place: Sendable, Hashable {
        /// An absolute path.
        case folder(String)
        /// `https://…`, or `http://` on this machine alone.
        case web(Origin)
        case secureShell(SecureShellAddress)
    }

    package let place: Place
    /// The absolute path, or the URL without a login and without a final slash.
    package let text: String
    /// The login that stood in the URL of a clone's origin, as CI systems leave it there.
    let login: Login?

    /// Without any credential.
    package var description: String { text }

    /// The absolute path; nil where the repository lies elsewhere.
    package var folder: String? {
        if case .folder(let path) = place { path } else { nil }
    }

    /// - Parameters:
    ///   - folder: What a relative path starts from; nil refuses relative paths.
    ///   - allowsLogin: Whether the URL may hold a user name and a password, as the origin of a clone made by CI does.
    package init(_ text: String, relativeTo folder: String? = nil, allowsLogin: Bool = false) throws(GitError) {
        guard !text.isEmpty else { throw GitError(.invalidName, "the repository's location is empty") }
        guard !text.utf8.contains(0) else { throw GitError(.invalidName, "a location cannot hold a NUL") }
        switch Self.scheme(of: text) {
        case "file":
            let path = try Self.path(ofFileURL: text)
            (place, self.text, login) = (.folder(path), path, nil)
        case "https", "http":
            (place, self.text, login) = try Self.web(text, allowsLogin: allowsLogin)
        case "ssh", "git+ssh", "ssh+git":
            let address = try SecureShellAddress(url: text)
            (place, self.text, login) = (.secureShell(address), address.description, nil)
        case .some(let scheme):
            throw GitError(
                .unsupported, "repositories by \(scheme) are not supported: use https, ssh, a path or a file:// URL")
        case nil where Self.isSecureShellShorthand(text):
            let address = try SecureShellAddress(shorthand: text)
            (place, self.text, login) = (.secureShell(address), address.description, nil)
        case nil:
            let path = try Self.absolute(text, folder)
            (place, self.text, login) = (.folder(path), path, nil)
        }
    }

    /// Whether the text is a URL and not a path.
    package static func isURL(_ text: String) -> Bool { scheme(of: text) != nil || isSecureShellShorthand(text) }

    private static func absolute(_ text: String, _ folder: String?) throws(GitError) -> String {
        if text.utf8.first == UInt8(ascii: "/") { return text }
        guard let folder else {
            throw GitError(.invalidName, "'\(text)' is neither an absolute path nor a URL")
        }
        return "\(folder)/\(text)"
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
}

// URLs of the web.
extension Location {
    private static func web(_ text: String, allowsLogin: Bool) throws(GitError) -> (Place, String, Login?) {
        var (url, login) = try splitLogin(text, allowsLogin: allowsLogin)
        guard !url.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            throw GitError(.invalidName, "a repository's URL has neither a query nor a fragment")
        }
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        let origin: Origin
        do throws(HTTPError) { origin = try Origin(of: url) } catch {
            throw GitError(.invalidName, "\(error.message)\(login == nil ? ": \(url)" : "")")
        }
        guard origin.scheme == "https" || origin.isThisMachine else {
            throw GitError(
                .unsupported,
                "\(origin) would be spoken to in the clear, where anybody could change what is applied: use https")
        }
        return (.web(origin), url, login)
    }

    /// The URL without its login, and the login.
    private static func splitLogin(_ text: String, allowsLogin: Bool) throws(GitError) -> (String, Login?) {
        let bytes = Array(text.utf8)
        guard let start = bytes.firstIndex(of: UInt8(ascii: "/")).map({ $0 + 2 }), start <= bytes.count else {
            return (text, nil)
        }
        let authority = bytes[start...].prefix { !"/?#".utf8.contains($0) }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return (text, nil) }
        guard allowsLogin else {
            throw GitError(
                .invalidName,
                "the repository's URL holds a user name or a password, which others can see: give them as "
                    + "RECONCILE_GIT_USERNAME and RECONCILE_GIT_TOKEN")
        }
        let parts = authority[..<at].split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        let words = try parts.map { part throws(GitError) in try unescaped(part, of: "the origin's URL") }
        let login = Login(username: words.first, token: words.count > 1 ? words[1] : nil)
        let rest = bytes[..<start] + authority[(at + 1)...] + bytes[authority.endIndex...]
        return (String(decoding: rest, as: UTF8.self), login)
    }
}

// URLs of files.
extension Location {
    private static func path(ofFileURL text: String) throws(GitError) -> String {
        var rest = Array(text.utf8.dropFirst("file://".count))
        if rest.starts(with: "localhost/".utf8) { rest.removeFirst("localhost".count) }
        guard rest.first == UInt8(ascii: "/") else {
            throw GitError(.invalidName, "a file:// URL begins with three slashes, and names no host")
        }
        return try unescaped(rest[...], of: "'\(text)'")
    }

    /// The text with its `%2F` and the like undone.
    static func unescaped(_ bytes: ArraySlice<UInt8>, of what: String) throws(GitError) -> String {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "%") {
                guard index + 2 < bytes.endIndex, let high = GitID.value(of: bytes[index + 1]),
                    let low = GitID.value(of: bytes[index + 2]), high << 4 | low != 0
                else { throw GitError(.invalidName, "\(what) holds a '%' that is no escape") }
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        guard let text = String(validating: result, as: UTF8.self) else {
            throw GitError(.invalidName, "\(what) is not UTF-8")
        }
        return text
    }
}

extension Origin {
    /// Whether what is sent there leaves this machine.
    fileprivate var isThisMachine: Bool {
        host == "localhost" || host == "::1" || host.utf8.starts(with: "127.".utf8)
    }
}
