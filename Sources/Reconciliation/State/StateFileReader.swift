import Formats

/// What can be wrong with a recorded file.
enum StateCode {
    static let cutOff = "RCN1901"
    static let conflict = "RCN1902"
    static let version = "RCN1903"
    static let content = "RCN1904"
    static let missing = "RCN1905"
}

/// Takes one recorded file apart, strictly: what this program did not write is an error at its place.
struct StateFileReader {
    let file: String
    private(set) var diagnostics: [Diagnostic] = []

    init(_ file: String) {
        self.file = file
    }

    mutating func report(_ code: String = StateCode.content, at mark: Mark = .start, _ message: String) {
        diagnostics.append(Diagnostic(code, at: Place(file: file, mark: mark), message))
    }

    /// The document of a file in whole; nil, with a diagnostic, where it is cut off, torn by a merge or no YAML.
    mutating func document(_ bytes: [UInt8]) -> Node? {
        var line = 1
        for text in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            if ["<<<<<<<", ">>>>>>>", "======="].contains(where: { text.starts(with: $0.utf8) }) {
                let message = "a merge conflict was committed; resolve it on the state branch"
                report(StateCode.conflict, at: Mark(line: line, column: 1), message)
                return nil
            }
            line += 1
        }
        let end = Array("\n\(StateFiles.end)".utf8)
        guard bytes.count >= end.count, bytes.suffix(end.count).elementsEqual(end) else {
            let advice = "its last line, '# end', is missing"
            report(StateCode.cutOff, at: Mark(line: max(1, line - 1), column: 1), "the file is cut off: \(advice)")
            return nil
        }
        let parsed = YAML.parse(bytes, file: file)
        diagnostics += parsed.diagnostics
        return parsed.document
    }

    /// Whether the file is of the kind, of a version that this program reads, and about what its path says.
    mutating func checkHead(
        _ fields: Fields, kind: StateFiles.Kind, name: String, fleet: String, environment: String
    ) -> Bool {
        let held = fields.text("apiVersion", &self) ?? ""
        guard held == StateFiles.apiVersion else {
            report(StateCode.version, at: fields.mark("apiVersion"), Self.versionMessage(held))
            return false
        }
        let metadata = fields["metadata"].map { Fields($0, required: ["name"], &self) }
        for (part, holder, expected) in [
            ("kind", fields, kind.rawValue), ("name", metadata ?? fields, name), ("fleet", fields, fleet),
            ("environment", fields, environment),
        ] {
            guard let found = holder.text(part, &self), found != expected else { continue }
            let message = "the file is recorded for \(part) '\(found)', and lies where '\(expected)' belongs"
            report(at: holder.mark(part), message)
        }
        return diagnostics.isEmpty
    }

    private static func versionMessage(_ held: String) -> String {
        let number = held.utf8.starts(with: "state.reconcile.dev/v".utf8) ? Int(held.dropFirst(21)) : nil
        guard let number, number > 1 else { return "'\(held)' is no version of a record that this program knows" }
        return "the record was written by a newer reconcile (\(held)); run that version or a later one"
    }
}

/// The members of a mapping, each known and of its type, or a diagnostic.
struct Fields {
    private let node: Node

    init(_ node: Node, required: [String], optional: [String] = [], _ reader: inout StateFileReader) {
        self.node = node
        guard let entries = node.mapping else {
            reader.report(at: node.mark, "expected a mapping")
            return
        }
        for entry in entries where !required.contains(entry.key) && !optional.contains(entry.key) {
            let hint = Suggestion.phrase(for: entry.key, among: required + optional)
            reader.report(at: entry.keyMark, "unknown field '\(entry.key)' in a record\(hint)")
        }
        for key in required where node[key] == nil {
            reader.report(at: node.mark, "the record lacks '\(key)'")
        }
    }

    subscript(_ key: String) -> Node? { node[key] }

    func mark(_ key: String) -> Mark { node[key]?.mark ?? node.mark }

    /// The text as written, quoted or not; nil where it is missing, which the initializer reports where it matters.
    func text(_ key: String, _ reader: inout StateFileReader) -> String? {
        guard let value = node[key] else { return nil }
        guard let scalar = value.scalar, !scalar.text.isEmpty else {
            reader.report(at: value.mark, "'\(key)' is not a text")
            return nil
        }
        return scalar.text
    }

    func count(_ key: String, _ reader: inout StateFileReader) -> Int {
        guard let value = node[key] else { return 0 }
        guard case .int(let number) = value.scalar?.resolved, number >= 0 else {
            reader.report(at: value.mark, "'\(key)' is not a count")
            return 0
        }
        return Int(number)
    }

    func number(_ key: String, _ reader: inout StateFileReader) -> Double {
        guard let value = node[key] else { return 0 }
        switch value.scalar?.resolved {
        case .int(let number): return Double(number)
        case .double(let number) where number.isFinite: return number
        default:
            reader.report(at: value.mark, "'\(key)' is not a number")
            return 0
        }
    }

    func list(_ key: String, _ reader: inout StateFileReader) -> [Node] {
        guard let value = node[key] else { return [] }
        guard let elements = value.sequence else {
            reader.report(at: value.mark, "'\(key)' is not a list")
            return []
        }
        return elements
    }
}
