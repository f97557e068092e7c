/// What is tried with texts that nobody meant: `make fuzz` makes them up, tests hold on to what was found.
public enum FuzzTarget: String, CaseIterable, Sendable {
    case yaml, json, csv, expressions

    /// What is wrong with what the text came to; nil where all is as it has to be.
    public func complaint(about bytes: [UInt8]) -> String? {
        switch self {
        case .yaml: YAMLProperties.complaint(about: bytes)
        case .json: JSONProperties.complaint(about: bytes)
        case .csv: CSVProperties.complaint(about: bytes)
        case .expressions: ExpressionProperties.complaint(about: bytes)
        }
    }
}

/// Lines and columns of a text, as editors count them.
struct TextShape {
    private let widths: [Int]

    init(_ bytes: [UInt8]) {
        let isMarked = bytes.starts(with: [0xef, 0xbb, 0xbf])
        widths = bytes.dropFirst(isMarked ? 3 : 0).split(separator: 0x0a, omittingEmptySubsequences: false).map {
            line in
            line.count { $0 & 0xc0 != 0x80 }
        }
    }

    /// Whether the place is that of a character, or the one behind the last of its line, or of the file.
    func holds(line: Int, column: Int) -> Bool {
        if line == widths.count + 1 { return column == 1 }
        return (1...widths.count).contains(line) && (1...widths[line - 1] + 1).contains(column)
    }
}
