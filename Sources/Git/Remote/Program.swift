import CLibGit2
import Glibc
import Subprocess

/// A program that speaks Git's protocol on its standard input and output.
struct Program {
    let name: String
    private let arguments: [String]
    /// All that it sees of an environment: what we were started with are credentials, and its hooks are other people's.
    private let environment: [String: String]
    /// What it is needed for, to say so where it is missing.
    private let purpose: String
    /// What has to stay as long as the program runs.
    private let keys: [HeldFile]

    private static let basics = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
    ]

    /// Git's own server program for a repository on this machine.
    ///
    /// libgit2 writes into such a repository itself, and then no hook runs and no rule of the repository holds; the
    /// program that serves a push over ssh or https does all that.
    init(_ service: Service.Program, at folder: String) {
        name = "git"
        arguments = [service.rawValue, folder]
        environment = Self.basics.merging(["GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"]) { $1 }
        purpose = "pushing to a path"
        keys = []
    }

    /// OpenSSH's client, which knows every kind of key, agent and known host. It never asks, and takes no unknown host.
    init(
        _ service: Service.Program, at address: SecureShellAddress, _ login: Login, _ access: GitAccess
    ) throws(GitError) {
        var words = ["-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=10"]
        words += ["-o", "ServerAliveInterval=15", "-o", "ForwardAgent=no", "-o", "ClearAllForwardings=yes"]
        var files: [HeldFile] = []
        if let key = login.key {
            let file = try HeldFile(key)
            files.append(file)
            // With a key of its own, a run is the same wherever it runs.
            words += ["-F", "none", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-i", file.path]
        }
        if let known = access.knownHosts {
            let file = try HeldFile(known)
            files.append(file)
            words += ["-o", "GlobalKnownHostsFile=/dev/null", "-o", "UserKnownHostsFile=\(Self.quoted(file.path))"]
        }
        if let port = address.port { words += ["-p", String(port)] }
        let target = address.user.map { "\($0)@\(address.host)" } ?? address.host
        let quoted = address.path.split(separator: "'" as Character, omittingEmptySubsequences: false)
            .joined(separator: "'\\''")
        name = "ssh"
        arguments = words + ["--", target, "git-\(service.rawValue) '\(quoted)'"]
        environment = Self.basics.merging(access.agent.map { ["SSH_AUTH_SOCK": $0] } ?? [:]) { $1 }
        purpose = "a repository behind ssh"
        keys = files
    }

    /// - Parameter input: Its standard input and output.
    func start(input: Int32, errors: Int32) throws(GitError) -> pid_t {
        // In a group of its own: Ctrl-C is for us, and we let a push that has begun finish.
        var program = Subprocess(name, arguments, environment: environment)
        (program.input, program.output, program.errors) = (.descriptor(input), .descriptor(input), .descriptor(errors))
        do throws(Subprocess.Failure) { return try program.start() } catch {
            throw GitError(.unreachable, "\(name), which \(purpose) needs, cannot be run: \(error.reason)")
        }
    }

    /// As ssh reads the value of an option: in quotation marks, and without its variables.
    private static func quoted(_ path: String) -> String {
        "\"" + path.split(separator: "%" as Character, omittingEmptySubsequences: false).joined(separator: "%%") + "\""
    }
}

/// A file for another program to read: one that is there, or a text that is held in memory under a path.
private final class HeldFile {
    let path: String
    private let descriptor: Descriptor?

    init(_ file: KeyFile) throws(GitError) {
        switch file {
        case .path(let path):
            self.path = path
            descriptor = nil
        case .content(let bytes):
            let held = Descriptor(memfd_create("reconcile", git_close_on_exec))
            // ssh refuses keys that others could read.
            guard held.number >= 0, fchmod(held.number, 0o600) == 0, Self.write(bytes, to: held) else {
                throw GitError(.failed, "cannot hold a key in memory: \(String(cString: strerror(errno)))")
            }
            path = "/proc/\(getpid())/fd/\(held.number)"
            descriptor = consume held
        }
    }

    /// A key's last line has to end.
    private static func write(_ bytes: [UInt8], to file: borrowing Descriptor) -> Bool {
        let text = bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")]
        var done = 0
        while done < text.count {
            let count = text.withUnsafeBytes { bytes in
                Glibc.write(file.number, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
