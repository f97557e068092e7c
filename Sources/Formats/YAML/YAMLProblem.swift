/// A syntax error in our words, with the advice that helps most often.
struct YAMLProblem {
    struct Raw {
        let problem: String
        let at: Mark
        let context: String?
        let contextAt: Mark
    }

    private let raw: Raw
    private let text: UnsafeBufferPointer<UInt8>

    init(_ raw: Raw, in text: UnsafeBufferPointer<UInt8>) {
        self.raw = raw
        self.text = text
    }

    func diagnostic(file: String) -> Diagnostic {
        if let offset = ForeignText.conflictMarker(text) {
            let place = Place(file: file, mark: Mark(atOffset: offset, of: text))
            return Diagnostic(
                YAMLCode.syntax, at: place, "unresolved merge conflict; keep one side, and remove the markers")
        }
        var notes: [Diagnostic.Note] = []
        if let context = raw.context, raw.contextAt < raw.at, context != "while scanning a plain scalar" {
            notes.append(Diagnostic.Note(Self.words(of: context), at: Place(file: file, mark: raw.contextAt)))
        }
        return Diagnostic(
            YAMLCode.syntax, at: Place(file: file, mark: raw.at), message + (advice.map { "; \($0)" } ?? ""),
            notes: notes)
    }

    /// What libyaml was in the middle of, in our words.
    private static func words(of context: String) -> String {
        switch context {
        case "while scanning a quoted scalar": "the quoted text begins here"
        case "while scanning a simple key": "the key begins here"
        case "while parsing a flow mapping": "the '{' stands here"
        case "while parsing a flow sequence": "the '[' stands here"
        case "while parsing a block mapping": "the map begins here"
        case "while parsing a block collection": "the list begins here"
        default: context
        }
    }

    private var message: String {
        switch raw.problem {
        case "mapping values are not allowed in this context":
            // libyaml looks no further for the ':' of a key.
            raw.at.column > 1024
                ? "a ':' is not allowed here; a key has 1024 characters at most"
                : "a ':' is not allowed here"
        case "found character that cannot start any token" where byte(at: raw.at) == 0x09:
            "a tab is not allowed here; indent with spaces"
        case "found character that cannot start any token": "this character cannot begin a value; quote the text"
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            "a tab is not allowed here; indent with spaces"
        case "found unexpected end of stream": "the file ends within a quoted text; close the quote"
        case "could not find expected ':'": "expected ':' after the key"
        case "did not find expected key": "expected a key at this indentation"
        case "did not find expected '-' indicator": "expected '-' at this indentation"
        case "did not find expected node content": "expected a value"
        case "did not find expected <document start>": "expected '---' before another document"
        case let other:
            other.hasPrefix("did not find expected")
                ? "expected" + other.dropFirst("did not find expected".count) : other
        }
    }

    static let expressionAdvice =
        "put the whole value in double quotes: an unquoted expression '${…}' may not hold braces, brackets, quotes, ': ' or ' #'"

    /// An expression that is not quoted is the usual cause where one stands on the line.
    private var advice: String? {
        for mark in [raw.at, raw.contextAt] where hasBareExpression(text.line(Int(mark.line))) {
            return Self.expressionAdvice
        }
        guard raw.problem == "mapping values are not allowed in this context", raw.at.column <= 1024 else { return nil }
        return "indent the line like its neighbours, or quote the text"
    }

    private func hasBareExpression(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        line.indices.dropLast().contains { line[$0] == UInt8(ascii: "$") && line[$0 + 1] == UInt8(ascii: "{") }
    }

    /// The byte at the mark, right for lines of ASCII up to there.
    private func byte(at mark: Mark) -> UInt8? {
        let line = text.line(Int(mark.line))
        let index = Int(mark.column) - 1
        return line.indices.contains(index) ? line[index] : nil
    }
}
