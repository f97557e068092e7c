import Cryptography
import Formats
import HTTPServer

/// Finds out who sends a request: by client certificate, by a token from the start, or by a service account's token.
struct Authenticator: Sendable {
    /// By the common name of the certificate.
    let certificates: [String: ClusterUser]
    let tokens: [String: ClusterUser]
    let serviceAccounts: ServiceAccountTokens
    let store: ClusterStore

    /// Nil where credentials were sent that nobody has; without any the sender is anonymous.
    func user(of request: ServerRequest) -> ClusterUser? {
        if let name = request.clientCommonName, let user = certificates[name] { return user.authenticated }
        guard let header = request.header("Authorization") else { return .anonymous }
        let scheme = "Bearer "
        guard header.hasPrefix(scheme) else { return nil }
        let token = String(header.dropFirst(scheme.count)).trimmingSpaces()
        return known(token)?.authenticated ?? serviceAccounts.user(of: token, in: store)
    }

    /// Compares in constant time: a token is a secret.
    private func known(_ token: String) -> ClusterUser? {
        tokens.first { ConstantTime.equal(Array($0.key.utf8), Array(token.utf8)) }?.value
    }
}

/// Tokens that service accounts ask for: signed here, valid until they expire or their account goes.
struct ServiceAccountTokens: Sendable {
    static let audience = "https://kubernetes.default.svc"

    let key: [UInt8]
    let now: @Sendable () -> Int64

    func issue(for account: StoredObject, seconds: Int64, audiences: [String]) -> (token: String, expires: Int64) {
        let expires = now() + seconds
        let payload: JSON = [
            "aud": .array(audiences.map { .string($0) }), "exp": .int(expires), "iat": .int(now()),
            "iss": .string(Self.audience), "jti": .string(Random.uuid()), "nbf": .int(now()),
            "kubernetes.io": [
                "namespace": .string(account.key.namespace),
                "serviceaccount": ["name": .string(account.key.name), "uid": .string(account.uid)],
            ],
            "sub": .string("system:serviceaccount:\(account.key.namespace):\(account.key.name)"),
        ]
        return (Token.sign(payload.encoded(), key: key), expires)
    }

    func user(of token: String, in store: ClusterStore) -> ClusterUser? {
        guard let payload = Token.verify(token, key: key), let claims = try? JSON.parse(payload),
            let expires = claims["exp"]?.int, expires > now(), let id = claims["jti"]?.string,
            let namespace = claims["kubernetes.io"]?["namespace"]?.string,
            let account = claims["kubernetes.io"]?["serviceaccount"], let name = account["name"]?.string,
            let uid = account["uid"]?.string,
            let live = store.object(ObjectKey(resource: "serviceaccounts", namespace: namespace, name: name)),
            live.uid == uid
        else { return nil }
        return .serviceAccount(name, in: namespace, uid: uid, token: id)
    }
}
