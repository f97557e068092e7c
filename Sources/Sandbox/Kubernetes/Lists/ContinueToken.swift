import Cryptography
import Formats

/// Where a list goes on: the version it began with, and the key that comes next.
struct ContinueToken: Sendable, Hashable {
    /// -1 goes on with whatever is there now.
    let version: Int64
    /// The first key that is still wanted, relative to the namespace or the resource; it ends with a NUL.
    let start: String

    private static let format = "meta.k8s.io/v1"

    var text: String {
        let value: JSON = ["v": .string(Self.format), "rv": .int(version), "start": .string("/\(start)\u{0}")]
        return Base64.encode(value.encoded(), .url)
    }

    init(version: Int64, after path: String) {
        self.version = version
        start = path
    }

    init(parsing text: String) throws(APIFailure) {
        func mistake(_ why: String) -> APIFailure {
            .badRequest("invalid continue token: continue key is not valid: \(why)")
        }
        guard let bytes = Base64.decode(text, .url) else {
            throw mistake("illegal base64 data at input byte \(Self.illegalOffset(in: text))")
        }
        guard let value = try? JSON.parse(bytes), let start = value["start"]?.string, let version = value["rv"]?.int
        else { throw mistake("encoded start key empty (version \(Self.format))") }
        guard value["v"]?.string == Self.format else {
            throw mistake("server does not recognize this encoded version \"\(value["v"]?.string ?? "")\"")
        }
        guard version != 0, start.hasPrefix("/"), start.count > 1 else {
            throw mistake("encoded start key empty (version \(Self.format))")
        }
        self.version = version
        self.start = String(start.dropFirst().prefix { $0 != "\u{0}" })
    }

    /// The offset that the real server's decoder names: of the first bad character, or of a last group that is too short.
    private static func illegalOffset(in text: String) -> Int {
        let bytes = Array(text.utf8)
        let bad = bytes.firstIndex { byte in
            !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_"))
        }
        return bad ?? bytes.count - bytes.count % 4
    }
}
