import Arguments
import Reconciliation

/// `reconcile resume`: ends a pause.
enum Resume {
    static let command = Command(
        "resume", "let an environment that is paused be applied to again",
        options: Options.reading + [Options.timeout, Options.unverified])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let (environment, pause) = try await invocation.run().resume()
        invocation.terminal.result(
            pause.map { "\(environment) goes on; it was \($0.text)\n" } ?? "\(environment) was not paused\n")
        return .done
    }
}
