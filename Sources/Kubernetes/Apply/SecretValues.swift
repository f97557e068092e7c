import Planning
import Tenancy

/// Where the values of Secrets come from that the repository does not hold.
package struct SecretValues: Sendable {
    /// The value of an environment variable, or nil where it is not set.
    package var variable: @Sendable (String) -> String?
    /// So many characters of `A-Z a-z 0-9`.
    package var generate: @Sendable (Int) -> String

    package init(
        variable: @escaping @Sendable (String) -> String?,
        generate: @escaping @Sendable (Int) -> String = SecretValues.random
    ) {
        self.variable = variable
        self.generate = generate
    }

    /// From the system's random source, each character as likely as any other.
    package static let random: @Sendable (Int) -> String = { length in
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var source = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &source)] }
        return String(decoding: bytes, as: UTF8.self)
    }

    func value(of key: SecretKey, for attempt: String) throws(Failure) -> String {
        switch key.source {
        case .generate(let length): return generate(length)
        case .environment(let name):
            if let value = variable(name) { return value }
            throw Failure(
                .rejected, "cannot \(attempt): the environment variable \(name), which gives '\(key.name)', is not set")
        }
    }
}
