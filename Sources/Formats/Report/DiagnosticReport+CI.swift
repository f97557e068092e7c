extension DiagnosticReport {
    /// Workflow commands of GitHub Actions, which shows each finding at its line.
    package var gitHub: String {
        diagnostics.map { diagnostic in
            let command = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
            var properties: [(String, String)] = []
            if let place = diagnostic.place {
                properties = [("file", place.file), ("line", "\(place.line)")]
                if !place.isWholeFile {
                    properties.append(("col", "\(place.column)"))
                    if let end = lines.endColumn(of: place) { properties.append(("endColumn", "\(end - 1)")) }
                }
            }
            properties.append(("title", diagnostic.code))
            let list = properties.map { "\($0)=\(Self.property($1))" }.joined(separator: ",")
            let notes = diagnostic.notes.map { note in
                "note: \(note.message)" + (note.place.map { ": \($0)" } ?? "")
            }
            let text = ([diagnostic.message] + notes).map(Self.data).joined(separator: "%0A")
            return "::\(command) \(list)::\(text)\n"
        }.joined()
    }

    /// The text of a workflow command: one line, `%` written out, and nothing in it that a terminal obeys.
    private static func data(_ text: String) -> String {
        Self.shown(text).replacingScalars { $0 == "%" ? "%25" : nil }
    }

    private static func property(_ text: String) -> String {
        data(text).replacingScalars { scalar in
            switch scalar {
            case ":": "%3A"
            case ",": "%2C"
            default: nil
            }
        }
    }

    /// A Code Quality report of GitLab.
    package var gitLab: JSON {
        .array(
            zip(diagnostics, fingerprints).map { diagnostic, fingerprint in
                let severity: JSON =
                    switch diagnostic.severity {
                    case .error: "major"
                    case .warning: "minor"
                    case .note: "info"
                    }
                // > location.path: the file containing the violation, relative to the repository
                // Every entry needs one; what is about no file is shown at the fleet's own.
                let place = diagnostic.place ?? .whole("reconcile.yaml")
                return [
                    "check_name": .string(diagnostic.code), "fingerprint": .string(fingerprint), "severity": severity,
                    "description": .string(Self.shown(diagnostic.message)),
                    "location": [
                        "path": .string(place.file), "lines": ["begin": .int(Int64(place.line))],
                    ],
                ]
            })
    }
}
