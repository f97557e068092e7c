import Formats
import HTTPServer
import KubernetesModel

/// Questions that are answered and not kept: who am I, and what may I do.
extension APIServer {
    /// The answer to a question, or nil where the request is none.
    func review(_ request: APIRequest) throws -> ServerResponse? {
        if request.subresource?.name == "token" { return try issueToken(request) }
        let kind = request.resource.kind
        guard kind.hasPrefix("SelfSubject") else { return nil }
        let body = try RequestBody.parse(request, expecting: kind)
        var answer: JSONObject = [
            "kind": .string(kind), "apiVersion": .string(request.resource.apiVersion), "metadata": [:],
        ]
        switch kind {
        case "SelfSubjectReview":
            answer["metadata"] = ["creationTimestamp": .string(RFC3339.text(now()))]
            answer["status"] = ["userInfo": request.user.json]
        case "SelfSubjectRulesReview":
            answer["spec"] = [:]
            answer["status"] = accessRules(of: request.user, namespace: body["spec"]?["namespace"]?.string)
        default:
            answer["metadata"] = try ownership(of: body, request).map { ["managedFields": $0] } ?? [:]
            answer["spec"] = body["spec"] ?? [:]
            answer["status"] = access(of: request.user, body["spec"] ?? [:])
        }
        return .json(.object(answer), status: 201)
    }

    private func accessRules(of user: ClusterUser, namespace: String?) -> JSON {
        let isAdministrator = user.groups.contains(ClusterUser.administrators)
        let everything: [JSON] = [
            ["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]], ["verbs": ["*"], "nonResourceURLs": ["*"]],
        ]
        let found = authorizer.rules(for: user, namespace: namespace)
        let all = (isAdministrator ? everything.map(PolicyRule.init) : []) + found
        return [
            "resourceRules": .array(all.filter { $0.paths.isEmpty }.map(\.json)),
            "nonResourceRules": .array(all.filter { !$0.paths.isEmpty }.map(\.json)), "incomplete": false,
        ]
    }

    private func access(of user: ClusterUser, _ spec: JSON) -> JSON {
        let asked: AccessRequest
        if let attributes = spec["nonResourceAttributes"] {
            asked = AccessRequest(attributes["verb"]?.string ?? "", path: attributes["path"]?.string ?? "")
        } else {
            let attributes = spec["resourceAttributes"]
            asked = AccessRequest(
                attributes?["verb"]?.string ?? "", group: attributes?["group"]?.string ?? "",
                resource: attributes?["resource"]?.string ?? "", subresource: attributes?["subresource"]?.string,
                namespace: attributes?["namespace"]?.string, name: attributes?["name"]?.string)
        }
        return ["allowed": .bool(authorizer.allows(user, asked))]
    }

    private func issueToken(_ request: APIRequest) throws -> ServerResponse {
        let account = try stored(request)
        let body = try RequestBody.parse(request, expecting: "TokenRequest")
        let seconds = body["spec"]?["expirationSeconds"]?.int ?? 3600
        let given = (body["spec"]?["audiences"]?.array ?? []).compactMap(\.string)
        let audiences = given.isEmpty ? [ServiceAccountTokens.audience] : given
        guard (600...4_294_967_296).contains(seconds) else {
            let message = "Invalid value: \(seconds): may not specify a duration less than 10 minutes"
            throw APIFailure.invalid(
                "TokenRequest.authentication.k8s.io", "",
                [.init("FieldValueInvalid", message, at: "spec.expirationSeconds")])
        }
        let issued = authenticator.serviceAccounts.issue(for: account, seconds: seconds, audiences: audiences)
        let time = RFC3339.text(now())
        var metadata: JSONObject = [
            "name": .string(account.key.name), "namespace": .string(account.key.namespace), "uid": .string(account.uid),
            "creationTimestamp": .string(time),
        ]
        metadata["managedFields"] = try ownership(of: body, request)
        return .json(
            [
                "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": .object(metadata),
                "spec": [
                    "audiences": .array(audiences.map { .string($0) }), "expirationSeconds": .int(seconds),
                    "boundObjectRef": body["spec"]?["boundObjectRef"] ?? .null,
                ],
                "status": [
                    "token": .string(issued.token), "expirationTimestamp": .string(RFC3339.text(issued.expires)),
                ],
            ], status: 201)
    }
}

extension APIServer {
    /// Who owns the fields of a question: its answer says so, although nothing is kept.
    private func ownership(of body: JSON, _ request: APIRequest) throws -> JSON? {
        let model = request.subresource.map { subresource in
            ResourceKind(
                gvk: subresource.kind, plural: subresource.name, singular: "", isNamespaced: true,
                verbs: subresource.verbs)
        }
        let resource = model.map { ResourceType($0) } ?? request.resource
        let writer = try Writer(request, options: "CreateOptions")
        var question: JSON = [
            "kind": .string(resource.kind), "apiVersion": .string(resource.apiVersion), "metadata": [:],
        ]
        question["spec"] = body["spec"]
        let made = try rules(resource, writer).create(question, Allocations(uid: ""))
        // The specification of a question is always there, so that nobody owns that it is.
        let entries = (made["metadata"]?["managedFields"]?.array ?? []).map { entry -> JSON in
            var entry = entry
            entry["fieldsV1"]?["f:spec"]?["."] = nil
            return entry
        }
        return entries.isEmpty ? nil : .array(entries)
    }
}
