/// Words whose letters come from scripts that look alike: `Аda` with a Cyrillic first letter is not `Ada`.
enum MixedScripts {
    struct Finding {
        let message: String
        /// The character that is odd, counted from 0.
        let offset: Int
    }

    /// True where nothing can be odd: below U+0340, which is 0xcd 0x80, there are no letters but Latin ones.
    static func isLatin(_ bytes: some Sequence<UInt8>) -> Bool { bytes.allSatisfy { $0 < 0xcd } }

    /// What is odd about the text, or nil.
    static func finding(in text: String) -> Finding? {
        if isLatin(text.utf8) { return nil }
        for word in Array(text.unicodeScalars).split(whereSeparator: { $0 == " " || $0 == "-" || $0 == "'" }) {
            var first: (script: String, offset: Int)?
            for (offset, scalar) in zip(word.indices, word) {
                guard let script = script(of: scalar) else { continue }
                guard let known = first else {
                    first = (script, offset)
                    continue
                }
                guard known.script != script else { continue }
                let place = scalar.value > 0x7e ? offset : known.offset
                let odd = word[place]
                let image = image(of: odd).map { ", which looks like '\($0)'" } ?? ""
                let shown = String(String.UnicodeScalarView(word))
                return Finding(
                    message:
                        "'\(shown)' mixes \(known.script) and \(script) letters; look at \(odd.codePoint)\(image)",
                    offset: place)
            }
        }
        return nil
    }

    /// The text with letters that look like Latin ones replaced by those, in lower case: equal for texts that are hard to tell apart.
    static func skeleton(of text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            for byte in text.utf8 { add(small(byte), to: &bytes) }
        } else {
            for scalar in text.lowercased().unicodeScalars {
                if let ascii = lookalikes[scalar.value] {
                    add(ascii, to: &bytes)
                } else {
                    for byte in String(scalar).utf8 { add(byte, to: &bytes) }
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The byte of an ASCII character in lower case, a digit as the letter that it looks like.
    private static func small(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x41...0x5a: byte | 0x20
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "1"): UInt8(ascii: "l")
        default: byte
        }
    }

    /// Adds a byte; two letters that look like one become that one.
    private static func add(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch (bytes.last, byte) {
        case (UInt8(ascii: "r"), UInt8(ascii: "n")): bytes[bytes.count - 1] = UInt8(ascii: "m")
        case (UInt8(ascii: "v"), UInt8(ascii: "v")): bytes[bytes.count - 1] = UInt8(ascii: "w")
        default: bytes.append(byte)
        }
    }

    /// The ASCII letter that another one looks like, if any.
    static func image(of letter: Unicode.Scalar) -> Character? {
        guard letter.value > 0x7e, let small = letter.properties.lowercaseMapping.unicodeScalars.first else {
            return nil
        }
        return lookalikes[small.value].map { Character(Unicode.Scalar($0)) }
    }

    private static func script(of scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x41...0x5a, 0x61...0x7a, 0xc0...0xd6, 0xd8...0xf6, 0xf8...0x24f, 0x1e00...0x1eff, 0x2c60...0x2c7f:
            "Latin"
        case 0x370...0x3ff, 0x1f00...0x1fff: "Greek"
        case 0x400...0x52f, 0x1c80...0x1c8f, 0x2de0...0x2dff, 0xa640...0xa69f: "Cyrillic"
        case 0x531...0x58f: "Armenian"
        case 0x13a0...0x13ff, 0xab70...0xabbf: "Cherokee"
        case 0xff21...0xff3a, 0xff41...0xff5a: "full-width"
        default: nil
        }
    }

    /// Lower-case letters and digits, and what they look like.
    private static let lookalikes: [UInt32: UInt8] = {
        let images: [Character: Character] = [
            "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "н": "h", "і": "i", "ј": "j", "к": "k",
            "м": "m",
            "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "у": "y", "ԝ": "w", "х": "x",
            "α": "a", "γ": "y", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
            "ı": "i", "0": "o", "1": "l",
        ]
        var map: [UInt32: UInt8] = [:]
        for (letter, image) in images {
            if let letter = letter.unicodeScalars.first, let image = image.asciiValue { map[letter.value] = image }
        }
        for offset in UInt32(0)..<26 { map[0xff41 + offset] = UInt8(0x61 + offset) }
        return map
    }()
}
