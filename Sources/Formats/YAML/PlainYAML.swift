/// Reads YAML as nearly all of it is written: ASCII without tabs, maps and lists by indentation, texts, brackets and braces within one
/// line, nothing escaped.
///
/// What it reads comes to the same tree as by libyaml, in a tenth of the time. Of everything else, mistakes included, it says
/// nothing, and libyaml reads it: the fuzz target holds the two against each other.
struct PlainYAML {
    /// Something here is for libyaml.
    private struct Unfit: Error {}

    private static let byteLimit = 1 << 16
    private static let depthLimit = 32
    private static let entryLimit = 64
    private static let keyLimit = 128

    private let text: UnsafeBufferPointer<UInt8>
    private let limits: YAML.Limits
    private var index = 0
    private var line = 1
    private var lineStart = 0
    /// The column from 0 at which the line begins that is read next; -1 behind the last one.
    private var indent = 0
    private var depth = 0
    private var nodes = 0
    /// What the collections around hold so far, those further out first: so each array is made once and of its right size.
    private var entries: [Node.Entry] = []
    private var elements: [Node] = []

    /// The text's only document, a map; nil where libyaml has to have a look.
    static func read(_ text: UnsafeBufferPointer<UInt8>, limits: YAML.Limits) -> Node? {
        guard text.count <= min(byteLimit, limits.bytes), CharacterCheck.isPrintable(text) else { return nil }
        var reader = PlainYAML(text, limits)
        do throws(Unfit) {
            try reader.skipToContent()
            guard reader.indent == 0, !reader.isAtDash else { return nil }
            let root = try reader.map(at: 0)
            return reader.indent < 0 ? root : nil
        } catch {
            return nil
        }
    }

    private init(_ text: UnsafeBufferPointer<UInt8>, _ limits: YAML.Limits) {
        self.text = text
        self.limits = limits
    }

    // MARK: Lines

    private var isAtEnd: Bool { index == text.count || text[index] == 0x0a }

    /// A dash that begins an element: before a space or the line's end.
    private var isAtDash: Bool {
        index < text.count && text[index] == UInt8(ascii: "-") && isBlank(index &+ 1)
    }

    /// Whether the line ends there, or a space stands there.
    private func isBlank(_ index: Int) -> Bool { index >= text.count || text[index] == 0x20 || text[index] == 0x0a }

    private var mark: Mark { Mark(line: line, column: index &- lineStart &+ 1) }

    private mutating func skipSpaces() {
        while index < text.count, text[index] == 0x20 { index &+= 1 }
    }

    /// Goes to the first character that is neither blank nor of a comment, from the beginning of a line.
    private mutating func skipToContent() throws(Unfit) {
        while true {
            skipSpaces()
            if index == text.count {
                indent = -1
                return
            }
            if text[index] == UInt8(ascii: "#") {
                while !isAtEnd { index &+= 1 }
            } else if text[index] != 0x0a {
                indent = index &- lineStart
                return
            }
            nextLine()
        }
    }

    private mutating func nextLine() {
        guard index < text.count else { return }
        index &+= 1
        line &+= 1
        lineStart = index
    }

    /// Ends a line behind a value of a map or list that stands there; only a line that is no deeper may follow.
    private mutating func endLine(within column: Int) throws(Unfit) {
        let end = index
        skipSpaces()
        if !isAtEnd {
            guard text[index] == UInt8(ascii: "#"), index > end else { throw Unfit() }
            while !isAtEnd { index &+= 1 }
        }
        nextLine()
        try skipToContent()
        guard indent <= column else { throw Unfit() }
    }

    // MARK: Blocks

    private mutating func enter() throws(Unfit) {
        depth &+= 1
        guard depth <= min(Self.depthLimit, limits.depth) else { throw Unfit() }
        try count()
    }

    private mutating func count() throws(Unfit) {
        nodes &+= 1
        guard nodes <= limits.nodes else { throw Unfit() }
    }

