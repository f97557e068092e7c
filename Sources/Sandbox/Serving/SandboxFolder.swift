import Cryptography
package import Formats
import Glibc

/// The files beside the journal: what clients need, each 0600 and never seen half-written.
package struct SandboxFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// What tells clients where the servers are, there only while they run.
    package static let report = "server.json"
    package static let kubeconfig = "kubeconfig"
    package static let clientSecret = "client-secret"
    package static let requests = "requests.log"

    package func read(_ name: String) -> [UInt8]? {
        let descriptor = open(file(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 16 << 10))
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += buffer[..<count]
        }
    }

    /// Writes a file beside its place and moves it there.
    package func write(_ bytes: [UInt8], to name: String) throws(JournalError) {
        let temporary = file(".\(name).\(getpid())")
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("write \(file(name))") }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard count == bytes.count, rename(temporary, file(name)) == 0 else {
            unlink(temporary)
            throw .system("write \(file(name))")
        }
    }

    package func remove(_ name: String) { unlink(file(name)) }

    /// What the running server says about itself, or nil where none runs.
    package var running: JSON? {
        guard let report = read(Self.report).flatMap({ try? JSON.parse($0) }),
            let pid = report["pid"]?.int.flatMap({ pid_t(exactly: $0) }), kill(pid, 0) == 0
        else { return nil }
        return report
    }

    /// Whether the folder is still the one that was opened.
    package func isSame(as inode: UInt64) -> Bool { self.inode == inode }

    package var inode: UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}

/// The secrets of a sandbox, made once and kept in its folder.
struct SandboxSecrets {
    private static let file = "secrets.json"

    let password: String
    let clientSecret: String
    let clusterToken: String
    let signingKey: [UInt8]
    let authority: CertificateAuthority

    /// Reads the folder's secrets, or makes them. Without controllers the administrator is the one that a bare
    /// server is started with.
    init(_ folder: SandboxFolder, bare: Bool) throws {
        if let kept = folder.read(Self.file).flatMap({ try? JSON.parse($0) }),
            let password = kept["password"]?.string, let clientSecret = kept["clientSecret"]?.string,
            let clusterToken = kept["clusterToken"]?.string,
            let signingKey = kept["signingKey"]?.string.flatMap(Hex.decode),
            let certificate = kept["authority"]?.string, let privateKey = kept["authorityKey"]?.string
        {
            self.password = password
            self.clientSecret = clientSecret
            self.clusterToken = clusterToken
            self.signingKey = signingKey
            authority = CertificateAuthority(CertifiedKey(certificate: certificate, privateKey: privateKey))
            return
        }
        password = bare ? "admin" : Random.alphanumeric(32)
        clientSecret = Random.alphanumeric(43)
        clusterToken = Random.alphanumeric(43)
        signingKey = Random.bytes(32)
        authority = try CertificateAuthority(commonName: "reconcile sandbox")
        let record: JSON = [
            "password": .string(password), "clientSecret": .string(clientSecret),
            "clusterToken": .string(clusterToken), "signingKey": .string(Hex.encode(signingKey)),
            "authority": .string(authority.identity.certificate),
            "authorityKey": .string(authority.identity.privateKey),
        ]
        try folder.write(record.encoded(), to: Self.file)
    }
}
