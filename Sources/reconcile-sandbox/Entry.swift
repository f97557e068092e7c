import Arguments
import Glibc

/// The program: which command is asked for, and what it ends with.
enum Entry {
    private static let data = Option("data", .one("DIR"), "folder that holds everything the sandbox remembers")

    static let program = Program(
        "reconcile-sandbox", "a small Kubernetes API server and a small Keycloak on loopback",
        commands: [
            Command(
                "serve", "serve a data folder until told to stop",
                options: [
                    data,
                    Option(
                        "controllers", .one("on|off"), "off: the bare servers, without anybody who acts by himself",
                        default: "on", choices: ["on", "off"]),
                    Option("kubernetes-port", .one("N"), "port of the Kubernetes API", default: "any free one"),
                    Option("identity-port", .one("N"), "port of the Admin API", default: "any free one"),
                    Option("idle-timeout", .one("SECONDS"), "end when nothing was asked for that long"),
                ]),
            Command("stop", "end the server of a data folder", options: [data]),
            Command("dump", "print everything that a server holds, without secrets", options: [data]),
            Command("kubeconfig", "print the kubeconfig of a running server", options: [data]),
        ])

    static func run(_ arguments: [String]) async -> Int32 {
        do {
            switch try program.parse(arguments, environment: [:]) {
            case .help(let text):
                Output.write(text)
                return 0
            case .run(let call):
                guard let folder = call.value("data") else {
                    throw UsageError("--data DIR is needed", command: call.command)
                }
                return try await run(call, folder: folder)
            }
        } catch let error as UsageError {
            Output.complain(error.message)
            return 64
        } catch {
            Output.complain("\(error)")
            return 1
        }
    }

    private static func run(_ call: Parsed, folder: String) async throws -> Int32 {
        switch call.command {
        case ["serve"]: try await Serve(call, folder: folder).run()
        case ["stop"]: try await Stop(folder: folder).run()
        case ["dump"]: try Dump(folder: folder).run()
        default: try Kubeconfig(folder: folder).run()
        }
    }
}

/// What the program prints.
enum Output {
    static func write(_ text: String) { put(text, to: STDOUT_FILENO) }
    static func complain(_ text: String) { put("error: \(text)\n", to: STDERR_FILENO) }

    private static func put(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
