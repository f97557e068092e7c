extension DiagnosticReport {
    /// The findings for programs; `schemas/diagnostics.json` says how it is built.
    ///
    /// Messages are those of the text, so that printing one is safe; paths are as they are.
    package var json: JSON {
        [
            "diagnostics": .array(diagnostics.map(json)), "errors": .int(Int64(count(.error))),
            "format_version": "1.0", "valid": .bool(count(.error) == 0), "warnings": .int(Int64(count(.warning))),
        ]
    }

    private func json(_ diagnostic: Diagnostic) -> JSON {
        var object = JSONObject([
            .init(key: "code", value: .string(diagnostic.code)),
            .init(key: "severity", value: .string(diagnostic.severity.rawValue)),
            .init(key: "message", value: .string(Self.shown(diagnostic.message))),
        ])
        object["place"] = diagnostic.place.map(json)
        if !diagnostic.notes.isEmpty {
            object["notes"] = .array(
                diagnostic.notes.map { note in
                    var value = JSONObject([.init(key: "message", value: .string(Self.shown(note.message)))])
                    value["place"] = note.place.map(json)
                    return .object(value)
                })
        }
        return .object(object)
    }

    private func json(_ place: Place) -> JSON {
        var object = JSONObject([
            .init(key: "file", value: .string(place.file)), .init(key: "line", value: .int(Int64(place.line))),
            .init(key: "column", value: .int(Int64(place.column))),
        ])
        object["endColumn"] = lines.endColumn(of: place).map { .int(Int64($0)) }
        return .object(object)
    }
}
