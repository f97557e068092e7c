import Arguments
import Glibc
import Reconciliation

/// From the words of the call to an exit code.
enum Entry {
    static func run(_ arguments: [String]) async -> ExitCode {
        let variables = Process.variables
        let terminal = Terminal(variables: variables)
        do throws(UsageError) {
            switch try Catalogue.program.parse(arguments, environment: variables) {
            case .help(let text):
                terminal.result(text)
                return .done
            case .run(let parsed):
                guard let entry = Catalogue.entries.first(where: { $0.command.name == parsed.command.first }) else {
                    throw UsageError("there is no command '\(parsed.command.joined(separator: " "))'")
                }
                let invocation = Invocation(parsed: parsed, variables: variables, terminal: terminal)
                let code = try await run(entry, invocation)
                guard let reason = terminal.lossReason else { return code }
                terminal.error("cannot write all of the output: \(reason)")
                return .unexpected
            }
        } catch {
            let help = (["reconcile"] + error.command + ["--help"]).joined(separator: " ")
            terminal.error("\(error.message)\nTry `\(help)`.")
            return .usage
        }
    }

    private static func run(_ entry: Catalogue.Entry, _ invocation: Invocation) async throws(UsageError) -> ExitCode {
        do {
            return try await entry.run(invocation)
        } catch let error as UsageError {
            throw error
        } catch let problem as Problem {
            invocation.terminal.error(problem.message)
            return ExitCode(problem)
        } catch {
            invocation.terminal.error("\(error)")
            return .unexpected
        }
    }
}

/// What the process was started with.
enum Process {
    /// All environment variables. Of two with one name the first counts, as in C.
    static var variables: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let pointer = next.pointee {
            let parts = String(cString: pointer).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, variables[String(parts[0])] == nil { variables[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return variables
    }

    /// The program's own file.
    static var path: String {
        guard let pointer = realpath("/proc/self/exe", nil) else { return "" }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    static var workingDirectory: String {
        guard let pointer = getcwd(nil, 0) else { return "/" }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
