package import Formats
import Glibc

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
    private let variables: [String]
    /// Outside any repository.
    package let dataFolder: String

    /// - Parameter dataFolder: as the user named it, or nil for `RECONCILE_SANDBOX_DATA`, else the user's state folder.
    package init(_ surroundings: Surroundings, dataFolder: String? = nil) {
        let folder = surroundings.program.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        path = folder.joined(separator: "/") + "/reconcile-sandbox"
        variables = ["HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR"].compactMap { name in
            surroundings[name].map { "\(name)=\($0)" }
        }
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
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "\(dataFolder)/log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        // It outlives us: whoever waits for one of our other descriptors to be closed would wait for it too.
        for descriptor in Self.inherited() { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID is a macro that is not imported: <spawn.h> has 0x80.
        posix_spawnattr_setflags(&attributes, 0x80)
        var vector: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in vector + environment { free(pointer) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, path, &actions, &attributes, &vector, &environment)
        guard code == 0 else {
            throw Problem(.unreachable, "cannot start \(path): \(String(cString: strerror(code)))")
        }
        return child
    }

    /// The descriptors above the standard ones that a program started now would get from us.
    private static func inherited() -> [Int32] {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var descriptors: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { name in
                String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let descriptor = Int32(name), descriptor > 2, fcntl(descriptor, F_GETFD) & FD_CLOEXEC == 0 else {
                continue
            }
            descriptors.append(descriptor)
        }
        return descriptors
    }
}
