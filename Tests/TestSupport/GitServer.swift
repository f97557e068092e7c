import Foundation

/// The bare repositories of a folder behind real servers on loopback: `git http-backend` behind nginx with TLS, and sshd.
///
/// Ends with its owner, or with the test process.
public final class GitServer: Sendable {
    /// One of the servers does not listen.
    public struct CannotStart: Error {
        /// What they logged.
        public let reason: String
    }

    /// Whether the servers are on this machine: Debian's `fcgiwrap` and `openssh-server`. In CI they have to be.
    public static let isThere = ["/usr/sbin/fcgiwrap", "/usr/sbin/sshd", "/usr/sbin/nginx"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// What `alice` logs in with.
    public static let token = "opensesame"

    /// Where the repositories lie.
    public let folder: String
    /// Of nginx.
    public let webPort: Int
    /// Of sshd.
    public let sshPort: Int
    /// Its end tells the script to stop the servers, however this process ends.
    private let lifeline: Pipe

    /// - Parameter folder: Holds the repositories; what the servers need is put beside them, into `server/`.
    public init(_ folder: String) throws {
        self.folder = folder
        webPort = try FaultServer.freePort()
        var other = try FaultServer.freePort()
        while other == webPort { other = try FaultServer.freePort() }
        sshPort = other
        lifeline = Pipe()
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let (script, output) = (Process(), Pipe())
        script.executableURL = URL(filePath: "/bin/sh")
        script.arguments = [Fixture.url("git/serve.sh").path, folder, String(webPort), String(sshPort)]
        script.standardInput = lifeline
        script.standardOutput = output
        try script.run()
        try? output.fileHandleForWriting.close()
        let said = output.fileHandleForReading.availableData
        guard String(decoding: said, as: UTF8.self).hasPrefix("ready") else {
            let log = try? String(contentsOfFile: "\(folder)/serve.log", encoding: .utf8)
            throw CannotStart(reason: log ?? "no log")
        }
        try? output.fileHandleForReading.close()
    }

    deinit { try? lifeline.fileHandleForWriting.close() }

    /// - Parameter way: `private` (a login is needed), `bearer`, `open` (to read alone), `moved`, `page`, `broken`, `small`.
    public func url(_ repository: String, _ way: String = "private") -> String {
        "https://127.0.0.1:\(webPort)/\(way)/\(repository)"
    }

    /// As the user who runs the tests, with the key `client`.
    public func secureShellURL(_ repository: String) -> String {
        "ssh://\(NSUserName())@127.0.0.1:\(sshPort)\(folder)/\(repository)"
    }

    /// A file of the servers': `authority.pem`, `client`, `known`, `requests.log`.
    public func path(_ name: String) -> String { "\(folder)/server/\(name)" }

    /// The requests so far: method, path, status and `Authorization` of each.
    ///
    /// nginx logs a request after its answer is sent: one of our own, answered after all others, says when the log has them.
    public func requests() throws -> [String] {
        let mark = "/logged-\(UUID().uuidString)"
        let curl = Process()
        curl.executableURL = URL(filePath: "/usr/bin/curl")
        curl.arguments = ["-q", "-s", "-k", "-o", "/dev/null", "https://127.0.0.1:\(webPort)\(mark)"]
        try curl.run()
        curl.waitUntilExit()
        for _ in 0..<500 {
            let lines = try String(contentsOfFile: path("requests.log"), encoding: .utf8).split(separator: "\n")
            if lines.contains(where: { $0.contains(mark) }) {
                return lines.filter { !$0.contains("/logged-") }.map(String.init)
            }
            usleep(20_000)
        }
        throw CannotStart(reason: "no line for \(mark) in the log of requests")
    }
}
