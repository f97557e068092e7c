/// Where each character of a scalar stands in its file, whatever quotes, escapes and folded lines made of it.
package struct ScalarSource {
    private let marks: [Mark]

    /// Reads the scalar of a node again, from the bytes of its file (with or without a byte order mark) and the node's mark.
    ///
    /// Nil where what stands there does not come to that text.
    package init?(_ bytes: [UInt8], from mark: Mark, text: String) {
        let isMarked = bytes.starts(with: ForeignText.byteOrderMark)
        let read: [Mark]? = bytes.withUnsafeBufferPointer { whole in
            let file = UnsafeBufferPointer(rebasing: whole[(isMarked ? 3 : 0)...])
            guard let start = file.offset(ofLine: Int(mark.line)) else { return nil }
            // Quotes, escapes and indentation make the source longer than the text, but not without end.
            let end = min(file.count, start + 65_536 + 8 * text.utf8.count)
            var reader = ScalarSourceReader(file[start..<end], from: mark)
            return reader.read(text)
        }
        guard let read else { return nil }
        marks = read
    }

    /// The place of the character at that offset, counted in Unicode scalars; that of the scalar's end where the offset is its length.
    package func mark(of offset: Int) -> Mark? {
        marks.indices.contains(offset) ? marks[offset] : nil
    }
}

/// Follows a scalar through the characters of a file.
private struct ScalarSourceReader {
    private struct Character {
        let scalar: UnicodeScalar
        let mark: Mark
        var isEscaped = false
    }

    /// From the scalar's first character on, line ends as `\n` alone.
    private var source: [Character] = []
    private var index = 0
    private var made: [Character] = []

    /// Reads from the beginning of the mark's line.
    init(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, from mark: Mark) {
        var (line, column) = (Int(mark.line), 1)
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let here = Mark(line: line, column: column)
            if here >= mark, scalar != "\r" { source.append(Character(scalar: scalar, mark: here)) }
            if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        let end = Mark(line: line, column: column)
        source.append(Character(scalar: "\n", mark: end))
    }

    /// The mark of every character of the text and of its end; nil where the source does not come to it.
    mutating func read(_ text: String) -> [Mark]? {
        let wanted = Array(text.unicodeScalars)
        skipTag()
        guard let first = current else { return nil }
        let candidates: [[Character]] =
            switch first.scalar {
            case "\"", "'": [flow(quote: first.scalar)]
            case "|", ">": block(isFolded: first.scalar == ">")
            default: [flow(quote: nil, count: wanted.count)]
            }
        for candidate in candidates {
            guard candidate.count >= wanted.count, zip(candidate, wanted).allSatisfy({ $0.scalar == $1 }) else {
                continue
            }
            return candidate.prefix(wanted.count + 1).map(\.mark)
        }
        return nil
    }

    private var current: Character? { index < source.count ? source[index] : nil }

    private func peek(_ distance: Int) -> UnicodeScalar? {
        index + distance < source.count ? source[index + distance].scalar : nil
    }

    private mutating func skipTag() {
        guard current?.scalar == "!" else { return }
        while let scalar = current?.scalar, scalar != " ", scalar != "\n" { index += 1 }
        while let scalar = current?.scalar, scalar == " " || scalar == "\n" { index += 1 }
    }

    // MARK: Plain and quoted

    /// Without quotes the end is not looked for: as many characters as are asked for will do.
    private mutating func flow(quote: UnicodeScalar?, count: Int = .max) -> [Character] {
        if quote != nil { index += 1 }
        made = []
        while let character = current, made.count <= count {
            switch character.scalar {
            case "\n": fold()
            case "\\" where quote == "\"": escape()
            case "'" where quote == "'" && peek(1) == "'":
                made.append(character)
                index += 2
            case _ where character.scalar == quote:
                made.append(character)
                return made
            default:
                made.append(character)
                index += 1
            }
        }
        return made
    }

