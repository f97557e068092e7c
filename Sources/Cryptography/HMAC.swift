import CLibCrypto

/// HMAC with SHA-256 (RFC 2104).
package enum HMAC {
    /// The 32 bytes of the code.
    package static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        let inner = pad(key, with: 0x36)
        let outer = pad(key, with: 0x5c)
        var hash = SHA256()
        hash.update(inner)
        hash.update(message)
        let digest = hash.finish()
        var last = SHA256()
        last.update(outer)
        last.update(digest)
        return last.finish()
    }

    private static func pad(_ key: [UInt8], with byte: UInt8) -> [UInt8] {
        let blockSize = 64
        let short = key.count > blockSize ? SHA256.digest(of: key) : key
        var block = [UInt8](repeating: byte, count: blockSize)
        for (index, value) in short.enumerated() { block[index] ^= value }
        return block
    }
}

/// Comparison whose time tells nothing about where two secrets differ.
package enum ConstantTime {
    /// Whether both hold the same bytes; only their lengths show in the time it takes.
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
