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
            return Problem(code: YAMLCode.encoding, message: ForeignText.lfsAdvice, offset: 0)
        }
        let character = CharacterCheck.first(in: text)
        let directive = firstDirective(text, before: character?.offset ?? text.count)
        return directive ?? character.map(problem)
    }

    private static func problem(_ finding: CharacterCheck.Finding) -> Problem {
        let code = if case .notUTF8 = finding.kind { YAMLCode.encoding } else { YAMLCode.character }
        let message = finding.message(controlAdvice: "write it as an escape in double quotes")
        return Problem(code: code, message: message, offset: finding.offset)
    }

    /// The first directive that is not taken: every `%TAG`, and `%YAML` that is not at the beginning of a document, which libyaml
    /// does not mind.
    private static func firstDirective(_ text: UnsafeBufferPointer<UInt8>, before end: Int) -> Problem? {
        var index = 0
        while let found = text.firstOffset(of: UInt8(ascii: "%"), from: index), found < end {
            index = found + 1
            guard found == 0 || text[found - 1] == 0x0a else { continue }
            let rest = text[found...]
            if rest.starts(with: "%TAG".utf8) {
                return Problem(code: YAMLCode.tag, message: "%TAG is not supported", offset: found)
            }
            if rest.starts(with: "%YAML".utf8), !isDirective(rest) || !beginsDocument(text[..<found]) {
                let message = "%YAML is expected at the beginning of a document, as '%YAML 1.2'"
                return Problem(code: YAMLCode.syntax, message: message, offset: found)
            }
        }
        return nil
    }

    /// `%YAML 1.2`, perhaps with a comment.
    private static func isDirective(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let line = rest.prefix { $0 != 0x0a && $0 != 0x0d }
        let words = line.split { $0 == 0x20 || $0 == 0x09 }
        return words.count >= 2 && words[0].elementsEqual("%YAML".utf8)
            && words[1].allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
            && (words.count == 2 || words[2].first == UInt8(ascii: "#"))
    }

    /// Whether only comments stand before, or `...` and comments.
    private static func beginsDocument(_ before: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        for line in before.split(separator: 0x0a).reversed() {
            guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }) else { continue }
            if first != UInt8(ascii: "#") { return line.starts(with: "...".utf8) }
        }
        return true
    }
}
