/// A repository behind ssh: `git@example.com:team/fleet.git` or `ssh://git@example.com:2222/team/fleet.git`.
///
/// Whatever could be an option or a command is refused, since the words end on the command line of `ssh`.
package struct SecureShellAddress: Sendable, Hashable, CustomStringConvertible {
    /// Nil for the user whom ssh takes.
    package let user: String?
    /// A name or an address, an IPv6 address without its brackets.
    package let host: String
    /// Nil for the port that ssh takes.
    package let port: Int?
    /// As the server gets it; relative ones start from the user's home.
    package let path: String

    package var description: String {
        let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        let login = user.map { "\($0)@" } ?? ""
        if let port { return "ssh://\(login)\(host):\(port)\(path.utf8.first == UInt8(ascii: "/") ? "" : "/")\(path)" }
        return path.utf8.first == UInt8(ascii: "/") ? "ssh://\(login)\(host)\(path)" : "\(login)\(host):\(path)"
    }

    /// `[user@]host:path`
    init(shorthand text: String) throws(GitError) {
        let bytes = Array(text.utf8)
        let start = bytes.firstIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? 0
        var end = bytes[start...].firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        if start < bytes.count, bytes[start] == UInt8(ascii: "["),
            let bracket = bytes[start...].firstIndex(of: UInt8(ascii: "]"))
        {
            end = bracket + 1
        }
        try self.init(authority: bytes[..<end], path: bytes[min(end + 1, bytes.count)...], of: text)
    }

    /// `ssh://[user@]host[:port]/path`
    init(url text: String) throws(GitError) {
        let bytes = Array(text.utf8)
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), slash + 2 <= bytes.count else {
            throw Self.refusal(text, "it names no host")
        }
        let authority = bytes[(slash + 2)...].prefix { $0 != UInt8(ascii: "/") }
        var path = bytes[authority.endIndex...]
        // `/~/fleet.git` lies in the user's home.
        if path.starts(with: "/~".utf8) { path = path.dropFirst() }
        let plain = try Location.unescaped(path, of: "'\(text)'")
        try self.init(authority: authority, path: Array(plain.utf8)[...], of: text)
    }

    private init(authority: ArraySlice<UInt8>, path: ArraySlice<UInt8>, of text: String) throws(GitError) {
        var rest = authority
        var user: String?
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
            user = String(decoding: rest[..<at], as: UTF8.self)
            rest = rest[(at + 1)...]
        }
        var port: Int?
        if let colon = rest.lastIndex(of: UInt8(ascii: ":")), rest.last != UInt8(ascii: "]") {
            guard let number = Int(String(decoding: rest[(colon + 1)...], as: UTF8.self)), (1...65535).contains(number)
            else { throw Self.refusal(text, "its port is malformed") }
            port = number
            rest = rest[..<colon]
        }
        if rest.first == UInt8(ascii: "["), rest.last == UInt8(ascii: "]") { rest = rest.dropFirst().dropLast() }
        self.user = user
        self.port = port
        host = String(decoding: rest, as: UTF8.self)
        self.path = String(decoding: path, as: UTF8.self)
        try check(text)
    }

    private func check(_ text: String) throws(GitError) {
        if let user, user.isEmpty || user.utf8.first == UInt8(ascii: "-") || !user.utf8.allSatisfy(Self.isWordByte) {
            throw Self.refusal(text, "its user name holds a character that it cannot have")
        }
        let isHost = host.utf8.allSatisfy { Self.isWordByte($0) || $0 == UInt8(ascii: ":") }
        guard !host.isEmpty, host.utf8.first != UInt8(ascii: "-"), isHost else {
            throw Self.refusal(text, host.isEmpty ? "it names no host" : "its host is malformed")
        }
        let isPlain = path.unicodeScalars.allSatisfy { !Names.isDeceptive($0) }
        guard !path.isEmpty, path != "/", path.utf8.first != UInt8(ascii: "-"), isPlain else {
            throw Self.refusal(text, "it names no repository")
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func refusal(_ text: String, _ reason: String) -> GitError {
        GitError(.invalidName, "cannot use '\(text)': \(reason)")
    }
}
