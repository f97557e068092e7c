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
        return user(ofToken: String(header.dropFirst(scheme.count)).trimmingSpaces(), for: [])?.user
    }

    /// Whose token it is, and which of the audiences it is for; without any, those of the server are meant.
    func user(ofToken token: String, for audiences: [String]) -> (user: ClusterUser, audiences: [String])? {
        let wanted = audiences.isEmpty ? [ServiceAccountTokens.audience] : audiences
        if let user = known(token) {
            return wanted.contains(ServiceAccountTokens.audience)
                ? (user.authenticated, [ServiceAccountTokens.audience]) : nil
        }
        guard let (user, given) = serviceAccounts.user(of: token, in: store) else { return nil }
        let shared = wanted.filter(given.contains)
        return shared.isEmpty ? nil : (user, shared)
    }

    /// Compares in constant time: a token is a secret.
    private func known(_ token: String) -> ClusterUser? {
        tokens.first { ConstantTime.equal(Array($0.key.utf8), Array(token.utf8)) }?.value
    }
}

/// Tokens that service accounts ask for: signed here, valid until they expire, or their account or what they are bound to
/// goes.
struct ServiceAccountTokens: Sendable {
    static let audience = "https://kubernetes.default.svc"

    let key: [UInt8]
    let now: @Sendable () -> Int64

    func issue(
        for account: StoredObject, seconds: Int64, audiences: [String], boundTo object: StoredObject?
    ) -> (token: String, expires: Int64) {
        let expires = now() + seconds
        var owner: JSON = [
            "namespace": .string(account.key.namespace),
            "serviceaccount": ["name": .string(account.key.name), "uid": .string(account.uid)],
        ]
        if let object {
            owner[String(object.key.resource.dropLast())] = [
                "name": .string(object.key.name), "uid": .string(object.uid),
            ]
        }
        let payload: JSON = [
            "aud": .array(audiences.map { .string($0) }), "exp": .int(expires), "iat": .int(now()),
            "iss": .string(Self.audience), "jti": .string(Random.uuid()), "nbf": .int(now()), "kubernetes.io": owner,
            "sub": .string("system:serviceaccount:\(account.key.namespace):\(account.key.name)"),
        ]
        return (Token.sign(payload.encoded(), key: key), expires)
    }

    func user(of token: String, in store: ClusterStore) -> (user: ClusterUser, audiences: [String])? {
        guard let payload = Token.verify(token, key: key), let claims = try? JSON.parse(payload),
            let expires = claims["exp"]?.int, expires > now(), let id = claims["jti"]?.string,
            let owner = claims["kubernetes.io"], let namespace = owner["namespace"]?.string,
            let account = owner["serviceaccount"], isLive(account, "serviceaccounts", namespace, store),
            ["pod", "secret"].allSatisfy({ kind in
                owner[kind].map { isLive($0, kind + "s", namespace, store) } ?? true
            })
        else { return nil }
        let user = ClusterUser.serviceAccount(
            account["name"]?.string ?? "", in: namespace, uid: account["uid"]?.string ?? "", token: id,
            pod: owner["pod"])
        return (user, (claims["aud"]?.array ?? []).compactMap(\.string))
    }

    private func isLive(_ claim: JSON, _ resource: String, _ namespace: String, _ store: ClusterStore) -> Bool {
        let key = ObjectKey(resource: resource, namespace: namespace, name: claim["name"]?.string ?? "")
        return store.object(key).map { $0.uid == claim["uid"]?.string } ?? false
    }
}
