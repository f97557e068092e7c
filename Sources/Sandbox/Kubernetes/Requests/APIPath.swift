/// A path taken apart: which resource it means, or which of the other endpoints.
struct APIPath: Sendable, Hashable {
    let segments: [String]

    /// Decodes the percent-encoded parts; nil where the encoding is broken.
    init?(_ path: String) {
        var segments: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            guard let segment = Self.decode(part) else { return nil }
            segments.append(segment)
        }
        self.segments = segments
    }

    private static func decode(_ part: Substring) -> String? {
        guard part.utf8.contains(UInt8(ascii: "%")) else { return String(part) }
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The group, version and what lies behind them, where the path is one of the API's; nil for other endpoints.
    var resourcePath: ResourcePath? {
        switch segments.first {
        case "api" where segments.count > 2:
            ResourcePath(group: "", version: segments[1], rest: segments.dropFirst(2))
        case "apis" where segments.count > 3:
            ResourcePath(group: segments[1], version: segments[2], rest: segments.dropFirst(3))
        default: nil
        }
    }
}

/// `namespaces/NAMESPACE/RESOURCE/NAME/SUBRESOURCE` and its shorter forms.
struct ResourcePath: Sendable, Hashable {
    let group: String
    let version: String
    let namespace: String?
    let resource: String
    let name: String?
    let subresource: String?

    init(group: String, version: String, rest: ArraySlice<String>) {
        self.group = group
        self.version = version
        var rest = rest
        // `namespaces/x` and its subresources mean the namespace itself; anything longer lies inside it.
        let isNamespaceItself = group.isEmpty && rest.count == 3 && ["status", "finalize"].contains(rest.last ?? "")
        if rest.first == "namespaces", rest.count > 2, !isNamespaceItself {
            namespace = rest.dropFirst().first
            rest = rest.dropFirst(2)
        } else {
            namespace = nil
        }
        resource = rest.popFirst() ?? ""
        name = rest.popFirst()
        subresource = rest.isEmpty ? nil : rest.joined(separator: "/")
    }
}
