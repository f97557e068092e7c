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
        let directive = firstTagDirective(text, before: character?.offset ?? text.count)
        return directive ?? character.map(problem)
    }

    private static func problem(_ finding: CharacterCheck.Finding) -> Problem {
        let code = if case .notUTF8 = finding.kind { YAMLCode.encoding } else { YAMLCode.character }
        let message = finding.message(controlAdvice: "write it as an escape in double quotes")
        return Problem(code: code, message: message, offset: finding.offset)
    }

    private static func firstTagDirective(_ text: UnsafeBufferPointer<UInt8>, before end: Int) -> Problem? {
        var index = 0
        while let found = text.firstOffset(of: UInt8(ascii: "%"), from: index), found < end {
            if found == 0 || text[found - 1] == 0x0a, text[found...].starts(with: "%TAG".utf8) {
                return Problem(code: YAMLCode.tag, message: "%TAG is not supported", offset: found)
            }
            index = found + 1
        }
        return nil
    }
}
