import Formats

/// Finds members that an object of a JSON text has twice. The text is known to be JSON.
struct DuplicateFields {
    private let text: [UInt8]
    private var place = 0
    /// Paths, each once, as they stand: `spec.ports[0].name`.
    private(set) var paths: [String] = []

    init(in text: [UInt8]) {
        self.text = text
        value(at: "")
    }

    private mutating func value(at path: String) {
        skipSpace()
        switch text[safely: place] {
        case UInt8(ascii: "{"): object(at: path)
        case UInt8(ascii: "["): list(at: path)
        case UInt8(ascii: "\""): _ = string()
        default:
            while let byte = text[safely: place], !",]}".utf8.contains(byte) { place += 1 }
        }
    }

    private mutating func object(at path: String) {
        var seen: Set<String> = []
        place += 1
        while true {
            skipSpace()
            guard text[safely: place] == UInt8(ascii: "\"") else { break }
            let name = string()
            let below = path.isEmpty ? name : "\(path).\(name)"
            if !seen.insert(name).inserted, !paths.contains(below) { paths.append(below) }
            skipSpace()
            place += 1
            value(at: below)
            skipSpace()
            guard text[safely: place] == UInt8(ascii: ",") else { break }
            place += 1
        }
        place += 1
    }

    private mutating func list(at path: String) {
        place += 1
        var index = 0
        skipSpace()
        while let byte = text[safely: place], byte != UInt8(ascii: "]") {
            value(at: "\(path)[\(index)]")
            index += 1
            skipSpace()
            guard text[safely: place] == UInt8(ascii: ",") else { break }
            place += 1
        }
        place += 1
    }

    /// The text between the quotes, unescaped.
    private mutating func string() -> String {
        let start = place
        place += 1
        while let byte = text[safely: place], byte != UInt8(ascii: "\"") {
            place += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        place += 1
        let literal = Array(text[start..<min(place, text.count)])
        return (try? JSON.parse(literal))?.string ?? ""
    }

    private mutating func skipSpace() {
        while let byte = text[safely: place], " \t\r\n".utf8.contains(byte) { place += 1 }
    }
}

extension [UInt8] {
    fileprivate subscript(safely index: Int) -> UInt8? { indices.contains(index) ? self[index] : nil }
}
