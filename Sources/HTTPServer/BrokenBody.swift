import CMicroHTTPD

/// An answer that announces more than it sends.
final class BrokenBody {
    private let bytes: [UInt8]

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func response(_ bytes: [UInt8], of length: Int) -> OpaquePointer? {
        let me = Unmanaged.passRetained(BrokenBody(bytes))
        let response = MHD_create_response_from_callback(
            UInt64(length), 64 << 10,
            { me, position, buffer, capacity in
                guard let me, let buffer else { return -2 }
                return Unmanaged<BrokenBody>.fromOpaque(me).takeUnretainedValue()
                    .read(from: Int(position), into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
            }, me.toOpaque(),
            { me in
                if let me { Unmanaged<BrokenBody>.fromOpaque(me).release() }
            })
        if response == nil { me.release() }
        return response
    }

    /// MHD_CONTENT_READER_END_WITH_ERROR once everything is sent: the library closes the connection.
    private func read(from position: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(bytes.count - position, buffer.count)
        guard count > 0 else { return -2 }
        bytes.withUnsafeBytes { source in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[position..<position + count]))
        }
        return count
    }
}
