import Glibc

/// Who holds a Lease: this process, told apart from every other one, and recognisable when it is dead.
///
/// Written as `host/pid/start/boot/namespace`. The start time of a process makes its number unique, and the numbers mean something
/// only within one boot of one machine and one namespace of processes.
package struct LeaseHolder: Sendable, Hashable {
    package let host: String
    package let pid: Int
    /// In clock ticks since boot.
    let start: String
    let boot: String
    /// `4026531836`
    let namespace: String

    package init(host: String, pid: Int, start: String, boot: String, namespace: String) {
        self.host = host
        self.pid = pid
        self.start = start
        self.boot = boot
        self.namespace = namespace
    }

    /// This process.
    package static func current() -> LeaseHolder {
        let host = read("/proc/sys/kernel/hostname").map { String($0.prefix { $0 != "\n" }) } ?? "unknown"
        let pid = Int(getpid())
        return LeaseHolder(
            host: host.replacing("/", with: "_"), pid: pid, start: startTime(of: pid) ?? "0", boot: bootID() ?? "0",
            namespace: processNamespace() ?? "0")
    }

    /// Reads an identity that a process of ours wrote; nil for any other text.
    package init?(_ identity: String) {
        let parts = identity.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, let pid = Int(parts[1]) else { return nil }
        self.init(host: parts[0], pid: pid, start: parts[2], boot: parts[3], namespace: parts[4])
    }

    package var identity: String { "\(host)/\(pid)/\(start)/\(boot)/\(namespace)" }

    /// `process 1234 on ci-7`
    package var text: String { "process \(pid) on \(host)" }

    /// Whether it was a process beside this one, on the same running machine, and exists no more. False wherever that cannot be told.
    package func isKnownDead(beside own: LeaseHolder) -> Bool {
        guard host == own.host, boot == own.boot, boot != "0", namespace == own.namespace, namespace != "0", self != own
        else { return false }
        return Self.startTime(of: pid) != start
    }

    /// The 22nd field of `/proc/<pid>/stat`; the name in the second may hold anything, so it is counted from its end.
    private static func startTime(of pid: Int) -> String? {
        guard let text = read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        // A zombie has ended, whoever its parent is.
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return String(fields[19])
    }

    private static func bootID() -> String? {
        read("/proc/sys/kernel/random/boot_id").map { String($0.prefix { $0 != "\n" }) }
    }

    private static func processNamespace() -> String? {
        var status = stat()
        return stat("/proc/self/ns/pid", &status) == 0 ? String(status.st_ino) : nil
    }

    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}
