import Arguments
import Formats
import Glibc
import Reconciliation

/// `reconcile sandbox …`: the embedded cluster and identity provider.
enum Sandbox {
    private static let data = Option(
        "data", .one("DIR"),
        "where the sandbox keeps its data; by default RECONCILE_SANDBOX_DATA, else below ~/.local/state")

    static let command = Command(
        "sandbox", "start, stop and look into the embedded systems",
        subcommands: [
            Command(
                "start", "start the embedded cluster and identity provider, if they are not running",
                options: [
                    data, Options.output,
                    Option(
                        "controllers", .one("on|off"), "whether workloads become ready by themselves", default: "on",
                        choices: ["on", "off"]),
                ]),
            Command("stop", "end them; their data stay", options: [data]),
            Command("dump", "print everything that they hold, without secrets, as JSON", options: [data]),
            Command("kubeconfig", "print a kubeconfig for kubectl", options: [data]),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        invocation.parsed.command.last == "start" ? try await start(invocation) : try await pass(invocation)
    }

    private static func start(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let program = SandboxProgram(invocation.surroundings, dataFolder: invocation.parsed.value("data"))
        let server = try program.start(["--controllers", invocation.parsed.value("controllers") ?? "on"])
        try outputs.write(invocation.terminal) { output in
            guard output.format == .text else { return server.description.text + "\n" }
            let names = ["kubernetes", "kubeconfig", "identity", "user", "password", "pid"]
            return names.map { name in
                server.description[name].map { "\(name): \($0.string ?? $0.text)\n" } ?? ""
            }.joined()
        }
        return .done
    }

    /// `stop`, `dump` and `kubeconfig` are the other program's own commands.
    private static func pass(_ invocation: Invocation) async throws -> ExitCode {
        let program = SandboxProgram(invocation.surroundings, dataFolder: invocation.parsed.value("data"))
        let words = [program.path, invocation.parsed.command.last ?? "", "--data", program.dataFolder]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        execv(program.path, &arguments)
        for argument in arguments { free(argument) }
        throw Problem(.unexpected, "cannot run \(program.path): \(String(cString: strerror(errno)))")
    }
}
