import Testing

@testable import Cryptography

@Suite struct HashTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let message: [UInt8]
        let digest: String
        var testDescription: String { id }
    }

    /// FIPS 180-4 and NIST's example values.
    static let digests = [
        Case(
            id: "empty", message: [], digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        Case(
            id: "abc", message: Array("abc".utf8),
            digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        Case(
            id: "two blocks", message: Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            digest: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        Case(
            id: "a million a", message: [UInt8](repeating: 0x61, count: 1_000_000),
            digest: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test(arguments: digests) func oneShot(_ test: Case) {
        #expect(SHA256.hex(of: test.message) == test.digest)
    }

    @Test(arguments: digests, [1, 7, 64, 4096]) func inPieces(_ test: Case, size: Int) {
        // A million single bytes say no more than a thousand do.
        guard test.message.count < 1000 * size else { return }
        var hash = SHA256()
        for start in stride(from: 0, to: test.message.count, by: size) {
            hash.update(test.message[start..<min(start + size, test.message.count)])
        }
        #expect(Hex.encode(hash.finish()) == test.digest)
    }

    @Test func textIsHashedAsItsBytes() {
        #expect(SHA256.hex(of: "über") == SHA256.hex(of: [0xc3, 0xbc, 0x62, 0x65, 0x72]))
        #expect(SHA256.digest(of: "abc").count == SHA256.length)
    }

    struct Code: Sendable, CustomTestStringConvertible {
        let id: String
        let key: [UInt8]
        let message: [UInt8]
        let code: String
        var testDescription: String { id }
    }

    /// RFC 4231, test cases 1, 2, 3, 6 and 7.
    static let codes = [
        Code(
            id: "1", key: [UInt8](repeating: 0x0b, count: 20), message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Code(
            id: "2", key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Code(
            id: "3", key: [UInt8](repeating: 0xaa, count: 20), message: [UInt8](repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Code(
            id: "6", key: [UInt8](repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Code(
            id: "7", key: [UInt8](repeating: 0xaa, count: 131),
            message: Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test(arguments: codes) func hmac(_ test: Code) {
        #expect(Hex.encode(HMAC.sha256(test.message, key: test.key)) == test.code)
    }

    @Test func comparisonLooksAtEveryByte() {
        let secret = Random.bytes(32)
        #expect(ConstantTime.equal(secret, secret))
        for index in secret.indices {
            var other = secret
            other[index] ^= 0x80
            #expect(!ConstantTime.equal(secret, other))
        }
        #expect(!ConstantTime.equal(secret, Array(secret.dropLast())))
        #expect(ConstantTime.equal([], []))
    }
}