    /// One line break is a space, each further one itself; blanks around them are not there.
    private mutating func fold() {
        while let last = made.last, Self.isBlank(last.scalar), !last.isEscaped { made.removeLast() }
        let first = source[index]
        let breaks = skipBreaks()
        if breaks.isEmpty { made.append(Character(scalar: " ", mark: first.mark)) }
        made += breaks
    }

    /// Moves past the line break and the blank lines behind it, and gives those.
    private mutating func skipBreaks() -> [Character] {
        index += 1
        var breaks: [Character] = []
        while let character = current, Self.isBlank(character.scalar) || character.scalar == "\n" {
            if character.scalar == "\n" { breaks.append(character) }
            index += 1
        }
        return breaks
    }

    private mutating func escape() {
        let begin = source[index]
        guard let letter = peek(1) else {
            index += 1
            return
        }
        if letter == "\n" {
            index += 1
            made += skipBreaks()
            return
        }
        let digits = letter == "x" ? 2 : letter == "u" ? 4 : letter == "U" ? 8 : 0
        index += 2
        guard digits > 0 else {
            made.append(Character(scalar: Self.escapes[letter] ?? letter, mark: begin.mark, isEscaped: true))
            return
        }
        let text = String(String.UnicodeScalarView(source[index...].prefix(digits).map(\.scalar)))
        index = min(index + digits, source.count)
        guard let scalar = UInt32(text, radix: 16).flatMap({ UnicodeScalar($0) }) else { return }
        made.append(Character(scalar: scalar, mark: begin.mark, isEscaped: true))
    }

    private static let escapes: [UnicodeScalar: UnicodeScalar] = [
        "0": "\0", "a": "\u{7}", "b": "\u{8}", "t": "\t", "n": "\n", "v": "\u{b}", "f": "\u{c}", "r": "\r",
        "e": "\u{1b}",
        "N": "\u{85}", "_": "\u{a0}", "L": "\u{2028}", "P": "\u{2029}",
    ]

    private static func isBlank(_ scalar: UnicodeScalar) -> Bool { scalar == " " || scalar == "\t" }

    // MARK: Blocks

    /// What the block comes to for every indentation that its first line allows, the deepest first.
    private mutating func block(isFolded: Bool) -> [[Character]] {
        while let scalar = current?.scalar, scalar != "\n" { index += 1 }
        var lines: [ArraySlice<Character>] = []
        var start = index + 1
        for end in source.indices.dropFirst(start) where source[end].scalar == "\n" {
            lines.append(source[start...end])
            start = end + 1
        }
        guard let first = lines.first(where: { $0.contains { $0.scalar != " " && $0.scalar != "\n" } }) else {
            return []
        }
        let deepest = first.prefix { $0.scalar == " " }.count
        return (0...deepest).reversed().map { indentation in
            let count = lines.firstIndex { !Self.isWithin($0, indentation) } ?? lines.count
            let bodies = lines[..<count].map { $0.dropFirst(min(indentation, $0.prefix { $0.scalar == " " }.count)) }
            let block = isFolded ? Self.folded(bodies) : bodies.flatMap { $0 }
            return count < lines.count ? block + lines[count].prefix(1) : block
        }
    }

    /// Whether a line is of the block: blank, or indented as the block is.
    private static func isWithin(_ line: ArraySlice<Character>, _ indentation: Int) -> Bool {
        let leading = line.prefix { $0.scalar == " " }
        return leading.count >= indentation || leading.count == line.count - 1
    }

    /// The line break between two lines that are not indented further is a space; with blank lines between them it is not there.
    private static func folded(_ lines: [ArraySlice<Character>]) -> [Character] {
        var result: [Character] = []
        var pending: [Character] = []
        var isFoldable = false
        for line in lines {
            guard let first = line.first, let end = line.last else { continue }
            guard first.scalar != "\n" else {
                pending.append(first)
                continue
            }
            let isIndented = isBlank(first.scalar)
            if isFoldable, !isIndented, let one = pending.first {
                result += pending.count == 1 ? [Character(scalar: " ", mark: one.mark)] : Array(pending.dropFirst())
            } else {
                result += pending
            }
            result += line.dropLast()
            pending = [end]
            isFoldable = !isIndented
        }
        return result + pending
    }
}
