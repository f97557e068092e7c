import Formats
import Testing

/// Rows are cut eight bytes at a time where they have no quotes: whatever stands wherever to those words, the fields are the same.
@Suite struct CSVRowTests {
    private static let columns = CSV.Columns(required: ["a", "b", "c"])

    private struct Read: Equatable {
        var rows: [[String]] = []
        var places: [Int] = []
        var lines: [String] = []
    }

    private func read(_ text: String) -> Read {
        var read = Read()
        let outcome = CSV.read(Array(text.utf8), file: "u", columns: Self.columns) { row in
            read.rows.append((0..<3).map { row.text($0) })
            read.places += [row.line, row.start] + (0..<3).map { row.place($0).column }
        }
        read.lines = outcome.diagnostics.map(\.line)
        return read
    }

    @Test(arguments: 0..<27)
    func fieldsOfEveryLengthAreCutAlike(length: Int) {
        let long = String(repeating: "x", count: length)
        for row in [[long, "1", "é"], ["", long, ""], ["\t", "ß", long], [long, long, long]] {
            for end in ["\n", "\r\n"] {
                let plain = ["a,b,c", row.joined(separator: ","), "1,2,3"].joined(separator: end)
                let quoted = ["a,b,c", row.map { "\"\($0)\"" }.joined(separator: ","), "1,2,3"].joined(separator: end)
                for ending in ["", end] {
                    let read = read(plain + ending)
                    #expect(read.rows == [row, ["1", "2", "3"]])
                    #expect(read.rows == self.read(quoted + ending).rows)
                    #expect(read.lines == [])
                    let columns = [1, row[0].count + 2, row[0].count + row[1].count + 3]
                    let second = plain.utf8.count - 5
                    #expect(read.places == [2, 5 + end.utf8.count] + columns + [3, second, 1, 3, 5])
                }
            }
        }
    }

    @Test(arguments: 0..<27)
    func mistakesAreFoundBehindEveryLength(length: Int) {
        let long = String(repeating: "x", count: length)
        #expect(read("a,b,c\n\(long),2\n1,2,3\n").lines.map { $0.prefix(12) } == ["u:2:1: error"])
        #expect(read("a,b,c\n\(long),2,3,4\n1,2,3\n").rows == [["1", "2", "3"]])
        #expect(read("a,b,c\n1,2,\(long)\n\n1,2,3\n").lines.map { $0.prefix(12) } == ["u:3:1: error"])
        let stray = read("a,b,c\n\(long)x\"y,2,3\n1,2,3\n")
        #expect(stray.rows == [["1", "2", "3"]])
        #expect(stray.lines.map { $0.prefix(while: { $0 != " " }) } == ["u:2:\(length + 2):"])
    }

    @Test(arguments: 1..<70)
    func charactersAreRefusedAtEveryOffset(length: Int) {
        let long = String(repeating: "x", count: length)
        let rest = String(repeating: "y\n", count: 40)
        func places(_ bytes: [UInt8]) -> [Place?] {
            let text = Array("a\n\n\(long)".utf8) + bytes + Array(rest.utf8)
            return CSV.read(text, file: "u", columns: CSV.Columns(required: ["a"])) { _ in }.diagnostics.map(\.place)
        }
        let there = [Place(file: "u", mark: Mark(line: 3, column: length + 1))]
        let refused: [[UInt8]] = [
            [0], [0x0b], [0x1f], [0x7f], [0x0d], [0xff], [0xc3], [0xc0, 0x80], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80],
            [0xe2, 0x80, 0xa8], [0xc2, 0x85], [0xef, 0xbb, 0xbf], [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80],
            [0xf0, 0x9f, 0x98], [0x80], [0xf5, 0x80, 0x80, 0x80],
        ]
        for bytes in refused { #expect(places(bytes) == there, "\(bytes)") }
        // Of a sound file the blank line alone is left.
        for text in ["é", "ẞ", "\u{d7ff}", "\u{e000}", "😀", "\t", "\r\n", "~", " "] {
            #expect(places(Array(text.utf8)).map { $0?.line } == [2], "\(text.unicodeScalars)")
        }
    }
}
