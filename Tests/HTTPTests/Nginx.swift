import Foundation
import HTTP
import TestSupport

/// nginx with one virtual server for each way of speaking, shared by all tests; ends with the test process.
final class Nginx: Sendable {
    enum Server: String, CaseIterable {
        /// TLS 1.2 alone, HTTP/2.
        case tls12
        /// TLS 1.3 alone, HTTP/2.
        case tls13
        /// TLS, HTTP/1.1.
        case http1
        case plain
        /// Its certificate bears the name `cluster.example` alone.
        case named
        case expired
        case early
        /// Demands a client certificate.
        case mutual
        /// Ends a connection after five requests, HTTP/2.
        case shortLived
        /// The same, HTTP/1.1.
        case shortLived1
        /// TLS 1.1 at most.
        case old
    }

    struct CannotStart: Error { let reason: String }

    static let shared = Result { try Nginx() }

    let folder: URL
    private let ports: [Server: Int]
    /// Its end tells the shell that watches nginx to stop it, however this process ends.
    private let lifeline: Pipe

    func url(_ server: Server, _ path: String, host: String = "127.0.0.1") -> String {
        "\(server == .plain ? "http" : "https")://\(host):\(ports[server] ?? 0)\(path)"
    }

    func pem(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }

    func configuration(_ change: (inout HTTPConfiguration) -> Void = { _ in }) throws -> HTTPConfiguration {
        var configuration = HTTPConfiguration(trust: .authorities(try pem("authority.pem")))
        change(&configuration)
        return configuration
    }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run("/bin/sh", [Fixture.url("http/make-certificates.sh").path, folder.path])
        var ports: [Server: Int] = [:]
        for server in Server.allCases { ports[server] = try Self.freePort(except: Array(ports.values)) }
        self.ports = ports
        try Self.writeFiles(folder, ports)
        lifeline = Pipe()
        // Else the shell would hold the writing end of its own input.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = [
            "-c",
            """
            exec 2>/dev/null; cd "$1" && nginx -p "$1/" -c nginx.conf -g 'daemon off; master_process off;' >nginx.out 2>&1 </dev/null & nginx=$!
            cat >/dev/null; kill -9 $nginx; wait $nginx; rm -rf "$1"
            """, "sh", folder.path,
        ]
        shell.standardInput = lifeline
        try shell.run()
        try waitUntilReady()
    }

    private func waitUntilReady() throws {
        for _ in 0..<500 {
            if FileManager.default.fileExists(atPath: folder.appending(path: "nginx.pid").path) { return }
            Thread.sleep(forTimeInterval: 0.01)
        }
        let log = try? String(contentsOf: folder.appending(path: "nginx.out"), encoding: .utf8)
        throw CannotStart(reason: log ?? "no log")
    }

    private static func run(_ path: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CannotStart(reason: "\(path) failed") }
    }

    private static func freePort(except taken: [Int]) throws -> Int {
        while true {
            let port = try FaultServer.freePort()
            if !taken.contains(port) { return port }
        }
    }

    private static func writeFiles(_ folder: URL, _ ports: [Server: Int]) throws {
        let root = folder.appending(path: "root")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        let item = #"{"name":"item","labels":{"a":"b"}},"#
        let small = #"{"items":["# + String(repeating: item, count: 27) + "null]}"
        try Data(small.utf8).write(to: root.appending(path: "small.json"))
        let numbers = (0..<(1 << 16)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
        var big = Data(numbers)
        for _ in 0..<8 { big.append(big) }
        try big.write(to: root.appending(path: "big.bin"))
        var template = try String(contentsOf: Fixture.url("http/nginx.conf"), encoding: .utf8)
        for (server, port) in ports { template.replace("@\(server.rawValue)@", with: String(port)) }
        try Data(template.utf8).write(to: folder.appending(path: "nginx.conf"))
        try FileManager.default.copyItem(
            at: Fixture.url("http/locations.conf"), to: folder.appending(path: "locations.conf"))
    }
}
