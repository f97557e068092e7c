/// `STATUS.md`: what a person opens first. Markdown that shows names and messages as they are, and runs none of it.
struct StatusPage {
    let text: String

    init(_ tree: StateTree) {
        let tenants = tree.tenants.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let counts = tenants.map(\.value.status.counts)
        let objects = counts.reduce(tree.objects.count) { $0 + $1.objects }
        let people = counts.reduce(0) { $0 + $1.people }
        let active = counts.reduce(0) { $0 + $1.activePeople }
        let phases = TenantStatus.Phase.allCases.compactMap { phase -> String? in
            let count = tenants.count { $0.value.status.phase == phase }
            return count == 0 ? nil : "\(count) \(Self.words(phase))"
        }
        var lines = [
            "# \(tree.environment)", "",
            "Fleet \(tree.fleet): \(Self.count(tenants.count, "tenant", "tenants"))"
                + (phases.isEmpty ? "." : " (\(phases.joined(separator: ", ")))."), "",
            "| | |", "| --- | ---: |", "| Objects | \(objects) |",
            "| Groups | \(counts.reduce(0) { $0 + $1.groups }) |",
            "| People, tenant by tenant | \(people), \(active) active |", "",
        ]
        if let commit = tree.commit { lines += ["Last change: commit \(Self.code(String(commit.prefix(7)))).", ""] }
        lines += Self.unready(tenants)
        lines += ["Written by `reconcile`; the next run overwrites what is changed here by hand."]
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func unready(_ tenants: [(key: String, value: TenantRecord)]) -> [String] {
        let unready = tenants.filter { [.notReady, .failed, .removing].contains($0.value.status.phase) }
        guard !unready.isEmpty else { return [] }
        let rows = unready.map { name, record in
            let reasons = record.status.conditions.filter { !$0.isTrue }.map { code($0.message ?? $0.type) }
            return "| \(name) | \(words(record.status.phase)) | \(reasons.joined(separator: "<br>")) |"
        }
        return ["## Not ready", "", "| Tenant | Phase | Why |", "| --- | --- | --- |"] + rows + [""]
    }

    static func words(_ phase: TenantStatus.Phase) -> String {
        switch phase {
        case .ready: "ready"
        case .notReady: "not ready"
        case .failed: "failed"
        case .suspended: "suspended"
        case .removing: "being removed"
        }
    }

    private static func count(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }

    /// The text as a code span within one cell of a table: no mention, link, tag or further cell comes out of it.
    private static func code(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            // In a table a pipe ends the cell even inside a code span.
            case "|": line += "\\|"
            case _ where scalar.properties.isWhitespace: line += " "
            default: line.unicodeScalars.append(isShown(scalar) ? scalar : "\u{fffd}")
            }
        }
        let runs = line.split { $0 != "`" }.map(\.count)
        let fence = String(repeating: "`", count: (runs.max() ?? 0) + 1)
        return fence.count == 1 ? "`\(line)`" : "\(fence) \(line) \(fence)"
    }
}
