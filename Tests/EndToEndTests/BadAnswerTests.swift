import Cryptography
import Foundation
import HTTPServer
import TestSupport
import Testing

/// Answers that no server should give: one line says which server and what to do, and nothing is removed or lost.
@Suite struct BadAnswerTests {
    /// A case of a table: what is bent, and what the run is given for it.
    private struct Situation {
        let id: String
        var answer: FaultProxy.Replacement?
        var variables: [String: String] = [:]
        /// Where the fleet's identity provider is, when elsewhere.
        var identity: String?

        /// Nobody waits long for a server that is silent; all others answer, however busy the machine is.
        var timeout: [String] { id == "silence" ? ["--timeout", "5s"] : [] }
    }

    @Test func fromKubernetes() async throws {
        let fleet = try await ProxiedFleet()
        let behind = try SandboxCluster(fleet.sandbox)
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let stranger = try CertificateAuthority(commonName: "stranger").identity.certificate
        try behind.kubeconfig(server: behind.url, authority: Array(stranger.utf8))
            .write(toFile: folder.file("kubeconfig"), atomically: true, encoding: .utf8)
        let wrongAuthority = Situation(id: "wrong-authority", variables: ["KUBECONFIG": folder.file("kubeconfig")])
        try await check(
            BadAnswer.kubernetes.map { Situation(id: $0.id, answer: $0.answer) } + [wrongAuthority], of: fleet,
            at: fleet.cluster, "cluster", in: "kubernetes", hiding: folder.file("kubeconfig"))
    }

    @Test func fromKeycloak() async throws {
        let fleet = try await ProxiedFleet()
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let stranger = try CertificateAuthority(commonName: "stranger")
        try stranger.identity.certificate.write(toFile: folder.file("ca.pem"), atomically: true, encoding: .utf8)
        let served = try CertificateAuthority(commonName: "served").server(commonName: "127.0.0.1")
        let listener = try HTTPListener(
            tls: TLSIdentity(certificate: served.certificate, key: served.privateKey)
        ) { _ in ServerResponse(status: 500) }
        let url = "https://127.0.0.1:\(listener.port)"
        let wrongAuthority = Situation(
            id: "wrong-authority", variables: ["SSL_CERT_FILE": folder.file("ca.pem"), "KEYCLOAK_URL": url],
            identity: url)
        try await check(
            BadAnswer.keycloak.map { Situation(id: $0.id, answer: $0.answer) } + [wrongAuthority], of: fleet,
            at: fleet.identity, "identity", in: "keycloak", hiding: folder.file("ca.pem"))
        await listener.stop()
    }

    /// Each case in turn: a plan and an apply with the fault; in the end, without any, everything is carried out.
    private func check(
        _ situations: [Situation], of fleet: ProxiedFleet, at proxy: FaultProxy, _ system: String, in folder: String,
        hiding path: String
    ) async throws {
        try await fleet.repository.succeed("apply", "--yes")
        try await fleet.change()
        let memory = try await fleet.settledMemory()
        for situation in situations {
            proxy.replace(situation.answer)
            if let url = situation.identity {
                try fleet.repository.write(ProxiedFleet.fleet(identity: url), to: "reconcile.yaml")
                try await fleet.repository.commit("Move the identity provider")
            }
            let plan = try await fleet.transcript(["plan"] + situation.timeout, with: situation.variables)
            let apply = try await fleet.transcript(
                ["apply", "--yes", "--only", system] + situation.timeout, with: situation.variables)
            if situation.identity != nil { try await fleet.repository.git("reset", "--quiet", "--hard", "HEAD~1") }
            let name = "\(folder)/\(situation.id)"
            #expect([plan.status, apply.status] == [7, 7], "\(name): \(plan.text)\(apply.text)")
            #expect(try await fleet.memory() == memory, "\(name) changed something")
            let text = (plan.text + "\n" + apply.text).replacing(path, with: "FILE")
            #expect(throws: Never.self, "\(name)") {
                try Golden.check(text, "golden/bad-answers/\(name).txt")
            }
        }
        proxy.replace(nil)
        try await fleet.repository.succeed("apply", "--yes")
        let end = try await fleet.repository.succeed("plan", "--detailed-exitcode")
        #expect(end.text.hasPrefix("No changes."), "\(end.text)")
    }
}
