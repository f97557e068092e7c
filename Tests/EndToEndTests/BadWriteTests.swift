import Formats
import Foundation
import HTTP
import TestSupport
import Testing

/// Bad answers to writes, carried out or not: what is not known to be done is not taken for done, and the next run completes it.
@Suite struct BadWriteTests {
    private static let answers: [(id: String, steps: [FaultServer.Step])] = [
        ("html", [.answer(200, type: "text/html", body: "<html>Sign in</html>")]),
        ("cut-json", [.json(#"{"kind": "Conf"#)]),
        ("cut-connection", FaultServer.Step.cut(#"{"kind": "ConfigMap"}"#)),
        (
            "unauthorized",
            [.json(#"{"error": "HTTP 401 Unauthorized", "code": 401, "message": "Unauthorized"}"#, status: 401)]
        ),
        ("forbidden", [.json(#"{"error": "HTTP 403 Forbidden", "code": 403, "message": "not you"}"#, status: 403)]),
        ("redirect", [.answer(302, headers: ["Location: https://login.example.com/?ticket=1"])]),
        ("too-many-requests", [.answer(429, headers: ["Retry-After: 1"], body: "Too many requests\n")]),
        ("reset", [.reset]), ("silence", [.silence]),
        ("content-type", [.answer(200, type: "text/plain", body: #"{"metadata": {"uid": "1"}}"#)]),
    ]

    private static let lost: Set = ["html", "cut-connection", "reset", "silence"]

    @Test(arguments: ["kubernetes", "keycloak"], [false, true])
    func answersToWrites(_ server: String, _ isCarriedOut: Bool) async throws {
        let fleet = try await ProxiedFleet()
        try await fleet.repository.succeed("apply", "--yes")
        let (proxy, system) = server == "kubernetes" ? (fleet.cluster, "cluster") : (fleet.identity, "identity")
        var transcript = ""
        // A server that has carried out a write may still lose its answer; it does not refuse it then.
        let answers = isCarriedOut ? Self.answers.filter { Self.lost.contains($0.id) } : Self.answers
        for (number, answer) in answers.enumerated() {
            try await change(fleet, number)
            let memory = try await fleet.settledMemory()
            proxy.replace { exchange in
                guard exchange.isWrite else { return nil }
                if isCarriedOut, exchange.answer() == nil { return [.reset] }
                return answer.steps
            }
            let run = try await fleet.transcript(
                ["apply", "--yes", "--only", system, "--timeout", "5s", "--wait-timeout", "1s"])
            proxy.replace(nil)
            // How much of a broken answer still arrives is the kernel's choice.
            let words = #/the answer of (\S+) is incomplete: the connection was closed after some bytes/#
            transcript +=
                "# \(answer.id)\n"
                + run.text.replacing(words) { "no answer from \($0.1): the connection was reset" }
            if !isCarriedOut {
                #expect([5, 6, 7].contains(run.status), "\(answer.id): \(run.text)")
                // What was seen of the failure is recorded; of the systems nothing has changed.
                let after = try await fleet.memory()
                let difference = try after.systems.difference(from: memory.systems)
                #expect(difference == nil, "\(answer.id) changed something")
            }
            try await fleet.repository.succeed("apply", "--yes")
            let plan = try await fleet.repository.succeed("plan", "--detailed-exitcode")
            #expect(plan.text.hasPrefix("No changes."), "\(answer.id): \(plan.text)")
        }
        let file = "golden/bad-answers/\(server)-writes-\(isCarriedOut ? "carried-out" : "not-carried-out").txt"
        try Golden.check(transcript, file)
    }

    /// One object and one account to change, and one of each to make.
    private func change(_ fleet: ProxiedFleet, _ number: Int) async throws {
        let repository = fleet.repository
        let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
        if number == 0 {
            let manifest = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra-0}\ndata: {number: \"0\"}\n"
            try repository.write(try repository.read(manifests) + manifest, to: manifests)
            let person = "extra0@acme.example,operator,Extra,Person\n"
            try repository.write(try repository.read("users/acme.csv") + person, to: "users/acme.csv")
        } else {
            try repository.replace("extra-\(number - 1)", by: "extra-\(number)", in: manifests)
            try repository.replace("extra\(number - 1)@", by: "extra\(number)@", in: "users/acme.csv")
        }
        try repository.write(SmallFleet.tenant("acme", "Title \(number)") + "\n", to: "tenants/acme.yaml")
        try repository.write(
            try repository.read("users/acme.csv").replacing(/,Ada\d*,/, with: ",Ada\(number),"), to: "users/acme.csv")
        try await repository.commit("Change \(number)")
    }
}

extension String {
    /// A memory without the record.
    fileprivate var systems: Substring { prefix { $0 != "\n" } }
}

extension Substring {
    /// Where two dumps differ first, and how.
    fileprivate func difference(from other: Substring) throws -> String? {
        try Self.difference(JSON.parse(String(self)), JSON.parse(String(other)), at: "")
    }

    private static func difference(_ one: JSON, _ other: JSON, at path: String) -> String? {
        if one == other { return nil }
        if let members = one.object, let others = other.object {
            for key in Set(members.keys).union(others.keys).sorted() {
                let found = difference(members[key] ?? .null, others[key] ?? .null, at: "\(path)/\(key)")
                if let found { return found }
            }
        }
        if let elements = one.array, let others = other.array, elements.count == others.count {
            for (index, pair) in zip(elements, others).enumerated() {
                if let found = difference(pair.0, pair.1, at: "\(path)/\(index)") { return found }
            }
        }
        return "\(path): \(other.text.prefix(300)) became \(one.text.prefix(300))"
    }
}
