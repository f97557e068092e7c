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
        request.base = parsed.value("base")
        request.isForAffectedAlone = parsed.flag("affected")
        request.isOffline = parsed.flag("offline")
        for flag in ["affected", "offline"] where parsed.flag(flag) && request.base == nil {
            throw UsageError("--\(flag) compares with a base: add --base REF", command: parsed.command)
        }
        request.environments = parsed.all("environment")
        request.tenants = Set(parsed.all("tenant"))
        request.only = parsed.value("only").flatMap(RunRequest.System.init)
        request.approvals = Set(parsed.all("approve"))
        request.wishes.adopt = Set(parsed.all("adopt"))
        request.wishes.from = parsed.value("from")
        request.checksAfterwards = parsed.flag("check")
        request.allowsUnverifiedCluster = parsed.flag("insecure-skip-tls-verify")
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

    /// The page of the CI system that shows this run's log.
    var logAddress: String? {
        let gitHub = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"].compactMap { variables[$0] }
        let address =
            gitHub.count == 3 ? "\(gitHub[0])/\(gitHub[1])/actions/runs/\(gitHub[2])" : variables["CI_JOB_URL"]
        let isPlain = address?.utf8.allSatisfy { byte in
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            return isLetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._~:/%".utf8.contains(byte)
        }
        return isPlain == true && address?.hasPrefix("http") == true ? address : nil
    }

    var hasColor: Bool { terminal.hasColor && !parsed.flag("no-color") }

    var hasErrorColor: Bool { terminal.hasErrorColor && !parsed.flag("no-color") }

    /// Where results go, and in which forms.
    func outputs() throws(UsageError) -> [Output] { try Output.all(parsed) }
}
