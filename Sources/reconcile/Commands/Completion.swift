import Arguments

/// `reconcile completion`: a script for a shell.
enum Completion {
    static let command = Command(
        "completion", "print a script that completes commands in a shell",
        details:
            "bash: reconcile completion bash > ~/.local/share/bash-completion/completions/reconcile\nzsh: reconcile completion zsh > a file _reconcile in a folder of $fpath\nfish: reconcile completion fish > ~/.config/fish/completions/reconcile.fish",
        positionals: [Positional("SHELL", "bash, zsh or fish", isRequired: true)])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let name = invocation.parsed.positionals.first ?? ""
        guard let shell = Program.Shell(rawValue: name) else {
            let known = Program.Shell.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("SHELL is one of \(known), not '\(name)'", command: ["completion"])
        }
        invocation.terminal.result(Catalogue.program.completion(for: shell))
        return .done
    }
}
