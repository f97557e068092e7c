import Formats

/// What can be wrong with paths, before anything is read.
enum PathChecks {
    static func check(_ entries: [RepositoryTree.Entry]) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        // Swift takes differently normalised texts for equal, which is what a file system of a Mac does.
        var seen: [String: String] = [:]
        for entry in entries where RepositoryPath.roots.contains(root(entry.path)) {
            let place = Place(file: entry.path)
            switch entry.kind {
            case .link: diagnostics.append(DiagnosticCode.linkRefused.at(place, "symbolic links are not allowed here"))
            case .submodule:
                diagnostics.append(DiagnosticCode.submoduleRefused.at(place, "submodules are not supported"))
            case .other: diagnostics.append(DiagnosticCode.strangePath.at(place, "neither a file nor a folder"))
            case .file:
                if let problem = strangeness(entry.path) {
                    diagnostics.append(DiagnosticCode.strangePath.at(place, problem))
                }
            }
            let folded = entry.path.lowercased()
            if let other = seen[folded] {
                let note = Diagnostic.Note("the other path", at: Place(file: other))
                diagnostics.append(
                    DiagnosticCode.collidingPaths.at(
                        place, "differs from '\(other)' only in case or Unicode form", notes: [note]))
            } else {
                seen[folded] = entry.path
            }
        }
        return diagnostics
    }

    private static func root(_ path: String) -> String {
        String(path.prefix { $0 != "/" })
    }

    private static func strangeness(_ path: String) -> String? {
        if path.utf8.count > 1024 { return "the path has more than 1,024 bytes" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.lowercased() == ".git" }) {
            return "a part of the path is '.', '..' or '.git'"
        }
        if let stray = path.unicodeScalars.first(where: { $0.value < 0x20 || $0.value > 0x7e || $0 == "\\" }) {
            let digits = String(stray.value, radix: 16, uppercase: true)
            return "U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits) is not allowed in a path"
        }
        return nil
    }
}
