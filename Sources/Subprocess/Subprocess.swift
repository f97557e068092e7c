package import CSpawn
import Glibc

/// A program to be started, with nothing of ours but what is named here.
///
/// It inherits no other descriptor, since what we hold open are locks and connections, and starts with no signal blocked or ignored.
/// A signal to our group is not for it.
package struct Subprocess {
    package enum Stream {
        /// `/dev/null`
        case nothing
        /// An open descriptor of ours, which stays ours.
        case descriptor(Int32)
        /// A file that is made for its owner alone where there is none.
        case appending(to: String)
    }

    /// Why it does not run.
    package struct Failure: Error {
        /// The system's words: `No such file or directory`
        package let reason: String
    }

    /// A path, or a name that is looked for on our own `PATH`.
    private let program: String
    /// The arguments, its own name first.
    private let words: [String]
    /// Everything that it sees of an environment.
    private let environment: [String: String]

    package var input = Stream.nothing
    package var output = Stream.nothing
    package var errors = Stream.nothing
    /// A session of its own, for a program that outlives us; else only a group.
    package var hasSession = false

    package init(_ program: String, _ arguments: [String], environment: [String: String]) {
        self.program = program
        words = [program] + arguments
        self.environment = environment
    }

    /// Starts it.
    /// - Returns: its process id, which is its group's too.
    package func start() throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        Self.connect(input, to: 0, &actions)
        Self.connect(output, to: 1, &actions)
        Self.connect(errors, to: 2, &actions)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setSignals(&attributes)
        var process = pid_t()
        let code = Self.withCStrings(words) { argv in
            Self.withCStrings(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawnp(&process, program, &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else { throw Failure(reason: String(cString: strerror(code))) }
        return process
    }

    private func setSignals(_ attributes: inout posix_spawnattr_t) {
        let group = hasSession ? spawn_set_session : Int16(POSIX_SPAWN_SETPGROUP)
        posix_spawnattr_setflags(
            &attributes, group | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
    }

    private static func connect(_ stream: Stream, to number: Int32, _ actions: inout posix_spawn_file_actions_t) {
        switch stream {
        case .nothing:
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0)
        case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        case .appending(let path):
            posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
    }

    /// The texts as C's array of strings, closed by a null, for the time of one call.
    private static func withCStrings<R>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var copies = texts.map { strdup($0) } + [nil]
        defer { copies.forEach { free($0) } }
        return body(&copies)
    }
}
