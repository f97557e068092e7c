/// The look at a file's bytes before libyaml sees them.
///
/// libyaml tells of bad bytes by their offset alone, breaks lines where Git does not, and takes quadratic time for
/// many `%TAG` directives; so all of that is found here.
enum YAMLText {
    struct Problem {
        let code: String
        let message: String
        let offset: Int
    }

    static func firstProblem(_ text: UnsafeBufferPointer<UInt8>, limits: YAML.Limits) -> Problem? {
        if text.count > limits.bytes {
            let message = "file of \(text.count) bytes; at most \(limits.bytes) are read"
            return Problem(code: YAMLCode.size, message: message, offset: 0)
        }
        if let encoding = ForeignText.encoding(text) {
            return Problem(code: YAMLCode.encoding, message: "the file is \(encoding); save it as UTF-8", offset: 0)
        }
        if ForeignText.isLFSPointer(text) {
            let message = "this is a Git LFS pointer, not the file itself; keep it out of Git LFS"
            return Problem(code: YAMLCode.encoding, message: message, offset: 0)
        }
        return firstBadCharacter(text) ?? directive(in: text, at: 0)
    }

    private static func firstBadCharacter(_ text: UnsafeBufferPointer<UInt8>) -> Problem? {
        var index = 0
        var validEnd: Int?
        while index < text.count {
            let byte = text[index]
            if byte >= 0x20, byte < 0x7f {
                index &+= 1
            } else if byte == 0x0a {
                index &+= 1
                if let problem = directive(in: text, at: index) { return problem }
            } else if byte == 0x09 || byte == 0x0d && index + 1 < text.count && text[index + 1] == 0x0a {
                index &+= 1
            } else if byte < 0x80 {
                return control(UInt32(byte), at: index)
            } else {
                let limit = validEnd ?? UTF8Check.validPrefix(of: text)
                validEnd = limit
                guard index < limit else { return invalid(byte, at: index) }
                if let code = forbidden(text, at: index) { return control(code, at: index) }
                index &+= byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
            }
        }
        return nil
    }

    /// The code of a character of two or three bytes that may not stand in a file.
    private static func forbidden(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32? {
        switch (text[index], text[index + 1]) {
        case (0xc2, 0x80...0x9f): UInt32(text[index + 1])
        case (0xe2, 0x80) where text[index + 2] & 0xfe == 0xa8: 0x2000 | UInt32(text[index + 2] & 0x3f)
        case (0xef, 0xbb) where text[index + 2] == 0xbf: 0xfeff
        case (0xef, 0xbf) where text[index + 2] >= 0xbe: 0xffc0 | UInt32(text[index + 2] & 0x3f)
        default: nil
        }
    }

    private static func control(_ code: UInt32, at offset: Int) -> Problem {
        let hex = String(code, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        let message =
            switch code {
            case 0x0d: "\(name) not allowed: a carriage return without a line feed"
            case 0x85, 0x2028, 0x2029: "\(name) not allowed: a line break that Git and most editors do not show"
            case 0xfeff: "\(name) not allowed: a byte order mark in the middle of the file"
            default: "\(name) not allowed: write it as an escape in double quotes"
            }
        return Problem(code: YAMLCode.character, message: message, offset: offset)
    }

    private static func invalid(_ byte: UInt8, at offset: Int) -> Problem {
        let message = "byte 0x\(String(byte, radix: 16)) is not UTF-8; save the file as UTF-8"
        return Problem(code: YAMLCode.encoding, message: message, offset: offset)
    }

    private static func directive(in text: UnsafeBufferPointer<UInt8>, at lineStart: Int) -> Problem? {
        guard lineStart < text.count, text[lineStart] == UInt8(ascii: "%") else { return nil }
        guard text[lineStart...].starts(with: "%TAG".utf8) else { return nil }
        return Problem(code: YAMLCode.tag, message: "%TAG is not supported", offset: lineStart)
    }
}
