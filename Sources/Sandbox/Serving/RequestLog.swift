import Glibc
package import HTTPServer

/// The requests that a server has answered, one line each in a file: `identity GET /admin/realms/x/users?first&max 200`.
///
/// Neither bodies nor values of queries are written: they may be secrets.
package final class RequestLog: Sendable {
    private let descriptor: Int32

    /// Appends to the file, made where it is missing with rights for nobody else; nil where that fails.
    package init?(path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The handler, with a line written for each of its answers before they are sent.
    package func around(_ handler: @escaping ServerHandler, named name: String) -> ServerHandler {
        { [self] request in
            let response = await handler(request)
            let names = request.query.map { PercentEncoding.encode($0.name) }.joined(separator: "&")
            let path = request.path.filter { !$0.isWhitespace }
            write("\(name) \(request.method) \(path)\(names.isEmpty ? "" : "?\(names)") \(response.status)\n")
            return response
        }
    }

    private func write(_ line: String) {
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
