import Formats

/// A column of the tables that people read, and how its cell comes from an object.
struct TableColumn: Sendable {
    let name: String
    var type = "string"
    var format = ""
    /// Columns above 0 are shown only when asked for more.
    var priority: Int64 = 0
    let description: String
    let cell: @Sendable (TableRow) -> JSON
}

/// An object on its way into a table.
struct TableRow: Sendable {
    let object: JSON
    let now: Int64

    subscript(path: String...) -> JSON? { object[path: path] }

    /// How long ago the time at the path was, as people read it.
    func age(_ path: [String] = ["metadata", "creationTimestamp"]) -> String {
        guard let text = object[path: path]?.string, let time = RFC3339.seconds(text) else { return "<unknown>" }
        return HumanDuration.text(now - time)
    }

    /// The number at the path; nothing counts as 0.
    func number(_ path: String...) -> Int64 { object[path: path]?.int ?? 0 }

    func text(_ path: String..., or fallback: String = "") -> String { object[path: path]?.string ?? fallback }

    func list(_ path: String...) -> [JSON] { object[path: path]?.array ?? [] }
}

/// Makes tables of objects of one kind.
struct TableBuilder: Sendable {
    private let columns: [TableColumn]
    private let now: Int64
    /// `None`, `Metadata` or `Object`: what each row holds beside its cells.
    private let include: String

    init(_ resource: ResourceType, now: Int64, include: String?) {
        columns = TableColumns.columns(of: resource)
        self.now = now
        self.include = include ?? "Metadata"
    }

    func table(_ objects: [StoredObject], metadata: JSONObject, version: String, headings: Bool = true) -> JSON {
        var table: JSONObject = [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": .object(metadata),
        ]
        table["columnDefinitions"] = headings ? .array(columns.map(\.definition)) : .null
        table["rows"] = .array(objects.map(row))
        return .object(table)
    }

    private func row(_ object: StoredObject) -> JSON {
        let row = TableRow(object: object.value, now: now)
        let shown: JSON =
            switch include {
            case "None": .null
            case "Object": object.value
            default: APIServer.partial(object)
            }
        return ["cells": .array(columns.map { $0.cell(row) }), "object": shown]
    }
}

extension TableColumn {
    fileprivate var definition: JSON {
        [
            "name": .string(name), "type": .string(type), "format": .string(format),
            "description": .string(description), "priority": .int(priority),
        ]
    }
}

/// Spans of time in one or two units, as kubectl shows them.
enum HumanDuration {
    static func text(_ seconds: Int64) -> String {
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return pair(minutes, "m", seconds % 60, "s")
        case ..<(180 * 60): return "\(minutes)m"
        case ..<(8 * 3600): return pair(hours, "h", minutes % 60, "m")
        case ..<(48 * 3600): return "\(hours)h"
        case ..<(192 * 3600): return pair(days, "d", hours % 24, "h")
        case ..<(2 * 365 * 86400): return "\(days)d"
        case ..<(8 * 365 * 86400): return pair(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}
