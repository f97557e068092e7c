import Arguments
import Formats
import Glibc
import Sandbox

/// `serve`: runs the servers until a signal, the idle time-out, or the end of the data folder.
struct Serve {
    private let options: SandboxOptions
    private let idleLimit: Duration?

    init(_ call: Parsed, folder: String) throws(UsageError) {
        options = SandboxOptions(
            folder: try Self.absolute(folder), hasControllers: call.value("controllers") != "off",
            kubernetesPort: try Self.port("kubernetes-port", call), identityPort: try Self.port("identity-port", call))
        idleLimit = try call.seconds("idle-timeout").map { .seconds($0) }
    }

    func run() async throws -> Int32 {
        let signals = Signals()
        let server: SandboxServer
        do {
            server = try SandboxServer(options)
        } catch let error as JournalError where error.cause == .inUse {
            return try await reportRunning(error)
        }
        Output.write("\(server.report.text)\n")
        while !signals.hasCome, server.hasFolder, !isIdle(server) { try? await Task.sleep(for: .milliseconds(100)) }
        await server.stop()
        return 0
    }

    private func isIdle(_ server: SandboxServer) -> Bool { idleLimit.map { server.activity.idle > $0 } ?? false }

    /// Another process serves the folder: what it says of itself, once it is ready.
    private func reportRunning(_ error: JournalError) async throws -> Int32 {
        for _ in 0..<100 {
            if let report = SandboxFolder(options.folder).running {
                Output.write("\(report.text)\n")
                return 0
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw error
    }

    private static func port(_ name: String, _ call: Parsed) throws(UsageError) -> UInt16 {
        guard call.origin(name) == .flag, let text = call.value(name) else { return 0 }
        guard let port = UInt16(text) else {
            throw UsageError("--\(name) takes a port, not '\(text)'", command: call.command)
        }
        return port
    }

    private static func absolute(_ path: String) throws(UsageError) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let current = getcwd(nil, 0) else { throw UsageError("there is no current folder for --data \(path)") }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }
}

/// The signals that end a server, held back from the start so that no thread dies of one.
private struct Signals {
    private let set: sigset_t

    init() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        self.set = set
    }

    var hasCome: Bool {
        var (set, none) = (set, timespec())
        return sigtimedwait(&set, nil, &none) > 0
    }
}
