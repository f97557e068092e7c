import Formats

/// What can be wrong with paths, before anything is read.
enum PathChecks {
    static func check(_ entries: [RepositoryTree.Entry]) -> [Diagnostic] {
        // Swift takes differently normalised texts for equal, which is what a file system of a Mac does.
        var seen: [String: String] = [:]
        var diagnostics: [Diagnostic] = []
        for entry in entries {
            // What is unfit by its name alone was looked for where it matters, and only there.
            diagnostics += refusal(of: entry).map { [$0] } ?? []
            guard RepositoryPath.roots.contains(root(entry.path)), !entry.isCollision else { continue }
            let folded = entry.path.lowercased()
            if let other = seen[folded] {
                diagnostics.append(collision(of: entry.path, with: other))
            } else {
                seen[folded] = entry.path
            }
        }
        return diagnostics
    }

    private static func refusal(of entry: RepositoryTree.Entry) -> Diagnostic? {
        let place = Place.whole(entry.path)
        let isOurs = RepositoryPath.roots.contains(root(entry.path))
        switch entry.kind {
        case .link where isOurs:
            return DiagnosticCode.linkRefused.at(place, "symbolic links are not allowed here; commit the file itself")
        case .submodule where isOurs:
            return DiagnosticCode.submoduleRefused.at(
                place, "submodules are not supported; commit the files themselves")
        case .file where isOurs: return strangeness(entry.path).map { DiagnosticCode.strangePath.at(place, $0) }
        case .link, .submodule, .file: return nil
        case .collision(let other): return collision(of: entry.path, with: other)
        case .unfit(let reason): return DiagnosticCode.strangePath.at(place, reason)
        }
    }

    private static func collision(of path: String, with other: String) -> Diagnostic {
        DiagnosticCode.collidingPaths.at(
            .whole(path), "differs from '\(other)' only in case or Unicode form; rename or remove one",
            notes: [Diagnostic.Note("the other path", at: .whole(other))])
    }

    private static func root(_ path: String) -> String {
        if !path.isOfASCII { return String(path.prefix { $0 != "/" }) }
        return String(Substring(path.utf8.prefix { $0 != UInt8(ascii: "/") }))
    }

    /// True for paths as nearly all are, of which nothing is wrong: no part is empty or begins with a dot.
    private static func isPlain(_ path: String) -> Bool {
        var previous = UInt8(ascii: "/")
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): break
            case UInt8(ascii: "."), UInt8(ascii: "/"): guard previous != UInt8(ascii: "/") else { return false }
            default: return false
            }
            previous = byte
        }
        return previous != UInt8(ascii: "/") && path.utf8.count <= 1024
    }

    /// What is wrong with the path of a file that is read, if anything.
    static func strangeness(_ path: String) -> String? {
        if isPlain(path) { return nil }
        if path.utf8.count > 1024 { return "the path has more than 1,024 bytes" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.lowercased() == ".git" }) {
            return "a part of the path is '.', '..' or '.git'"
        }
        if let stray = path.unicodeScalars.first(where: { $0.value < 0x20 || $0.value > 0x7e || $0 == "\\" }) {
            return "\(stray.codePoint) is not allowed in a path; rename it with letters a-z, digits, '-', '_' and '.'"
        }
        return nil
    }
}

extension String {
    /// True where characters and bytes are the same.
    var isOfASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}

extension RepositoryTree.Entry {
    fileprivate var isCollision: Bool { if case .collision = kind { true } else { false } }
}