    /// The map whose first key stands here.
    private mutating func map(at column: Int) throws(Unfit) -> Node {
        let (mark, base) = (mark, entries.count)
        try enter()
        repeat {
            let keyMark = self.mark
            let key = try key(after: base)
            let value = try value(within: column)
            entries.append(Node.Entry(key: key, keyMark: keyMark, value: value))
        } while indent == column && !isAtDash
        guard indent < column else { throw Unfit() }
        return Node(.mapping(finish(base)), at: mark)
    }

    private mutating func finish(_ base: Int) -> [Node.Entry] {
        depth &-= 1
        let made = Array(entries[base...])
        entries.removeSubrange(base...)
        return made
    }

    /// What a key or dash has beside or below it, to the beginning of what follows.
    private mutating func value(within column: Int) throws(Unfit) -> Node {
        let end = index
        skipSpaces()
        if isAtEnd || text[index] == UInt8(ascii: "#") && index > end {
            try endBare()
            if indent > column { return isAtDash ? try list(at: indent) : try map(at: indent) }
            guard indent == column, isAtDash else { throw Unfit() }
            return try list(at: column)
        }
        guard index > end else { throw Unfit() }
        let value = try inline(isFlow: false)
        try endLine(within: column)
        return value
    }

    private mutating func endBare() throws(Unfit) {
        while !isAtEnd { index &+= 1 }
        nextLine()
        try skipToContent()
    }

    /// The list whose first dash stands here.
    private mutating func list(at column: Int) throws(Unfit) -> Node {
        let (mark, base) = (mark, elements.count)
        try enter()
        repeat {
            index &+= 1
            skipSpaces()
            guard !isAtEnd, text[index] != UInt8(ascii: "#"), !isAtDash else { throw Unfit() }
            if isAtKey {
                elements.append(try map(at: index &- lineStart))
            } else {
                let element = try inline(isFlow: false)
                try endLine(within: column)
                elements.append(element)
            }
        } while indent == column && isAtDash
        guard indent <= column else { throw Unfit() }
        depth &-= 1
        let made = Array(elements[base...])
        elements.removeSubrange(base...)
        return Node(.sequence(made), at: mark)
    }

    // MARK: Keys

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Where the key ends that begins here, at its colon; nil where there is none.
    private var keyEnd: Int? {
        guard index < text.count, Self.isOfWord(text[index]) else { return nil }
        var end = index &+ 1
        while end < text.count {
            switch text[end] {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"): break
            case UInt8(ascii: ":"): return isBlank(end &+ 1) && end &- index <= Self.keyLimit ? end : nil
            case let byte: guard Self.isOfWord(byte) else { return nil }
            }
            end &+= 1
        }
        return nil
    }

    private var isAtKey: Bool { keyEnd != nil }

    /// A key that the map does not have yet, and its colon.
    private mutating func key(after base: Int) throws(Unfit) -> String {
        guard let end = keyEnd, end &- index <= limits.keyBytes, entries.count &- base < Self.entryLimit else {
            throw Unfit()
        }
        try count()
        let key = string(index..<end)
        for other in entries.indices[base...] where entries[other].key == key { throw Unfit() }
        index = end &+ 1
        return key
    }

