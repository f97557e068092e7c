import CLibYAML

/// YAML 1.2 as people write it in a repository, read strictly.
///
/// Refused at their place: duplicate keys, anchors, aliases, merge keys, tags other than those of the core schema, keys that are no
/// scalars, more than 64 levels, bytes that are not UTF-8, control characters, and the line breaks that libyaml knows and
/// Git does not (U+0085, U+2028, U+2029, a bare CR): a hidden line would be a hidden key.
package enum YAML {
    /// `libyaml/0.2.5`
    package static var library: String { "libyaml/\(String(cString: yaml_get_version_string()))" }

    /// What a file may hold.
    package enum Stream: Sendable {
        /// Exactly one document.
        case one
        /// Any number; documents without content are left out.
        case many
    }

    package struct Limits: Sendable {
        package var bytes = 16 << 20
        package var depth = 64
        package var nodes = 250_000
        package var keyBytes = 1024
        /// After so many findings the reading ends.
        package var diagnostics = 100

        package init() {}
    }

    package struct Parsed: Sendable {
        /// The documents before the first error that ended the reading; of a duplicate key the first.
        package let documents: [Node]
        /// In the order of their places; empty when the file is sound.
        package let diagnostics: [Diagnostic]

        /// The first document of a file without errors.
        package var document: Node? { diagnostics.isEmpty ? documents.first : nil }
    }

    /// Parses a file's bytes. Line and column are those of an editor, also in files with CRLF or a byte order mark.
    package static func parse(
        _ bytes: [UInt8], file: String, stream: Stream = .one, limits: Limits = Limits()
    ) -> Parsed {
        bytes.withUnsafeBufferPointer { whole in
            let isMarked = whole.starts(with: ForeignText.byteOrderMark)
            let text = isMarked ? UnsafeBufferPointer(rebasing: whole[3...]) : whole
            if let problem = YAMLText.firstProblem(text, limits: limits) {
                let place = Place(file: file, mark: Mark(atOffset: problem.offset, of: text))
                return Parsed(documents: [], diagnostics: [Diagnostic(problem.code, at: place, problem.message)])
            }
            var reader = YAMLReader(text, file: file, limits: limits)
            return reader.read(stream)
        }
    }
}

/// Codes of what can be wrong with a YAML file.
enum YAMLCode {
    static let syntax = "RCN1101"
    static let encoding = "RCN1102"
    static let character = "RCN1103"
    static let duplicateKey = "RCN1104"
    static let depth = "RCN1105"
    static let alias = "RCN1106"
    static let tag = "RCN1107"
    static let key = "RCN1108"
    static let documents = "RCN1109"
    static let size = "RCN1110"
}
