import Arguments
import Glibc
import Planning
import Reconciliation

/// One call of a command: its options, and what the process found around it.
struct Invocation {
    let parsed: Parsed
    let variables: [String: String]
    let terminal: Terminal

    var surroundings: Surroundings {
        Surroundings(
            variables: variables, program: Process.path, workingDirectory: Process.workingDirectory,
            now: Int64(time(nil)))
    }

    /// What the options mean for a run.
    func request() throws(UsageError) -> RunRequest {
        var request = RunRequest()
        request.repository = parsed.value("repo")
        request.ref = parsed.value("ref")
        request.environments = parsed.all("environment")
        request.tenants = Set(parsed.all("tenant"))
        request.only = parsed.value("only").flatMap(RunRequest.System.init)
        request.approvals = Set(parsed.all("approve"))
        request.wishes.adopt = Set(parsed.all("adopt"))
        request.wishes.from = parsed.value("from")
        request.checksAfterwards = parsed.flag("check")
        if let count = try parsed.count("parallelism") { request.parallelism = count }
        if let seconds = try parsed.seconds("timeout") { request.timeout = seconds }
        if let seconds = try parsed.seconds("wait-timeout") { request.waitTimeout = seconds }
        if let seconds = try parsed.seconds("lease-timeout") { request.leaseTimeout = seconds }
        return request
    }

    /// The run that the options ask for.
    func run(stop: StopSignal = StopSignal()) throws(UsageError) -> Run {
        Run(try request(), surroundings, stop: stop)
    }

    /// The same, held to a saved plan.
    func run(stop: StopSignal, saved path: String?) throws -> Run {
        guard let path else { return try run(stop: stop) }
        var request = try request()
        let saved = try SavedPlan.read(surroundings.absolute(path))
        request.saved = saved
        if request.environments.isEmpty { request.environments = [saved.environment] }
        return Run(request, surroundings, stop: stop)
    }

    var hasColor: Bool { terminal.hasColor && !parsed.flag("no-color") }

    var hasErrorColor: Bool { terminal.hasErrorColor && !parsed.flag("no-color") }

    /// Where results go, and in which forms.
    func outputs() throws(UsageError) -> [Output] { try Output.all(parsed) }
}
