extension YAML {
    /// The text as everybody writes it: two spaces for each level, lists indented below their key, one space behind `:` and `-`, no
    /// trailing blanks, at most one blank line in a row, LF. Nothing but white space changes: comments, order, quotes stay.
    ///
    /// Nil where the text is no YAML that `parse` accepts, or cannot be laid out without changing what it means.
    package static func formatted(_ bytes: [UInt8]) -> [UInt8]? {
        let before = parse(bytes, file: "", stream: .many)
        guard before.diagnostics.isEmpty else { return nil }
        let marked = bytes.starts(with: ForeignText.byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
        var formatter = YAMLFormatter(String(decoding: marked, as: UTF8.self))
        guard let text = formatter.format() else { return nil }
        let made = Array(text.utf8)
        // What the layout may not touch is asked of the parser itself, whatever the layout thought.
        let after = parse(made, file: "", stream: .many)
        guard after.diagnostics.isEmpty, after.documents.count == before.documents.count,
            zip(after.documents, before.documents).allSatisfy({ $0.saysTheSame(as: $1) }),
            made.withoutSpace.elementsEqual(marked.withoutSpace)
        else { return nil }
        return made
    }
}

extension Node {
    /// Equal but for the marks.
    fileprivate func saysTheSame(as other: Node) -> Bool {
        switch (content, other.content) {
        case (.scalar(let one), .scalar(let two)): ByteOrder.isSame(one.text, two.text) && one.isPlain == two.isPlain
        case (.sequence(let one), .sequence(let two)):
            one.count == two.count && zip(one, two).allSatisfy { $0.saysTheSame(as: $1) }
        case (.mapping(let one), .mapping(let two)):
            one.count == two.count
                && zip(one, two).allSatisfy { ByteOrder.isSame($0.key, $1.key) && $0.value.saysTheSame(as: $1.value) }
        default: false
        }
    }
}

extension Sequence<UInt8> {
    fileprivate var withoutSpace: [UInt8] { filter { ![0x20, 0x09, 0x0a, 0x0d].contains($0) } }
}

/// Lays out one file, line by line.
struct YAMLFormatter {
    /// A block that is open: where its lines began, and where they begin now.
    private struct Level {
        let old: Int
        let new: Int
        let isSequence: Bool
    }

    private let lines: [[UnicodeScalar]]
    private var index = 0
    private var levels: [Level] = []
    private var made: [String] = []

