import CLibCrypto
import Glibc

/// Values from the operating system's random source.
package enum Random {
    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let piece = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = getrandom(piece.baseAddress, piece.count, 0)
                // A signal may interrupt a long read; anything else means a kernel without getrandom(2).
                if got < 0 {
                    precondition(errno == EINTR, "the system gives no random bytes")
                } else {
                    filled += got
                }
            }
        }
    }

    /// That many characters of `A-Z a-z 0-9`, each equally likely: 5.95 bits a character.
    package static func alphanumeric(_ count: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count)
        while text.count < count {
            // 248 is the largest multiple of 62 in a byte: a remainder of what lies above would favour some characters.
            for byte in bytes(count - text.count + 8) where byte < 248 && text.count < count {
                text.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A random UUID (version 4), lower case.
    package static func uuid() -> String {
        var bytes = bytes(16)
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let parts = [bytes[0..<4], bytes[4..<6], bytes[6..<8], bytes[8..<10], bytes[10..<16]]
        return parts.map { Hex.encode($0) }.joined(separator: "-")
    }
}
