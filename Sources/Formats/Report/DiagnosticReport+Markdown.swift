extension DiagnosticReport {
    /// `2 errors, 1 warning`; notes are not counted.
    private var counts: String {
        let (errors, warnings) = (count(.error), count(.warning))
        return "\(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")"
    }

    /// The findings as a pull request shows them: how many there are, then each with its line, errors first.
    ///
    /// - Parameters:
    ///   - title: what found them: `reconcile validate`.
    ///   - bytes: what is beyond is left out, findings as a whole, and counted.
    package func markdown(_ title: String, bytes: Int) -> String {
        let heading = "### \(title): \(diagnostics.isEmpty ? "nothing found" : counts)\n"
        guard !diagnostics.isEmpty else { return heading }
        return heading + "\n" + markdownBlock(bytes: bytes - heading.utf8.count - 1)
    }

    /// The block without a heading.
    package func markdownBlock(bytes: Int) -> String {
        let sorted = diagnostics.filter { $0.severity == .error } + diagnostics.filter { $0.severity != .error }
        let entries = sorted.map { text(of: $0).split(separator: "\n").map(String.init) }
        let lines = entries.flatMap { $0 }
        let (whole, count) = MarkdownText.fence(lines, bytes: bytes)
        guard count < lines.count else { return whole }
        // Findings stay whole: the last one that began and does not fit goes with the others.
        var (fitting, used) = (0, 0)
        let (_, room) = MarkdownText.fence(lines, bytes: bytes - 120)
        for entry in entries {
            guard used + entry.count <= room else { break }
            (fitting, used) = (fitting + 1, used + entry.count)
        }
        let rest = "\(diagnostics.count - fitting) more findings are not shown here; `reconcile validate` shows all.\n"
        return (used == 0 ? "" : MarkdownText.fence(Array(lines.prefix(used))) + "\n") + rest
    }
}