    init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            Array(line.last == "\r" ? line.dropLast() : line)
        }
    }

    /// Nil where something turns up that is not laid out here.
    mutating func format() -> String? {
        while index < lines.count {
            let line = LineText(lines[index])
            index += 1
            if line.isBlank {
                if made.last?.isEmpty == false { made.append("") }
            } else if line.isComment {
                made.append(pad(columnOfComment(line.indent)) + line.content)
            } else if line.isMarker {
                guard line.isBareMarker else { return nil }
                levels = []
                made.append(line.content)
            } else {
                guard layOut(line) else { return nil }
            }
        }
        while made.last?.isEmpty == true { made.removeLast() }
        return made.isEmpty ? "" : made.joined(separator: "\n") + "\n"
    }

    private func pad(_ count: Int) -> String { String(repeating: " ", count: count) }

    /// A comment goes with the line that follows, or with the block that it was indented like.
    private func columnOfComment(_ old: Int) -> Int {
        let next = lines[index...].lazy.map(LineText.init).first { !$0.isBlank && !$0.isComment }
        if let level = levels.last(where: { $0.old == old }), next.map({ $0.isMarker || $0.indent < old }) ?? true {
            return level.new
        }
        guard let next, !next.isMarker else { return levels.last { $0.old <= old }?.new ?? 0 }
        return column(of: next)
    }

    /// Where the line will begin, without opening anything.
    private func column(of line: LineText) -> Int {
        var copy = self
        return copy.begin(old: line.indent, isSequence: line.isSequenceItem)
    }

    /// The new column of a line that begins at the old one; closes and opens blocks for it.
    private mutating func begin(old: Int, isSequence: Bool) -> Int {
        while let last = levels.last, last.old > old { levels.removeLast() }
        // A list may begin at the column of the key that it belongs to, and ends with the next key there.
        if let last = levels.last, last.old == old, last.isSequence, !isSequence { levels.removeLast() }
        if let last = levels.last, last.old == old, last.isSequence == isSequence { return last.new }
        let new = levels.last.map { $0.new + 2 } ?? 0
        levels.append(Level(old: old, new: new, isSequence: isSequence))
        return new
    }

    // MARK: One line and what belongs to it

    private mutating func layOut(_ line: LineText) -> Bool {
        guard line.isSequenceItem || line.key != nil else { return layOutAlone(line) }
        var rest = line
        var new = begin(old: rest.indent, isSequence: rest.isSequenceItem)
        var text = pad(new)
        while rest.isSequenceItem {
            guard let inner = rest.behindDash else {
                made.append(text + rest.content)
                return true
            }
            text += "- "
            rest = inner
            new += 2
            if rest.isSequenceItem || rest.key != nil {
                levels.append(Level(old: rest.indent, new: new, isSequence: rest.isSequenceItem))
            }
        }
        guard !rest.content.hasPrefix("? ") else { return false }
        guard let key = rest.key else { return finish(text, rest.content, column: new, hang: new) }
        if key.value.isEmpty || key.value.hasPrefix("#") {
            made.append(text + key.text + ":" + key.gap + key.value)
            return true
        }
        return finish(text + key.text + ": ", key.value, column: new, hang: new + 2)
    }

    /// A scalar or a flow collection on lines of its own, below its key or dash.
    private mutating func layOutAlone(_ line: LineText) -> Bool {
        while let last = levels.last, last.old >= line.indent, line.indent > 0 || levels.count > 1 {
            levels.removeLast()
        }
        let new = levels.last.map { $0.new + 2 } ?? 0
        return finish(pad(new), line.content, column: new, hang: new)
    }

    /// Writes a value that may go on over the next lines.
    ///
    /// - Parameters:
    ///   - column: where the entry begins that the value is of.
    ///   - hang: where further lines of a scalar begin.
    private mutating func finish(_ head: String, _ value: String, column: Int, hang: Int) -> Bool {
        switch value.unicodeScalars.first {
        case "|", ">":
            made.append(head + value)
            return copyBlockScalar(header: value)
        case "{", "[":
            var flow = FlowText(column: column)
            var isOpen = flow.read(value, head: head)
            while isOpen {
                guard index < lines.count else { return false }
                isOpen = flow.read(LineText(lines[index]).content, head: nil)
                index += 1
            }
            made += flow.lines
            return !flow.isStrange
        case "\"", "'":
            made.append(head + value)
            return copyQuoted(value, hang: hang)
        default:
            made.append(head + value)
            copyPlain(hang: hang)
            return true
        }
    }

    /// The lines of a scalar that began behind its key: how many they are decides what it says, how far in they stand does not.
    private mutating func copyPlain(hang: Int) {
        var end = index
        var last = index
        while end < lines.count {
            let line = LineText(lines[end])
            if !line.isBlank {
                guard line.indent > levels.last?.old ?? -1, !line.isComment, !line.isMarker else { break }
                last = end + 1
            }
            end += 1
        }
        for line in lines[index..<last].map(LineText.init) {
            made.append(line.isBlank ? "" : pad(hang) + line.content)
        }
        index = last
    }

    private mutating func copyQuoted(_ first: String, hang: Int) -> Bool {
        var quoted = QuotedText(first)
        while !quoted.isClosed {
            guard index < lines.count else { return false }
            let line = LineText(lines[index])
            index += 1
            made.append(line.isBlank ? "" : pad(hang) + line.content)
            quoted.read(line.content)
        }
        return true
    }

    private mutating func copyBlockScalar(header: String) -> Bool {
        guard let parent = levels.last else { return false }
        let indicators = header.unicodeScalars.dropFirst().prefix { $0 != " " && $0 != "\t" }
        let digit = indicators.compactMap { $0.properties.numericType == nil ? nil : Int(String($0)) }.first
        let rest = lines[index...].map(LineText.init)
        let first = rest.first { !$0.isBlank }
        let base = digit.map { parent.old + $0 } ?? first.map(\.indent) ?? 0
        guard base > parent.old, first.map({ $0.indent >= base }) ?? false else { return true }
        var content = Array(rest.prefix { $0.isBlank || $0.indent >= base })
        if !indicators.contains("+") { while content.last?.isBlank == true { content.removeLast() } }
        for line in content {
            let inner = line.raw.dropFirst(base)
            made.append(inner.isEmpty ? "" : pad(parent.new + (digit ?? 2)) + String(inner))
        }
        index += content.count
        return true
    }
}
