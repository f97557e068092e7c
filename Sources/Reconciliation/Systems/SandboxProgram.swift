package import Formats
import Glibc
import Subprocess

/// The embedded cluster and identity provider: a program found beside this one, one server for each data folder.
package struct SandboxProgram: Sendable {
    /// What a running server says of itself.
    package struct Server: Sendable {
        /// `server.json`, as the program wrote it.
        package let description: JSON

        package var kubeconfig: String { description["kubeconfig"]?.string ?? "" }
        package var identity: String { description["identity"]?.string ?? "" }
        package var realm: String { description["realm"]?.string ?? "sandbox" }
        package var clientId: String { description["clientId"]?.string ?? "reconcile" }
        package var processID: Int32 { Int32(clamping: description["pid"]?.int ?? 0) }
    }

    /// A server that nobody has asked anything for so long ends.
    private static let idleSeconds = "1800"

    package let path: String
    /// The few variables that a program needs to start: none of ours, which may hold credentials.
    private let variables: [String: String]
    /// Outside any repository.
    package let dataFolder: String

    /// - Parameter dataFolder: as the user named it, or nil for `RECONCILE_SANDBOX_DATA`, else the user's state folder.
    package init(_ surroundings: Surroundings, dataFolder: String? = nil) {
        let folder = surroundings.program.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        path = folder.joined(separator: "/") + "/reconcile-sandbox"
        variables = surroundings.variables.filter { ["HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR"].contains($0.key) }
        self.dataFolder =
            (dataFolder ?? surroundings["RECONCILE_SANDBOX_DATA"]).map(surroundings.absolute)
            ?? "\(surroundings.stateFolder)/sandbox/default"
    }

    /// The server of the data folder, started when none is there.
    /// - Parameter options: further options of `reconcile-sandbox serve`.
    package func start(_ options: [String] = []) throws(Problem) -> Server {
        if let server = running() { return server }
        try makeFolder()
        unlink("\(dataFolder)/server.json")
        let child = try spawn(["serve", "--data", dataFolder, "--idle-timeout", Self.idleSeconds] + options)
        for _ in 0..<400 {
            if let server = running() { return server }
            var status: Int32 = 0
            if waitpid(child, &status, WNOHANG) == child {
                // Another start was faster and serves the folder; or the program ended with an error.
                if let server = running() { return server }
                throw Problem(.unreachable, "the sandbox ended at once; see \(dataFolder)/log")
            }
            usleep(25_000)
        }
        throw Problem(.unreachable, "the sandbox did not start within 10 s; see \(dataFolder)/log")
    }

    /// The server that serves the data folder now, if one does.
    package func running() -> Server? {
        guard let bytes = PlainFile.read("\(dataFolder)/server.json"), let description = try? JSON.parse(bytes) else {
            return nil
        }
        let server = Server(description: description)
        return server.processID > 0 && kill(server.processID, 0) == 0 ? server : nil
    }

    /// The secret of the client that fleets use.
    func clientSecret() throws(Problem) -> String {
        guard let bytes = PlainFile.read("\(dataFolder)/client-secret") else {
            throw Problem(.unreachable, "the sandbox left no secret in \(dataFolder)/client-secret")
        }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }

    private func makeFolder() throws(Problem) {
        var folder = ""
        for part in dataFolder.split(separator: "/") {
            folder += "/\(part)"
            if mkdir(folder, 0o700) != 0, errno != EEXIST {
                throw Problem(
                    .unreachable, "cannot make the sandbox's folder \(folder): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// In a session of its own, so that a signal to our group does not end it. What it complains of goes to `log`; the report
    /// that it prints holds a password and is in `server.json` anyway.
    private func spawn(_ arguments: [String]) throws(Problem) -> pid_t {
        var program = Subprocess(path, arguments, environment: variables)
        program.errors = .appending(to: "\(dataFolder)/log")
        program.hasSession = true
        do throws(Subprocess.Failure) { return try program.start() } catch {
            throw Problem(.unreachable, "cannot start \(path): \(error.reason)")
        }
    }
}
