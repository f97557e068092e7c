import Formats
import Foundation
import HTTP
import TestSupport

/// The two systems of a sandbox, asked and changed by somebody else than `reconcile`.
struct World {
    let sandbox: SandboxServer
    private let administrator: RealmAdministrator

    init(_ sandbox: SandboxServer) throws {
        self.sandbox = sandbox
        administrator = try RealmAdministrator(IdentityServer(sandbox), sandbox["realm"])
    }

    /// Requests that change something, as the servers logged them: nobody who claims to have written nothing can hide.
    func writes() throws -> [String] {
        let log = try String(contentsOfFile: "\(sandbox.dataFolder)/requests.log", encoding: .utf8)
        return log.split(separator: "\n").map(String.init).filter { line in
            let words = line.split(separator: " ")
            return words.count > 2 && words[1] != "GET" && !words[2].hasSuffix("/token")
        }
    }

    /// Runs kubectl-like requests with curl, which reads the certificates of the kubeconfig that the sandbox wrote.
    @discardableResult
    func cluster(_ method: String, _ path: String, _ body: String? = nil, type: String = "application/json")
        async throws -> JSON
    {
        let run = try await Command.run(
            "python3",
            [
                Fixture.root.appending(path: "Tests/EndToEndTests/kubernetes.py").path, sandbox["kubeconfig"], method,
                path, type,
            ],
            environment: ["BODY": body ?? ""])
        guard run.status == 0 else { throw FleetRepository.Failed(description: "\(method) \(path): \(run.errors)") }
        return try JSON.parse(run.output)
    }

    /// Reads an object until it is as wanted, for some seconds at most.
    func wait(for path: String, until isWanted: (JSON) -> Bool) async throws {
        for _ in 0..<100 {
            if isWanted(try await cluster("GET", path)) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw FleetRepository.Failed(description: "\(path) is not as wanted")
    }

    /// Tells the sandbox what to do, as its administrator.
    func control(_ method: String, _ path: String, _ body: JSON? = nil) async throws {
        let run = try await Command.run(
            "curl",
            [
                "-sS", "--fail-with-body", "-X", method, "-u", "\(sandbox["user"]):\(sandbox["password"])",
                sandbox["identity"] + path,
            ] + (body.map { ["-d", $0.text] } ?? []), environment: [:])
        guard run.status == 0 else { throw FleetRepository.Failed(description: "\(method) \(path): \(run.text)") }
    }

    /// A request to the realm as its administrator.
    @discardableResult
    func realm(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        let answer = try await administrator.send(method, path, body)
        return answer.body.isEmpty ? .null : try JSON.parse(answer.body)
    }

    /// Everything that both systems hold, without what differs from run to run.
    func dump() async throws -> String {
        let run = try await Command.run(
            Products.url("reconcile-sandbox").path, ["dump", "--data", sandbox.dataFolder],
            environment: Products.inherited)
        guard run.status == 0 else { throw FleetRepository.Failed(description: "dump: \(run.errors)") }
        return run.text
    }
}