    private func string(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: text[range]), as: UTF8.self)
    }

    // MARK: Values within a line

    private mutating func inline(isFlow: Bool) throws(Unfit) -> Node {
        guard index < text.count else { throw Unfit() }
        switch text[index] {
        case UInt8(ascii: "{"): return try flowMap()
        case UInt8(ascii: "["): return try flowList()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try quoted()
        default: return isFlow ? try flowText() : try blockText()
        }
    }

    private mutating func scalar(_ range: Range<Int>, isPlain: Bool, at mark: Mark) throws(Unfit) -> Node {
        try count()
        return Node(.scalar(Node.Scalar(text: string(range), isPlain: isPlain)), at: mark)
    }

    private mutating func quoted() throws(Unfit) -> Node {
        let (mark, quote) = (mark, text[index])
        let start = index &+ 1
        index = start
        while !isAtEnd, text[index] != quote {
            guard text[index] != UInt8(ascii: "\\") else { throw Unfit() }
            index &+= 1
        }
        guard !isAtEnd else { throw Unfit() }
        let range = start..<index
        index &+= 1
        // A quote within single quotes is written twice.
        guard index == text.count || text[index] != quote else { throw Unfit() }
        return try scalar(range, isPlain: false, at: mark)
    }

    /// True where a text may begin: what else begins with a sign means something else, or is rare.
    private var isAtText: Bool {
        guard index < text.count else { return false }
        switch text[index] {
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "$"), UInt8(ascii: "+"), UInt8(ascii: "~"): return true
        case UInt8(ascii: "-"): return index &+ 1 < text.count && Self.isOfWord(text[index &+ 1])
        case let byte: return Self.isOfWord(byte)
        }
    }

    private mutating func blockText() throws(Unfit) -> Node {
        guard isAtText else { throw Unfit() }
        let (mark, start) = (mark, index)
        var end = index
        while !isAtEnd {
            switch text[index] {
            case 0x20:
                index &+= 1
                continue
            case UInt8(ascii: ":") where isBlank(index &+ 1): throw Unfit()
            case UInt8(ascii: "#") where end < index:
                index = end
                return try scalar(start..<end, isPlain: true, at: mark)
            default: break
            }
            index &+= 1
            end = index
        }
        index = end
        return try scalar(start..<end, isPlain: true, at: mark)
    }

    private mutating func flowText() throws(Unfit) -> Node {
        guard isAtText else { throw Unfit() }
        let (mark, start) = (mark, index)
        var end = index
        loop: while !isAtEnd {
            switch text[index] {
            case 0x20:
                index &+= 1
                continue
            case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): break loop
            case UInt8(ascii: ":"):
                // As in a URL; behind a key it would be one.
                guard index &+ 1 < text.count else { throw Unfit() }
                guard text[index &+ 1] == UInt8(ascii: "/") || Self.isOfWord(text[index &+ 1]) else { throw Unfit() }
            case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "#"), UInt8(ascii: "?"): throw Unfit()
            default: break
            }
            index &+= 1
            end = index
        }
        index = end
        return try scalar(start..<end, isPlain: true, at: mark)
    }

    private mutating func flowMap() throws(Unfit) -> Node {
        let (mark, base) = (mark, entries.count)
        try enter()
        index &+= 1
        skipSpaces()
        if index < text.count, text[index] == UInt8(ascii: "}") {
            index &+= 1
            return Node(.mapping(finish(base)), at: mark)
        }
        repeat {
            skipSpaces()
            let keyMark = self.mark
            let key = try key(after: base)
            skipSpaces()
            let value = try inline(isFlow: true)
            entries.append(Node.Entry(key: key, keyMark: keyMark, value: value))
        } while try goesOn(until: UInt8(ascii: "}"))
        return Node(.mapping(finish(base)), at: mark)
    }

    private mutating func flowList() throws(Unfit) -> Node {
        let (mark, base) = (mark, elements.count)
        try enter()
        index &+= 1
        skipSpaces()
        let isEmpty = index < text.count && text[index] == UInt8(ascii: "]")
        if isEmpty { index &+= 1 }
        while !isEmpty {
            skipSpaces()
            elements.append(try inline(isFlow: true))
            guard try goesOn(until: UInt8(ascii: "]")) else { break }
        }
        depth &-= 1
        let made = Array(elements[base...])
        elements.removeSubrange(base...)
        return Node(.sequence(made), at: mark)
    }

    /// Whether a comma stands here, or the bracket that closes; behind either.
    private mutating func goesOn(until closing: UInt8) throws(Unfit) -> Bool {
        skipSpaces()
        guard index < text.count, text[index] == UInt8(ascii: ",") || text[index] == closing else { throw Unfit() }
        index &+= 1
        return text[index &- 1] == UInt8(ascii: ",")
    }
}
