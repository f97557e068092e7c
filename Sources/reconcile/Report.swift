import Formats
import Reconciliation
import Tenancy

/// Findings and counts, as people and programs read them.
enum Report {
    /// On standard error, one after the other with their lines, and how many there are.
    static func print(_ diagnostics: [Diagnostic], from checkout: Checkout?, _ invocation: Invocation) {
        guard !diagnostics.isEmpty else { return }
        let terminal = invocation.terminal
        terminal.raw(
            DiagnosticText.render(
                diagnostics, source: { path in try? checkout?.tree.read(path) },
                color: terminal.hasErrorColor && !invocation.parsed.flag("no-color")))
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count { $0.severity == .warning }
        terminal.note("\(plural(errors, "error")), \(plural(warnings, "warning"))")
    }

    static func json(_ diagnostics: [Diagnostic]) -> JSON {
        .object([
            "diagnostics": .array(diagnostics.map(\.json)),
            "valid": .bool(!diagnostics.contains { $0.severity == .error }),
        ])
    }

    /// `8 tenants, 21 people, 1 environment`
    static func counts(_ fleet: Fleet) -> String {
        [
            plural(fleet.tenants.count, "tenant"), plural(fleet.people.persons.count, "person", "people"),
            plural(fleet.environments.count, "environment"),
        ].joined(separator: ", ")
    }

    static func plural(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }
}

extension Diagnostic {
    /// Code, severity, message, and where it is about.
    fileprivate var json: JSON {
        var object = JSONObject([
            .init(key: "code", value: .string(code)), .init(key: "severity", value: .string(severity.rawValue)),
            .init(key: "message", value: .string(message)),
        ])
        object["place"] = place.map(Self.json)
        if !notes.isEmpty {
            object["notes"] = .array(
                notes.map { note in
                    var value = JSONObject([.init(key: "message", value: .string(note.message))])
                    value["place"] = note.place.map(Self.json)
                    return .object(value)
                })
        }
        return .object(object)
    }

    private static func json(_ place: Place) -> JSON {
        ["file": .string(place.file), "line": .int(Int64(place.line)), "column": .int(Int64(place.column))]
    }
}
