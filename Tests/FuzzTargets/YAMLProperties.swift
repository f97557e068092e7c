import Formats

/// A tree or diagnostics, never both; every place is in the file; what was read can be written and read again.
enum YAMLProperties {
    static func complaint(about bytes: [UInt8]) -> String? {
        let shape = TextShape(bytes)
        let one = YAML.parse(bytes, file: "f")
        let many = YAML.parse(bytes, file: "f", stream: .many)
        if one.diagnostics.isEmpty, one.document == nil { return "neither a document nor a diagnostic" }
        if one.diagnostics.isEmpty != (one.document != nil) { return "a document beside a diagnostic" }
        if one.document != nil, many.documents.count > 1 { return "one document and several" }
        for diagnostic in one.diagnostics + many.diagnostics {
            guard let place = diagnostic.place, shape.holds(line: place.line, column: place.column) else {
                return "no such place: \(diagnostic.line)"
            }
        }
        let report = DiagnosticReport(many.diagnostics) { _ in bytes }
        let printed = report.text() + report.gitHub
        if printed.utf8.contains(where: { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f }) {
            return "control bytes in \(printed)"
        }
        for document in many.documents {
            if let complaint = self.complaint(about: document, bytes, shape) { return complaint }
        }
        return nil
    }

    private static func complaint(about node: Node, _ bytes: [UInt8], _ shape: TextShape) -> String? {
        if let complaint = places(node, bytes, shape) { return complaint }
        let json = node.json
        let written = YAML.text(of: json)
        let again = YAML.parse(Array(written.utf8), file: "again")
        guard let read = again.document?.json else {
            // What is no content is no document; a key may be longer written than it may be read.
            let codes = Set(again.diagnostics.map(\.code))
            return codes.isSubset(of: ["RCN1109", "RCN1110", "RCN1108"])
                ? nil : "unreadable: \(again.diagnostics) \(written)"
        }
        return read == json ? nil : "read as \(read.text), written was \(json.text) as \(written)"
    }

    private static func places(_ node: Node, _ bytes: [UInt8], _ shape: TextShape) -> String? {
        guard shape.holds(line: Int(node.mark.line), column: Int(node.mark.column)) else {
            return "a node at \(node.mark)"
        }
        switch node.content {
        case .scalar(let scalar):
            guard let source = ScalarSource(bytes, from: node.mark, text: scalar.text) else { return nil }
            let end = source.mark(of: scalar.text.unicodeScalars.count)
            let isThere = end.map { shape.holds(line: Int($0.line), column: Int($0.column)) } ?? false
            return isThere ? nil : "a scalar that ends at \(String(describing: end))"
        case .sequence(let elements):
            for element in elements {
                if let complaint = places(element, bytes, shape) { return complaint }
            }
        case .mapping(let entries):
            for entry in entries {
                if let complaint = places(entry.value, bytes, shape) { return complaint }
            }
        }
        return nil
    }
}
