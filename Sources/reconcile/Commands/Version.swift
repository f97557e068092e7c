import Arguments

/// `reconcile version`
enum Version {
    static let number = "0.1.0"

    static let command = Command("version", "print the version")

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        invocation.terminal.result("reconcile \(number)\n")
        return .done
    }
}
