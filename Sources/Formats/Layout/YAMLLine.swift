/// One line of a YAML file, or what is left of it behind a dash, as its layout sees it.
struct LineText {
    /// The whole line.
    let raw: [UnicodeScalar]
    /// The column of its first character, from 0.
    let indent: Int
    /// Without the space around it.
    let content: String
    private let scalars: ArraySlice<UnicodeScalar>

    init(_ raw: [UnicodeScalar]) {
        self.init(raw, from: raw.prefix { $0 == " " }.count)
    }

    private init(_ raw: [UnicodeScalar], from indent: Int) {
        self.raw = raw
        var rest = raw[min(indent, raw.count)...]
        let tabs = rest.prefix { $0 == "\t" || $0 == " " }.count
        rest = rest.dropFirst(tabs)
        while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
        self.indent = indent
        scalars = rest
        content = String(rest)
    }

    var isBlank: Bool { scalars.isEmpty }
    var isComment: Bool { scalars.first == "#" }

    /// `---`, `...` or a directive.
    var isMarker: Bool { indent == 0 && (marks("---") || marks("...") || scalars.first == "%") }

    /// A marker with nothing of the document on its line.
    var isBareMarker: Bool {
        let rest = scalars.dropFirst(3).drop { $0 == " " || $0 == "\t" }
        return scalars.first == "%" || rest.isEmpty || rest.first == "#"
    }

    private func marks(_ text: String) -> Bool {
        scalars.starts(with: text.unicodeScalars) && Self.isSpace(scalars.dropFirst(3).first)
    }

    private static func isSpace(_ scalar: UnicodeScalar?) -> Bool { scalar == nil || scalar == " " || scalar == "\t" }

    /// `- `
    var isSequenceItem: Bool { scalars.first == "-" && Self.isSpace(scalars.dropFirst().first) }

    /// What stands behind the dash; nil where that is nothing but a comment.
    var behindDash: LineText? {
        let inner = scalars.dropFirst().drop { $0 == " " || $0 == "\t" }
        guard let first = inner.first, first != "#" else { return nil }
        return LineText(raw, from: inner.startIndex)
    }

    /// The key that the line begins with, the space behind its colon, and what follows.
    var key: (text: String, gap: String, value: String)? {
        guard let first = scalars.first, !"{[|>#".unicodeScalars.contains(first) else { return nil }
        var colon = scalars.startIndex
        if first == "\"" || first == "'" {
            colon = QuotedText.end(of: scalars) ?? scalars.endIndex
            while colon < scalars.endIndex, scalars[colon] == " " { colon += 1 }
            guard colon < scalars.endIndex, isColon(at: colon) else { return nil }
        } else {
            while colon < scalars.endIndex, !isColon(at: colon) {
                if scalars[colon] == "#", colon > scalars.startIndex, Self.isSpace(scalars[colon - 1]) { return nil }
                colon += 1
            }
            guard colon < scalars.endIndex else { return nil }
        }
        var text = scalars[..<colon]
        while text.last == " " { text = text.dropLast() }
        let gap = scalars[(colon + 1)...].prefix { $0 == " " || $0 == "\t" }
        return (String(text), String(gap), String(scalars[gap.endIndex...]))
    }

    private func isColon(at index: Int) -> Bool {
        scalars[index] == ":" && Self.isSpace(index + 1 < scalars.endIndex ? scalars[index + 1] : nil)
    }
}

extension String {
    init(_ scalars: some Sequence<UnicodeScalar>) {
        self = ""
        unicodeScalars.append(contentsOf: scalars)
    }
}

/// Follows a quoted scalar to its end, over lines.
struct QuotedText {
    private let quote: UnicodeScalar?
    private(set) var isClosed = false

    /// - Parameter text: from the quote on.
    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        quote = scalars.first
        isClosed = Self.end(of: scalars[...]) != nil
    }

    /// A further line.
    mutating func read(_ line: String) {
        guard let quote else { return }
        isClosed = Self.end(of: ([quote] + line.unicodeScalars)[...]) != nil
    }

    /// The index behind the closing quote, where it is on this line.
    static func end(of scalars: ArraySlice<UnicodeScalar>) -> Int? {
        guard let quote = scalars.first else { return nil }
        var index = scalars.startIndex + 1
        while index < scalars.endIndex {
            let next = index + 1 < scalars.endIndex ? scalars[index + 1] : nil
            switch scalars[index] {
            case "\\" where quote == "\"": index += 2
            case quote where quote == "'" && next == "'": index += 2
            case quote: return index + 1
            default: index += 1
            }
        }
        return nil
    }
}

