package import Foundation

/// Sockets for the servers of tests.
package enum LoopbackSocket {
    package struct CannotBind: Error {}

    /// A socket on a port of loopback that the system chose. The caller closes it.
    package static func bound(_ type: __socket_type) throws -> (fd: Int32, port: Int) {
        let fd = socket(AF_INET, Int32(type.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(fd, raw, size) == 0 && getsockname(fd, raw, &size) == 0
            }
        }
        guard isBound else {
            close(fd)
            throw CannotBind()
        }
        return (fd, Int(address.sin_port.bigEndian))
    }
}
