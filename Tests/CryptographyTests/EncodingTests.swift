import Testing

@testable import Cryptography

@Suite struct EncodingTests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        let short = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encode(Array(plain.utf8), .url) == short)
        #expect(Base64.decode(short, .url) == Array(plain.utf8))
    }

    @Test func everyByteSurvives() {
        let bytes = (0...255).map { UInt8($0) } + Random.bytes(100)
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64.decode(Base64.encode(bytes, .url), .url) == bytes)
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Base64.encode([0xfb, 0xff], .url) == "-_8")
        #expect(Base64.encode([0xfb, 0xff]) == "+/8=")
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Z===", "====", "Zm 9v", "Zm9v\n", "-_8=", "Zg==Zg==", "Zm9vé"])
    func standardRefuses(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Zg==", "Z", "Zh", "+/8", "Zm9vY"])
    func urlRefuses(_ text: String) {
        #expect(Base64.decode(text, .url) == nil)
    }

    @Test(arguments: ["0", "0g", "0x00", " 00", "é0"])
    func hexRefuses(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func hexTakesBothCases() {
        #expect(Hex.decode("00fFA9") == [0x00, 0xff, 0xa9])
    }
}

@Suite struct RandomTests {
    @Test func bytesFillTheirCount() {
        #expect(Random.bytes(0).isEmpty)
        let bytes = Random.bytes(100_000)
        #expect(bytes.count == 100_000)
        #expect(Set(bytes).count == 256)
        #expect(bytes.suffix(64).contains { $0 != 0 })
    }

    /// 620,000 characters, 10,000 of each expected: a modulo of the whole byte would give eight of them 12,100.
    @Test func alphanumericFavoursNoCharacter() {
        let text = Random.alphanumeric(620_000)
        var counts: [Character: Int] = [:]
        for character in text { counts[character, default: 0] += 1 }
        #expect(text.utf8.count == 620_000)
        #expect(counts.count == 62)
        #expect(counts.keys.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        // Eight standard deviations.
        #expect(counts.values.allSatisfy { abs($0 - 10_000) < 800 })
    }

    @Test(arguments: [0, 1, 32, 64]) func alphanumericHasTheLength(_ length: Int) {
        #expect(Random.alphanumeric(length).utf8.count == length)
    }

    @Test func uuidsAreOfVersionFour() {
        let uuid = Array(Random.uuid())
        #expect(uuid.count == 36)
        #expect([8, 13, 18, 23].allSatisfy { uuid[$0] == "-" })
        #expect(uuid[14] == "4")
        #expect("89ab".contains(uuid[19]))
        #expect(Random.uuid() != Random.uuid())
    }
}

@Suite struct TokenTests {
    @Test func matchesThePublishedExample() {
        // jwt.io's example, with its key.
        let token =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5"
            + "MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
        let payload = Array(#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#.utf8)
        let key = Array("your-256-bit-secret".utf8)
        #expect(Token.sign(payload, key: key) == token)
        #expect(Token.verify(token, key: key) == payload)
    }

    @Test func refusesWhatItDidNotSign() {
        let key = Random.bytes(32)
        let token = Token.sign(Array(#"{"sub":"ada"}"#.utf8), key: key)
        let parts = token.split(separator: ".").map(String.init)
        let none = Base64.encode(Array(#"{"alg":"none"}"#.utf8), .url)
        let other = Base64.encode(Array(#"{"sub":"eve"}"#.utf8), .url)
        #expect(Token.verify(token, key: Random.bytes(32)) == nil)
        #expect(Token.verify("\(parts[0]).\(other).\(parts[2])", key: key) == nil)
        #expect(Token.verify("\(none).\(parts[1]).", key: key) == nil)
        #expect(Token.verify("\(parts[0]).\(parts[1])", key: key) == nil)
        #expect(Token.verify("", key: key) == nil)
    }
}
