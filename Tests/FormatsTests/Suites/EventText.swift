import CLibYAML

@testable import Formats

/// The events of a text, each as a line of the suite's notation: `+MAP {}`, `=VAL &a <tag:…> "text`.
enum EventText {
    /// The lines up to the end or the first error, and whether there was one.
    static func lines(of bytes: [UInt8]) -> (lines: [String], isError: Bool) {
        bytes.withUnsafeBufferPointer { text in
            var lines: [String] = []
            let parser = YAMLParser(text)
            while true {
                var event = YAMLEvent()
                guard parser.parse(&event) else { return (lines, true) }
                lines.append(line(event))
                if event.kind == YAML_STREAM_END_EVENT { return (lines, false) }
            }
        }
    }

    private static func line(_ event: borrowing YAMLEvent) -> String {
        let data = event.event.data
        switch event.kind {
        case YAML_STREAM_START_EVENT: return "+STR"
        case YAML_STREAM_END_EVENT: return "-STR"
        case YAML_DOCUMENT_START_EVENT: return data.document_start.implicit == 1 ? "+DOC" : "+DOC ---"
        case YAML_DOCUMENT_END_EVENT: return data.document_end.implicit == 1 ? "-DOC" : "-DOC ..."
        case YAML_SEQUENCE_START_EVENT:
            let start = data.sequence_start
            return "+SEQ" + (start.style == YAML_FLOW_SEQUENCE_STYLE ? " []" : "") + properties(start.anchor, start.tag)
        case YAML_SEQUENCE_END_EVENT: return "-SEQ"
        case YAML_MAPPING_START_EVENT:
            let start = data.mapping_start
            return "+MAP" + (start.style == YAML_FLOW_MAPPING_STYLE ? " {}" : "") + properties(start.anchor, start.tag)
        case YAML_MAPPING_END_EVENT: return "-MAP"
        case YAML_ALIAS_EVENT: return "=ALI *" + text(data.alias.anchor)
        default:
            let scalar = data.scalar
            let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return "=VAL" + properties(scalar.anchor, scalar.tag) + " " + mark(scalar.style)
                + escaped(String(decoding: value, as: UTF8.self))
        }
    }

    private static func properties(_ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?)
        -> String
    {
        (anchor == nil ? "" : " &" + text(anchor)) + (tag == nil ? "" : " <" + text(tag) + ">")
    }

    private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }

    private static func mark(_ style: yaml_scalar_style_t) -> String {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: "'"
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: "\""
        case YAML_LITERAL_SCALAR_STYLE: "|"
        case YAML_FOLDED_SCALAR_STYLE: ">"
        default: ":"
        }
    }

    static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            case "\r": "\\r"
            case "\u{8}": "\\b"
            default: String(scalar)
            }
        }.joined()
    }

    /// What the reader made of the documents, without styles, tags and markers.
    static func lines(of documents: [Node]) -> [String] {
        var lines: [String] = []
        func add(_ node: Node) {
            switch node.content {
            case .scalar(let scalar): lines.append("=VAL " + escaped(scalar.text))
            case .sequence(let elements):
                lines.append("+SEQ")
                elements.forEach(add)
                lines.append("-SEQ")
            case .mapping(let entries):
                lines.append("+MAP")
                for entry in entries {
                    lines.append("=VAL " + escaped(entry.key))
                    add(entry.value)
                }
                lines.append("-MAP")
            }
        }
        documents.forEach(add)
        return lines
    }

    /// The suite's events as the reader's would be: without styles, tags and markers, and without documents that are empty.
    static func reduced(_ events: [String]) -> [String] {
        var lines: [String] = []
        var document: [String] = []
        var isEmpty = false
        for event in events {
            switch event.prefix(4) {
            case "+STR", "-STR", "+DOC": continue
            case "-DOC":
                if !isEmpty { lines += document }
                (document, isEmpty) = ([], false)
            case "=VAL":
                isEmpty = document.isEmpty && event == "=VAL :"
                let words = event.dropFirst(5).split(separator: " ", omittingEmptySubsequences: false)
                let text = words.drop { $0.hasPrefix("<") || $0.hasPrefix("&") }.joined(separator: " ")
                document.append("=VAL " + text.dropFirst())
            default: document.append(String(event.prefix(4)))
            }
        }
        return lines
    }
}
