/// What makes a text from outside unfit as a name: it would look like another, or do something to a terminal.
enum Names {
    /// Whether the character is a control, changes the direction of writing, or cannot be seen at all.
    static func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f: true
        case 0x00ad, 0x061c, 0x180e, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff: true
        case 0xfff9...0xfffb, 0xe0000...0xe0fff: true
        default: false
        }
    }

    /// Whether a file system may take the name for `.git`: in another case, with characters that HFS+ passes over,
    /// or as Windows shortens and completes names. Each once ran code from a repository (CVE-2014-9390 and its kin).
    static func isTakenForGitFolder(_ name: String) -> Bool {
        // Byte by byte from here on: a combining mark would make another character of the one before it.
        var bytes: [UInt8] = []
        for scalar in name.unicodeScalars where !isPassedOverByHFS(scalar) {
            bytes.append(contentsOf: String(scalar).lowercased().utf8)
        }
        var visible = bytes.prefix { $0 != UInt8(ascii: ":") }
        while let last = visible.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") { visible.removeLast() }
        return visible.elementsEqual(".git".utf8) || visible.elementsEqual("git~1".utf8)
    }

    private static func isPassedOverByHFS(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200c...0x200f, 0x202a...0x202e, 0x206a...0x206f, 0xfeff: true
        default: false
        }
    }
}

/// A branch by its short name, `main` or `reconcile/state/prod`, known to be no option, range or refspec.
package struct BranchName: Sendable, Hashable, CustomStringConvertible {
    package let name: String

    /// `refs/heads/<name>`: the only form that libgit2 sees.
    package var reference: String { "refs/heads/\(name)" }

    package var description: String { name }

    package init(_ name: String) throws(GitError) {
        try ReferenceName.check(name, of: "branch")
        self.name = name
    }
}

/// Git's rules for names of references, and a few more.
enum ReferenceName {
    static func check(_ name: String, of what: String) throws(GitError) {
        if let reason = objection(to: name) {
            throw GitError(.invalidName, "'\(name)' cannot be the name of a \(what): \(reason)")
        }
    }

    /// What is wrong with the name, or nil where nothing is.
    static func objection(to name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.utf8.count > 1000 { return "it is longer than 1000 bytes" }
        // Scalars and bytes throughout: a combining mark makes another character of the one before it.
        if let first = name.unicodeScalars.first, first == "-" || first == "+" { return "it begins with '\(first)'" }
        for scalar in name.unicodeScalars {
            if Names.isDeceptive(scalar) { return "it holds U+\(hex(scalar)), which cannot be seen" }
            if " ~^:?*[\\".unicodeScalars.contains(scalar) { return "it holds '\(scalar)'" }
        }
        let scalars = Array(name.unicodeScalars)
        for (one, next) in zip(scalars, scalars.dropFirst()) {
            if one == "." && next == "." { return "it holds '..'" }
            if one == "@" && next == "{" { return "it holds '@{'" }
        }
        if name == "@" { return "it is '@'" }
        for part in name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if part.isEmpty { return "it has an empty part" }
            if part.first == UInt8(ascii: ".") { return "a part of it begins with '.'" }
            if part.last == UInt8(ascii: ".") { return "a part of it ends with '.'" }
            if part.suffix(5).elementsEqual(".lock".utf8) { return "a part of it ends with '.lock'" }
        }
        return nil
    }

    private static func hex(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// What a person may write where a commit is meant.
package enum Revision: Sendable, Hashable {
    /// The commit that is checked out, or the default branch of a bare repository.
    case head
    /// All 40 digits: never a branch, whatever somebody called one.
    case id(GitID)
    /// A full reference: `refs/heads/main`.
    case reference(String)
    /// A branch, a tag, a branch of a remote, or the first digits of a commit's id.
    case name(String)

    /// Refuses everything that Git would take for more than a name: ranges, `main~3`, `:/text`, refspecs, options.
    package init(_ text: String) throws(GitError) {
        if text == "HEAD" {
            self = .head
        } else if let id = GitID(text) {
            self = .id(id)
        } else {
            try ReferenceName.check(text, of: "branch, tag or commit")
            self = text.utf8.starts(with: "refs/".utf8) ? .reference(text) : .name(text)
        }
    }
}