/// Lays out a collection in braces or brackets, over as many lines as it has.
struct FlowText {
    /// Where the entry begins that the collection is the value of.
    private let column: Int
    private(set) var lines: [String] = []
    /// Where something stands behind it that is no comment.
    private(set) var isStrange = false
    private var depth = 0
    private var quote: UnicodeScalar?

    init(column: Int) { self.column = column }

    /// - Parameter head: what stands before it on the first line.
    /// - Returns: whether it goes on.
    mutating func read(_ text: String, head: String?) -> Bool {
        var scalars = Array(text.unicodeScalars)[...]
        let closers = scalars.prefix { $0 == "]" || $0 == "}" }.count
        let isInside = quote != nil
        let margin = String(repeating: " ", count: column + 2 * max(0, depth - (isInside ? 0 : closers)))
        var writer = FlowLine(head ?? (scalars.isEmpty ? "" : margin))
        if let open = quote {
            guard let end = QuotedText.end(of: [open] + scalars) else {
                lines.append((scalars.isEmpty ? "" : margin) + text)
                return true
            }
            writer.copy(scalars.prefix(end - 1))
            scalars = scalars.dropFirst(end - 1)
            quote = nil
        }
        let isOpen = readRest(scalars, &writer)
        lines.append(writer.text)
        return isOpen
    }

    private mutating func readRest(_ scalars: ArraySlice<UnicodeScalar>, _ writer: inout FlowLine) -> Bool {
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            if depth == 0, !writer.isEmpty, !writer.isHead {
                writer.copy(scalars[index...])
                let rest = scalars[index...].drop { $0 == " " || $0 == "\t" }
                isStrange = !rest.isEmpty && (rest.first != "#" || rest.startIndex == index)
                return false
            }
            switch scalar {
            case " ", "\t": writer.gap.append(scalar)
            case "#" where !writer.gap.isEmpty || writer.isHead:
                writer.copy(writer.takeGap() + scalars[index...])
                return true
            case "{", "[":
                depth += 1
                writer.token(scalar)
            case "}", "]":
                depth -= 1
                writer.token(scalar)
            case "\"", "'":
                guard writer.isAtToken else { fallthrough }
                guard let end = QuotedText.end(of: scalars[index...]) else {
                    writer.word(scalars[index...])
                    quote = scalar
                    return true
                }
                writer.word(scalars[index..<end])
                index = end - 1
            default: writer.token(scalar)
            }
            index += 1
        }
        return depth > 0
    }
}

/// One line of a flow collection as it is written.
struct FlowLine {
    private(set) var text: String
    /// Space that was read and not yet written.
    var gap: [UnicodeScalar] = []
    private var last: UnicodeScalar?
    private(set) var isHead = true

    init(_ head: String) { text = head }

    var isEmpty: Bool { last == nil }

    mutating func takeGap() -> [UnicodeScalar] {
        defer { gap = [] }
        return gap
    }

    mutating func copy(_ scalars: some Sequence<UnicodeScalar>) {
        text.unicodeScalars.append(contentsOf: scalars)
        for scalar in scalars { last = scalar }
        isHead = false
    }

    /// Whether a new key or value begins here, so that a quote opens one.
    var isAtToken: Bool {
        switch last {
        case nil, "{", "[", ",": true
        case ":": !gap.isEmpty
        default: false
        }
    }

    mutating func token(_ scalar: UnicodeScalar) {
        space(before: scalar)
        text.unicodeScalars.append(scalar)
        last = scalar
        isHead = false
    }

    mutating func word(_ scalars: ArraySlice<UnicodeScalar>) {
        if let first = scalars.first { space(before: first) }
        text.unicodeScalars.append(contentsOf: scalars)
        last = "a"
        isHead = false
    }

    /// One blank behind `,` and, where there was one, behind `:`; none inside brackets; between words as it was.
    private mutating func space(before next: UnicodeScalar) {
        let held = takeGap()
        switch (last, next) {
        case (nil, _), ("{", _), ("[", _), (_, ","), (_, "}"), (_, "]"): return
        case (",", _): text += " "
        case (":", _): if !held.isEmpty { text += " " }
        default: text.unicodeScalars.append(contentsOf: held)
        }
    }
}
