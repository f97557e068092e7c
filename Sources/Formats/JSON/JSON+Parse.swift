extension JSON {
    /// How deep arrays and objects may be nested.
    package static let depthLimit = 512

    /// Parses one JSON value (RFC 8259) that fills the bytes but for white space.
    ///
    /// A number without fraction and exponent that fits 64 bits is `.int`, any other that a Double can hold
    /// is `.double`; one beyond that (`1e400`) is an error. Of two members with one key the later wins. A surrogate
    /// that is escaped without its other half becomes U+FFFD, as in Go and so in a Kubernetes API server. A byte order
    /// mark is refused.
    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in try parse(UnsafeRawBufferPointer(buffer)) }
    }

    /// The same for the bytes of a text.
    package static func parse(_ text: String) throws(JSONError) -> JSON {
        try parse([UInt8](text.utf8))
    }

    /// The same without a copy: the bytes must stay as they are until the call returns.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSON {
        guard let start = bytes.baseAddress else {
            throw JSONError("expected a value, found the end of the input", offset: 0, mark: .start)
        }
        var scanner = JSONScanner(start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        return try scanner.document()
    }
}
