import Formats
import Glibc
import Sandbox

/// `stop`: ends the server of a folder, and returns when it is gone.
struct Stop {
    let folder: String

    func run() async throws -> Int32 {
        guard let report = SandboxFolder(folder).running, let pid = report["pid"]?.int.flatMap({ pid_t(exactly: $0) })
        else {
            Output.write("nothing serves \(folder)\n")
            return 0
        }
        kill(pid, SIGTERM)
        for _ in 0..<200 where kill(pid, 0) == 0 { try await Task.sleep(for: .milliseconds(50)) }
        guard kill(pid, 0) != 0 else {
            Output.complain("process \(pid) has not ended")
            return 1
        }
        return 0
    }
}

/// `kubeconfig`: prints what kubectl needs.
struct Kubeconfig {
    let folder: String

    func run() throws -> Int32 {
        guard SandboxFolder(folder).running != nil, let text = SandboxFolder(folder).read(SandboxFolder.kubeconfig)
        else {
            Output.complain("nothing serves \(folder)")
            return 1
        }
        Output.write(String(decoding: text, as: UTF8.self))
        return 0
    }
}

/// `dump`: prints what the server of a folder holds.
struct Dump {
    let folder: String

    func run() throws -> Int32 {
        Output.write(try SandboxDump.read(folder: folder).prettyText)
        return 0
    }
}
