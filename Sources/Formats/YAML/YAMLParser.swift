import CLibYAML
import Glibc

/// libyaml's parser over bytes that outlive it.
struct YAMLParser: ~Copyable {
    /// On the heap because libyaml keeps pointers into the structure: it must not move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    private static let nothing: StaticString = ""

    init(_ text: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        // > Returns: 1 if the function succeeded, 0 on error.
        // The one error is a lack of memory; the first parse then fails as well.
        guard yaml_parser_initialize(parser) == 1 else { return }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // libyaml asserts that there is an address, also for no bytes.
        let start = text.baseAddress ?? UnsafePointer(Self.nothing.utf8Start)
        yaml_parser_set_input_string(parser, start, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; false when the text is wrong, which `problem` then explains.
    func parse(_ event: inout YAMLEvent) -> Bool {
        yaml_parser_parse(parser, &event.event) == 1
    }

    /// libyaml's words for what is wrong and what it was doing, with their marks.
    var problem: YAMLProblem.Raw {
        let state = parser.pointee
        return YAMLProblem.Raw(
            problem: state.problem.map { String(cString: $0) } ?? "out of memory", at: Mark(state.problem_mark),
            context: state.context.map { String(cString: $0) }, contextAt: Mark(state.context_mark))
    }
}

/// One event of libyaml's, freed when it goes out of scope.
struct YAMLEvent: ~Copyable {
    struct ScalarData {
        let value: UnsafeMutablePointer<UInt8>?
        let length: Int
        let tag: UnsafePointer<CChar>?
        let anchor: UnsafePointer<CChar>?
        let isPlain: Bool
        let isQuoted: Bool
    }

    struct CollectionData {
        let tag: UnsafePointer<CChar>?
        let isAnchored: Bool
        /// In brackets or braces.
        let isFlow: Bool
    }

    fileprivate(set) var event = yaml_event_t()

    deinit {
        // libyaml frees what the structure points to, so a copy of the structure will do.
        var last = event
        yaml_event_delete(&last)
    }

    var kind: yaml_event_type_t { event.type }
    var mark: Mark { Mark(event.start_mark) }
    var end: Mark { Mark(event.end_mark) }

    var scalar: ScalarData {
        let data = event.data.scalar
        return ScalarData(
            value: data.value, length: data.length, tag: Self.text(data.tag), anchor: Self.text(data.anchor),
            isPlain: data.style == YAML_PLAIN_SCALAR_STYLE,
            isQuoted: data.style == YAML_SINGLE_QUOTED_SCALAR_STYLE || data.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
    }

    /// Whether the scalar may hold an expression.
    var hasDollar: Bool {
        let data = event.data.scalar
        return data.value.map { memchr($0, Int32(UInt8(ascii: "$")), data.length) != nil } ?? false
    }

    /// Sequences and mappings have these at different places of the union.
    var collection: CollectionData {
        if kind == YAML_SEQUENCE_START_EVENT {
            let data = event.data.sequence_start
            return CollectionData(
                tag: Self.text(data.tag), isAnchored: data.anchor != nil, isFlow: data.style == YAML_FLOW_SEQUENCE_STYLE
            )
        }
        let data = event.data.mapping_start
        return CollectionData(
            tag: Self.text(data.tag), isAnchored: data.anchor != nil, isFlow: data.style == YAML_FLOW_MAPPING_STYLE)
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> UnsafePointer<CChar>? {
        pointer.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
    }
}

extension Mark {
    /// libyaml counts lines and columns from 0, the column in characters.
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
