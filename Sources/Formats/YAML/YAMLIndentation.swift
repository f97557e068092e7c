/// How deep the lines have to stand on which a value in quotes, brackets or braces goes on.
///
/// YAML asks for more than the indentation of the key or dash that the value belongs to; libyaml asks for nothing.
struct YAMLIndentation {
    private let text: UnsafeBufferPointer<UInt8>
    /// The spaces that a further line needs.
    private var needed = 0
    /// Above zero within brackets or braces, whose lines are looked at once they are closed.
    private var flowDepth = 0
    /// Where the collection read last ends.
    var end = Mark.start
    /// The line looked at last and its offset: values come in the order of the text.
    private var line = 1
    private var offset = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// Enters a collection; the mark is that of a sequence's first dash. Returns what has to be given back when leaving.
    mutating func enter(isFlow: Bool, at mark: Mark?) -> (needed: Int, flowDepth: Int) {
        let outer = (needed, flowDepth)
        if isFlow { flowDepth += 1 } else if let mark { begin(at: mark) }
        return outer
    }

    /// The place of a mapping's first key.
    mutating func begin(at mark: Mark) {
        if flowDepth == 0 { needed = Int(mark.column) }
    }

    mutating func leave(to outer: (needed: Int, flowDepth: Int)) {
        (needed, flowDepth) = outer
    }

    /// The first character of a line, behind that of the start, that stands too far left. Blank lines and comments may, and the bracket
    /// that ends the value, as everybody writes it.
    mutating func firstShallow(from start: Mark, to end: Mark) -> Mark? {
        guard flowDepth == 0, needed > 0 else { return nil }
        while line < end.line {
            guard let newline = text.firstOffset(of: 0x0a, from: offset) else { return nil }
            (line, offset) = (line + 1, newline + 1)
            guard line > start.line else { continue }
            let rest = text[offset...]
            let spaces = rest.prefix(needed).prefix { $0 == 0x20 }.count
            guard spaces < needed, let first = rest.dropFirst(spaces).first(where: { $0 != 0x20 && $0 != 0x09 }) else {
                continue
            }
            if ![0x0a, 0x0d, UInt8(ascii: "#"), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(first) {
                return Mark(line: line, column: spaces + 1)
            }
        }
        return nil
    }
}
