/// One thing that was tried to learn whether an apply would get through: what, what came back, and what to do about it.
package struct Examination: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable {
        case fine = "ok"
        /// An apply gets through now, and something asks for attention.
        case warning
        case failed
    }

    /// Why an apply would not get through.
    package enum Cause: Sendable, Hashable {
        case files, refused, conflict, unreachable
    }

    /// `push`, `rights to plan`
    package let subject: String
    package let verdict: Verdict
    /// Nil unless it failed.
    package let cause: Cause?
    /// What came back. No secret, and not safe for a terminal.
    package let found: String
    package let advice: String?

    private init(_ subject: String, _ verdict: Verdict, _ cause: Cause?, _ found: String, _ advice: String?) {
        self.subject = subject
        self.verdict = verdict
        self.cause = cause
        self.found = found
        self.advice = advice
    }

    package static func fine(_ subject: String, _ found: String) -> Examination {
        Examination(subject, .fine, nil, found, nil)
    }

    package static func warning(_ subject: String, _ found: String, _ advice: String) -> Examination {
        Examination(subject, .warning, nil, found, advice)
    }

    package static func failed(
        _ subject: String, _ cause: Cause, _ found: String, _ advice: String? = nil
    ) -> Examination {
        Examination(subject, .failed, cause, found, advice)
    }

    /// A failure whose message says what to do.
    package static func failed(_ subject: String, _ failure: Failure) -> Examination {
        let cause: Cause =
            switch failure.kind {
            case .unreachable: .unreachable
            case .conflict: .conflict
            case .rejected: .refused
            }
        return failed(subject, cause, failure.message)
    }
}

extension Examination {
    /// What a server's first answer says about the way to it.
    ///
    /// - Parameters:
    ///   - origin: `https://host:port`
    ///   - certificateEnd, serverTime, now: Seconds since 1970.
    ///   - isVerified: Whether the server had to prove who it is.
    package static func contact(
        _ origin: String, address: String, certificateEnd: Int?, isVerified: Bool = true, serverTime: Int?, now: Int
    ) -> [Examination] {
        let tls =
            isVerified
            ? tls(origin, address, certificateEnd, now)
            : warning(
                "TLS", "not verified: whoever answers there gets our credential",
                "give the kubeconfig its certificate-authority, and leave --insecure-skip-tls-verify out")
        return [fine("address", "\(origin) answers at \(address)"), tls]
            + (serverTime.map { [clock($0 - now)] } ?? [])
    }

    private static func tls(_ origin: String, _ address: String, _ end: Int?, _ now: Int) -> Examination {
        guard let end else {
            if origin.hasPrefix("https:") { return fine("TLS", "trusted") }
            guard !address.hasPrefix("127."), address != "::1" else {
                return fine("TLS", "none; it is this machine itself")
            }
            return warning("TLS", "none: secrets travel in the clear", "use https")
        }
        let days = (end - now) / 86_400
        let found = "trusted; the certificate ends in \(days) day\(days == 1 ? "" : "s")"
        return days >= 14 ? fine("TLS", found) : warning("TLS", found, "have it renewed before")
    }

    private static func clock(_ difference: Int) -> Examination {
        guard abs(difference) > 60 else { return fine("clock", "as the server's") }
        let found = "the server's is \(abs(difference)) s \(difference > 0 ? "ahead of" : "behind") ours"
        return warning("clock", found, "set both by NTP: tokens and certificates end by them")
    }
}
