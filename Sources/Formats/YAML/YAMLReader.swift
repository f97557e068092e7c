import CLibYAML

/// Builds the tree of a file's documents from libyaml's events.
struct YAMLReader {
    /// Ends the reading; what there is to say is among the diagnostics.
    struct Stop: Error {}

    private let text: UnsafeBufferPointer<UInt8>
    private let file: String
    private let limits: YAML.Limits
    private var diagnostics: [Diagnostic] = []
    private var depth = 0
    private var nodes = 0
    private var indentation: YAMLIndentation

    init(_ text: UnsafeBufferPointer<UInt8>, file: String, limits: YAML.Limits) {
        self.text = text
        self.file = file
        self.limits = limits
        indentation = YAMLIndentation(text)
    }

    mutating func read(_ stream: YAML.Stream) -> YAML.Parsed {
        var documents: [Node] = []
        do throws(Stop) {
            let parser = YAMLParser(text)
            while let document = try nextDocument(parser) {
                if stream == .one, !documents.isEmpty {
                    throw found(
                        YAMLCode.documents, at: document.mark,
                        "a second document; this file holds one: move the other to a file of its own")
                }
                let isEmpty = document.scalar.map { $0.isPlain && $0.text.isEmpty } ?? false
                if !isEmpty { documents.append(document) }
            }
            if stream == .one, documents.isEmpty {
                throw found(
                    YAMLCode.documents, at: .start,
                    "the file has no content; it begins with apiVersion, kind, metadata and spec")
            }
        } catch {}
        return YAML.Parsed(documents: documents, diagnostics: diagnostics.sorted())
    }

    private mutating func nextDocument(_ parser: borrowing YAMLParser) throws(Stop) -> Node? {
        while true {
            let event = try next(parser)
            switch event.kind {
            case YAML_STREAM_END_EVENT: return nil
            case YAML_DOCUMENT_START_EVENT: return try node(next(parser), parser)
            default: continue
            }
        }
    }

    private mutating func node(
        _ event: borrowing YAMLEvent, _ parser: borrowing YAMLParser
    ) throws(Stop) -> Node {
        nodes += 1
        guard nodes <= limits.nodes else {
            throw found(YAMLCode.size, at: event.mark, "more than \(limits.nodes) values in one file")
        }
        switch event.kind {
        case YAML_SCALAR_EVENT:
            return Node(.scalar(try scalar(event)), at: event.mark)
        case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
            return Node(try collection(event, parser), at: event.mark)
        default:
            throw found(YAMLCode.alias, at: event.mark, "aliases are not supported; repeat the value")
        }
    }

    private mutating func collection(
        _ event: borrowing YAMLEvent, _ parser: borrowing YAMLParser
    ) throws(Stop) -> Node.Content {
        let isSequence = event.kind == YAML_SEQUENCE_START_EVENT
        let data = event.collection
        try check(data, core: isSequence ? "tag:yaml.org,2002:seq" : "tag:yaml.org,2002:map", at: event.mark)
        depth += 1
        defer { depth -= 1 }
        if depth > limits.depth {
            throw found(YAMLCode.depth, at: event.mark, "nesting deeper than \(limits.depth) levels")
        }
        let outer = indentation.enter(isFlow: data.isFlow, at: isSequence && data.tag == nil ? event.mark : nil)
        let content: Node.Content =
            isSequence ? .sequence(try elements(parser)) : .mapping(try entries(parser))
        indentation.leave(to: outer)
        if data.isFlow { try checkLines(from: event.mark, to: indentation.end) }
        return content
    }

    private mutating func elements(_ parser: borrowing YAMLParser) throws(Stop) -> [Node] {
        var elements: [Node] = []
        while true {
            let event = try next(parser)
            if event.kind == YAML_SEQUENCE_END_EVENT {
                indentation.end = event.mark
                return elements
            }
            elements.append(try node(event, parser))
        }
    }

