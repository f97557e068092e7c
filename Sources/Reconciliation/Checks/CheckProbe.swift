package import DNS
package import HTTP
import KubernetesModel
package import Tenancy

/// Carries out single checks: asks URLs and name servers, and judges their answers.
package struct CheckProbe: Sendable {
    private let client: HTTPClient
    private let nameServers: NameServers
    private let timeout: Double

    /// - Parameter http: Trust as the user has it. Its proxy is not used: a proxy looks names up by itself, so that nothing would keep
    ///   a check from addresses that are closed to it.
    package init(
        _ policy: CheckPolicy, http: HTTPConfiguration, nameServers: NameServers = .system, timeout: Double
    ) throws(HTTPError) {
        var configuration = http
        configuration.proxy = nil
        configuration.credential = nil
        configuration.identity = nil
        configuration.deadlines.connect = min(http.deadlines.connect, timeout)
        // With HTTP/2 an exchange may have to wait for another one's connection, and its time would not be its own.
        configuration.version = .http1
        configuration.maxBody = 16 << 20
        configuration.refusal = { bytes in
            IPAddress(bytes).map { policy.refusal(of: $0) } ?? "it is no internet address"
        }
        client = try HTTPClient(configuration)
        self.nameServers = nameServers
        self.timeout = timeout
    }

    package func result(of check: DesiredCheck, tenant: String?) async -> CheckResult {
        let judgement =
            switch check.target {
            case .url(let url, let warn, let critical): await ask(url, warn: warn, critical: critical)
            case .dns(let host, let cname): await lookUp(host, cname: cname)
            }
        return CheckResult(
            tenant: tenant, check: check, state: judgement.state, seconds: judgement.seconds,
            reason: judgement.reason)
    }

    private struct Judgement {
        let state: CheckResult.State
        var seconds: Double?
        var reason: String?
    }

    // MARK: URLs

    private func ask(_ url: String, warn: Double?, critical: Double?) async -> Judgement {
        let start = ContinuousClock.now
        do throws(HTTPError) {
            let response = try await client.send(HTTPRequest(.get, url, timeout: timeout, idleTimeout: timeout))
            let seconds = Double(start.duration(to: .now) / .milliseconds(1)) / 1000
            guard (200...299).contains(response.status) else {
                return Judgement(state: .failed, seconds: seconds, reason: Self.reason(of: response))
            }
            if let critical, seconds > critical {
                return Judgement(state: .critical, seconds: seconds, reason: "slower than \(Self.words(critical))")
            }
            if let warn, seconds > warn {
                return Judgement(state: .warn, seconds: seconds, reason: "slower than \(Self.words(warn))")
            }
            return Judgement(state: .ok, seconds: seconds)
        } catch {
            return Judgement(state: .failed, reason: error.message)
        }
    }

    private static func reason(of response: HTTPResponse) -> String {
        guard (300...399).contains(response.status), let target = response.header("location") else {
            return "answered with status \(response.status)"
        }
        return
            "answered with status \(response.status) and sent on to \(target.prefix(200)), where checks do not follow"
    }

    /// `500 ms`, `1.5 s`
    package static func words(_ seconds: Double) -> String {
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        let tenths = (seconds * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths)) s" : "\(tenths) s"
    }

    // MARK: Names

    private func lookUp(_ host: String, cname: String?) async -> Judgement {
        let start = ContinuousClock.now
        let answer: DNSAnswer
        switch await nameServers.lookUp(host, timeout: timeout) {
        case .success(let found): answer = found
        case .failure(let failure): return Judgement(state: .failed, reason: Self.reason(of: failure, host))
        }
        let seconds = Double(start.duration(to: .now) / .milliseconds(1)) / 1000
        if let cname, !answer.aliases.contains(cname.lowercased()) {
            return Judgement(state: .failed, seconds: seconds, reason: Self.reason(of: answer, host, without: cname))
        }
        guard !answer.addresses.isEmpty else {
            let path = ([host] + answer.aliases).joined(separator: ", an alias of ")
            return Judgement(state: .failed, seconds: seconds, reason: "no address for \(path)")
        }
        return Judgement(state: .ok, seconds: seconds)
    }

    private static func reason(of failure: LookupFailure, _ host: String) -> String {
        switch failure {
        case .unknownName: "there is no name \(host)"
        case .noAnswer: "no name server had an answer for \(host) in time"
        case .badAnswer: "the name server's answer for \(host) cannot be read"
        }
    }

    private static func reason(of answer: DNSAnswer, _ host: String, without cname: String) -> String {
        if !answer.aliases.isEmpty {
            return "\(host) is an alias of \(answer.aliases.joined(separator: ", then ")), not of \(cname)"
        }
        let addresses = answer.addresses.compactMap { IPAddress($0)?.description }.sorted()
        let own = addresses.isEmpty ? "nothing" : "addresses of its own, \(addresses.joined(separator: ", "))"
        return "\(host) is no alias of \(cname): it has \(own)"
    }
}
