/// Lines of the files that findings are about.
struct SourceLines: Sendable {
    private struct File: Sendable {
        let bytes: [UInt8]
        /// Where each line begins.
        let starts: [Int]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            var starts = [bytes.starts(with: ForeignText.byteOrderMark) ? 3 : 0]
            for index in bytes.indices where bytes[index] == 0x0a { starts.append(index + 1) }
            self.starts = starts
        }

        func line(_ number: Int) -> ArraySlice<UInt8>? {
            guard number <= starts.count else { return nil }
            let end = number < starts.count ? starts[number] - 1 : bytes.count
            let line = bytes[starts[number - 1]..<end]
            return line.last == 0x0d ? line.dropLast() : line
        }
    }

    private let files: [String: File]

    init(_ files: Set<String>, source: (String) -> [UInt8]?) {
        self.files = Dictionary(
            uniqueKeysWithValues: files.compactMap { file in source(file).map { (file, File($0)) } })
    }

    /// The characters of the place's line; nil where it cannot be shown.
    func line(of place: Place) -> [UnicodeScalar]? {
        guard !place.isWholeFile, let bytes = files[place.file]?.line(place.line) else { return nil }
        return Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }

    /// The column behind the word, scalar or cell that begins at the place; nil where the line cannot be shown.
    func endColumn(of place: Place) -> Int? {
        guard let line = line(of: place), place.column <= line.count else { return nil }
        let start = place.column - 1
        if start > 0, line[start - 1] == "." { return place.column + Word.name(in: line[start...]) }
        return place.column + Word.length(in: line[start...], isCSV: place.file.hasSuffix(".csv"))
    }
}

/// How far what begins somewhere in a line goes, as somebody sees it who knows the format and not the schema.
enum Word {
    /// The number of characters, at least one. `line` begins where the word does and is not empty.
    static func length(in line: ArraySlice<UnicodeScalar>, isCSV: Bool) -> Int {
        if isCSV { return max(1, cell(line)) }
        switch line.first {
        case "\"": return quoted(line, "\"", isEscape: { $0 == "\\" })
        case "'": return quoted(line, "'", isEscape: { _ in false })
        case "$" where line.dropFirst().first == "{":
            return line.prefix { $0 != "}" }.count + (line.contains("}") ? 1 : 0)
        case "+", "*", "/", "%", "<", ">", "=", "!", "&", "|", "?":
            return line.prefix { "+*/%<>=!&|?".unicodeScalars.contains($0) }.count
        case "{", "[", "}", "]", ",", " ", "\t", nil: return 1
        default: return max(1, plain(line))
        }
    }

    /// The same for the part of an expression behind a dot.
    static func name(in line: ArraySlice<UnicodeScalar>) -> Int {
        max(1, line.prefix { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil }.count)
    }

    private static func cell(_ line: ArraySlice<UnicodeScalar>) -> Int {
        line.first == "\"" ? quoted(line, "\"", isEscape: { _ in false }) : line.prefix { $0 != "," }.count
    }

    private static func quoted(
        _ line: ArraySlice<UnicodeScalar>, _ quote: UnicodeScalar, isEscape: (UnicodeScalar) -> Bool
    ) -> Int {
        var index = line.startIndex + 1
        while index < line.endIndex, line[index] != quote { index += isEscape(line[index]) ? 2 : 1 }
        return min(index + 1, line.endIndex) - line.startIndex
    }

    /// To what ends a plain scalar: a colon or a comment with its space, or what flow style takes for itself.
    private static func plain(_ line: ArraySlice<UnicodeScalar>) -> Int {
        var end = line.startIndex
        scan: while end < line.endIndex {
            let next = end + 1 < line.endIndex ? line[end + 1] : " "
            switch line[end] {
            case ",", "]", "}", "{", "[": break scan
            case ":" where next == " ": break scan
            case " " where next == "#": break scan
            default: end += 1
            }
        }
        while end > line.startIndex + 1, line[end - 1] == " " { end -= 1 }
        return end - line.startIndex
    }
}
