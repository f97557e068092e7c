import Formats
import HTTPServer
import KubernetesModel

/// Tokens of service accounts: issued on request, and looked into for those who are shown one.
extension APIServer {
    func issueToken(_ request: APIRequest) throws -> ServerResponse {
        var body = try RequestBody.parse(request, expecting: "TokenRequest")
        if body["spec"]?["expirationSeconds"]?.int == nil { body["spec"]?["expirationSeconds"] = 3600 }
        let account = try stored(request)
        let seconds = body["spec"]?["expirationSeconds"]?.int ?? 3600
        try Self.checkDuration(seconds)
        let bound = try boundObject(body["spec"]?["boundObjectRef"] ?? .null, of: account)
        let given = (body["spec"]?["audiences"]?.array ?? []).compactMap(\.string)
        let audiences = given.isEmpty ? [ServiceAccountTokens.audience] : given
        let issued = authenticator.serviceAccounts.issue(
            for: account, seconds: seconds, audiences: audiences, boundTo: bound)
        var metadata = try metadata(of: body, request)
        for (key, value) in [
            ("name", account.key.name), ("namespace", account.key.namespace), ("uid", account.uid),
            ("creationTimestamp", RFC3339.text(now())),
        ] { metadata[key] = .string(value) }
        return .json(
            [
                "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": metadata,
                "spec": [
                    "audiences": .array(audiences.map { .string($0) }), "expirationSeconds": .int(seconds),
                    "boundObjectRef": body["spec"]?["boundObjectRef"] ?? .null,
                ],
                "status": [
                    "token": .string(issued.token), "expirationTimestamp": .string(RFC3339.text(issued.expires)),
                ],
            ], status: 201)
    }

    private static func checkDuration(_ seconds: Int64) throws {
        let why: String
        switch seconds {
        case ..<600: why = "may not specify a duration less than 10 minutes"
        case 4_294_967_297...: why = "may not specify a duration larger than 2^32 seconds"
        default: return
        }
        throw APIStatus.invalid(
            GroupVersionKind(group: "authentication.k8s.io", version: "v1", kind: "TokenRequest"), name: "",
            [.invalid("spec.expirationSeconds", .int(seconds), why)])
    }

    /// The pod or the secret whose end is to be the token's end too.
    private func boundObject(_ reference: JSON, of account: StoredObject) throws -> StoredObject? {
        guard reference.object != nil else { return nil }
        let kind = reference["kind"]?.string ?? ""
        let version = reference["apiVersion"]?.string ?? ""
        guard let resource = ["Pod": "pods", "Secret": "secrets"][kind], !version.contains("/") else {
            let parts = version.split(separator: "/").map(String.init)
            let group = parts.count == 2 ? parts[0] : ""
            throw APIFailure.badRequest(
                "cannot bind token to object of type \(group)/\(parts.last ?? ""), Kind=\(kind)")
        }
        let name = reference["name"]?.string ?? ""
        let key = ObjectKey(resource: resource, namespace: account.key.namespace, name: name)
        guard let object = store.object(key) else { throw APIFailure.notFound(resource, name) }
        let pods = object.value["spec"]?["serviceAccountName"]?.string ?? "default"
        guard kind != "Pod" || pods == account.key.name else {
            throw APIFailure.badRequest(
                "cannot bind token for serviceaccount \(GoFormat.quoted(account.key.name)) to pod running with different "
                    + "serviceaccount name.")
        }
        let uid = reference["uid"]?.string ?? ""
        guard uid.isEmpty || uid == object.uid else {
            throw APIFailure.conflict(
                kind, name,
                "the UID in the bound object reference (\(uid)) does not match the UID in record. The object might have "
                    + "been deleted and then recreated")
        }
        return object
    }

    /// Whose token it is, and for whom.
    func tokenStatus(_ spec: JSON) throws(APIFailure) -> JSON {
        let token = spec["token"]?.string ?? ""
        guard !token.isEmpty else { throw .badRequest("token is required for TokenReview in authentication") }
        let wanted = (spec["audiences"]?.array ?? []).compactMap(\.string)
        guard let (user, audiences) = authenticator.user(ofToken: token, for: wanted) else {
            return ["user": [:], "error": "invalid bearer token"]
        }
        return [
            "authenticated": true, "user": user.json, "audiences": .array(audiences.map { .string($0) }),
        ]
    }
}