    private mutating func entries(_ parser: borrowing YAMLParser) throws(Stop) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var known = KnownKeys()
        while true {
            let event = try next(parser)
            if event.kind == YAML_MAPPING_END_EVENT {
                indentation.end = event.mark
                return entries
            }
            let key = try key(event)
            let keyMark = event.mark
            if entries.isEmpty { indentation.begin(at: keyMark) }
            let value = try node(next(parser), parser)
            if let first = known.insert(key, at: keyMark, after: entries) {
                let note = Diagnostic.Note("first used here", at: Place(file: file, mark: first))
                let message =
                    "duplicate key '\(key)', first used at line \(first.line), column \(first.column); remove one of them"
                report(YAMLCode.duplicateKey, at: keyMark, message, notes: [note])
                guard diagnostics.count < limits.diagnostics else {
                    throw found(YAMLCode.size, at: keyMark, "too many errors; the rest of the file was not read")
                }
            } else {
                entries.append(Node.Entry(key: key, keyMark: keyMark, value: value))
            }
        }
    }

    // MARK: Scalars

    private mutating func key(_ event: borrowing YAMLEvent) throws(Stop) -> String {
        guard event.kind == YAML_SCALAR_EVENT else {
            if event.kind == YAML_ALIAS_EVENT {
                throw found(YAMLCode.alias, at: event.mark, "aliases are not supported; repeat the value")
            }
            throw found(YAMLCode.key, at: event.mark, "a key has to be a scalar, not a list or a map")
        }
        nodes += 1
        let scalar = try scalar(event)
        guard scalar.text.utf8.count <= limits.keyBytes else {
            throw found(YAMLCode.size, at: event.mark, "key longer than \(limits.keyBytes) bytes")
        }
        if scalar.isPlain, scalar.text == "<<" {
            throw found(YAMLCode.alias, at: event.mark, "merge keys are not supported; repeat the keys")
        }
        if scalar.isPlain, scalar.text.isEmpty {
            throw found(YAMLCode.key, at: event.mark, "expected a key before ':'")
        }
        if scalar.isPlain, event.hasDollar, scalar.text.contains("${"), !scalar.text.contains("}" as Character) {
            throw found(YAMLCode.syntax, at: event.mark, "a ':' within an expression; \(YAMLProblem.expressionAdvice)")
        }
        return scalar.text
    }

    private mutating func scalar(_ event: borrowing YAMLEvent) throws(Stop) -> Node.Scalar {
        let data = event.scalar
        try checkAnchor(data.anchor != nil, at: event.mark)
        let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
        if data.isQuoted { try checkLines(from: event.mark, to: event.end) }
        if data.isPlain, text == "-" {
            throw found(YAMLCode.syntax, at: event.mark, "a '-' alone begins no value here; quote the text")
        }
        guard let tag = data.tag else { return Node.Scalar(text: text, isPlain: data.isPlain) }
        switch String(cString: tag) {
        case "!", "tag:yaml.org,2002:str": return Node.Scalar(text: text, isPlain: false)
        case "tag:yaml.org,2002:null": return try typed(text, "!!null", at: event.mark) { $0 == .null }
        case "tag:yaml.org,2002:bool":
            return try typed(text, "!!bool", at: event.mark) { if case .bool = $0 { true } else { false } }
        case "tag:yaml.org,2002:int":
            return try typed(text, "!!int", at: event.mark) { if case .int = $0 { true } else { false } }
        case "tag:yaml.org,2002:float":
            return try typed(text, "!!float", at: event.mark) { if case .double = $0 { true } else { false } }
        case let other:
            throw found(
                YAMLCode.tag, at: event.mark,
                "tag '\(other)' is not supported; remove it and write the value as plain text")
        }
    }

    private mutating func typed(
        _ text: String, _ tag: String, at mark: Mark, _ isRight: (Node.Scalar.Resolved) -> Bool
    ) throws(Stop) -> Node.Scalar {
        let scalar = Node.Scalar(text: text, isPlain: true)
        guard isRight(scalar.resolved) else { throw found(YAMLCode.tag, at: mark, "'\(text)' is not of type \(tag)") }
        return scalar
    }

    // MARK: Checks

    private mutating func check(_ data: YAMLEvent.CollectionData, core: String, at mark: Mark) throws(Stop) {
        try checkAnchor(data.isAnchored, at: mark)
        guard let tag = data.tag else { return }
        let name = String(cString: tag)
        guard name == "!" || name == core else {
            throw found(YAMLCode.tag, at: mark, "tag '\(name)' is not supported here; remove it")
        }
    }

    /// Lines on which a value goes on stand deeper than its key; libyaml does not look where there are quotes or brackets.
    private mutating func checkLines(from start: Mark, to end: Mark) throws(Stop) {
        guard end.line > start.line, let mark = indentation.firstShallow(from: start, to: end) else { return }
        let message = "this line belongs to the value that begins at line \(start.line); indent it deeper than its key"
        throw found(YAMLCode.syntax, at: mark, message)
    }

    private mutating func checkAnchor(_ isAnchored: Bool, at mark: Mark) throws(Stop) {
        if isAnchored {
            throw found(YAMLCode.alias, at: mark, "anchors and aliases are not supported; repeat the value")
        }
    }

    private mutating func next(_ parser: borrowing YAMLParser) throws(Stop) -> YAMLEvent {
        var event = YAMLEvent()
        guard !parser.parse(&event) else { return event }
        diagnostics.append(YAMLProblem(parser.problem, in: text).diagnostic(file: file))
        throw Stop()
    }

    private mutating func found(_ code: String, at mark: Mark, _ message: String) -> Stop {
        report(code, at: mark, message)
        return Stop()
    }

    private mutating func report(_ code: String, at mark: Mark, _ message: String, notes: [Diagnostic.Note] = []) {
        diagnostics.append(Diagnostic(code, at: Place(file: file, mark: mark), message, notes: notes))
    }
}

/// The keys of one mapping, to find one that comes twice; spellings that Unicode takes for one (NFC, NFD) are one key.
private struct KnownKeys {
    private static let listed = 12
    private var marks: [String: Mark] = [:]

    /// The mark of the key's first use, or nil when it is new.
    mutating func insert(_ key: String, at mark: Mark, after entries: [Node.Entry]) -> Mark? {
        if entries.count < Self.listed { return entries.first { $0.key == key }?.keyMark }
        if marks.isEmpty {
            for entry in entries { marks[entry.key] = entry.keyMark }
        }
        if let first = marks[key] { return first }
        marks[key] = mark
        return nil
    }
}
