/// Addresses as people may see them.
package enum AddressText {
    /// A URL may hold a login before its host, and a token in its query: neither is shown.
    package static func withoutLogin(_ address: String) -> String {
        let bytes = Array(address.utf8)
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) ?? bytes.firstIndex(of: UInt8(ascii: "?")),
            let slashes = bytes.indices.dropLast(2).first(where: { bytes[$0...].starts(with: "://".utf8) })
        else { return address }
        let start = bytes[at] == UInt8(ascii: "@") && at > slashes ? at + 1 : slashes + 3
        let rest = bytes[start...].prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        return String(decoding: bytes[..<(slashes + 3)], as: UTF8.self) + (start > slashes + 3 ? "…@" : "")
            + String(decoding: rest, as: UTF8.self) + (rest.endIndex < bytes.count ? "?…" : "")
    }
}
