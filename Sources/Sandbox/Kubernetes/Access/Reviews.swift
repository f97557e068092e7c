import Formats
import HTTPServer
import KubernetesModel

/// Questions that are answered and not kept: who is this, and what may they do.
extension APIServer {
    /// The answer to a question, or nil where the request is none.
    func review(_ request: APIRequest) throws -> ServerResponse? {
        if request.subresource?.name == "token" { return try issueToken(request) }
        guard ResourceType.questions.contains(request.resource.plural) else { return nil }
        let body = try settle(
            try RequestBody.object(request, of: request.resource), request.resource, in: request.namespace)
        let writer = try Writer(request, options: "CreateOptions")
        let warnings = try FieldCheck(request.resource, catalog).check(body, writer.validation)
        return ServerResponse.remarking({ warnings }) { try answer(body, request) }
    }

    private func answer(_ body: JSON, _ request: APIRequest) throws -> ServerResponse {
        switch request.resource.kind {
        case "SelfSubjectReview":
            return answer(
                request, metadata: ["creationTimestamp": .string(RFC3339.text(now()))],
                status: ["userInfo": request.user.json])
        case "SelfSubjectRulesReview":
            let namespace = body["spec"]?["namespace"]?.string ?? ""
            guard !namespace.isEmpty else { throw APIFailure.badRequest("no namespace on request") }
            return answer(request, spec: [:], status: accessRules(of: request.user, namespace: namespace))
        case "TokenReview":
            return answer(
                request, metadata: try metadata(of: body, request), spec: body["spec"] ?? [:],
                status: try tokenStatus(body["spec"] ?? [:]))
        default: return try reviewAccess(body, request)
        }
    }

    /// What a question says about itself: its kind, with what is known of it.
    private func answer(
        _ request: APIRequest, metadata: JSON = [:], spec: JSON? = nil, status: JSON
    ) -> ServerResponse {
        var value: JSONObject = [
            "kind": .string(request.resource.kind), "apiVersion": .string(request.resource.apiVersion),
            "metadata": metadata, "status": status,
        ]
        value["spec"] = spec
        return .json(.object(value), status: 201)
    }

    private func accessRules(of user: ClusterUser, namespace: String) -> JSON {
        let rights = authorizer.rights(of: user, namespace: namespace)
        let all = (user.isAdministrator ? PolicyRule.everything : []) + rights.rules.map(\.rule)
        var status: JSON = [
            "resourceRules": .array(all.filter { $0.paths.isEmpty }.map(\.json)),
            "nonResourceRules": .array(all.filter { !$0.paths.isEmpty }.map(\.json)), "incomplete": false,
        ]
        if !rights.problems.isEmpty { status["evaluationError"] = .string(rights.problems.joined(separator: ", ")) }
        return status
    }

    /// May somebody do something: the sender, or whom the question names.
    private func reviewAccess(_ body: JSON, _ request: APIRequest) throws -> ServerResponse {
        let spec = body["spec"] ?? [:]
        let isAboutSender = request.resource.kind == "SelfSubjectAccessReview"
        let problems = Self.problems(
            of: spec, isAboutSender: isAboutSender, in: request.resource.isNamespaced ? request.namespace ?? "" : nil)
        guard problems.isEmpty else {
            throw APIStatus.invalid(
                GroupVersionKind(group: request.resource.group, version: "", kind: ""), name: "", problems)
        }
        var metadata = try metadata(of: body, request)
        if let namespace = request.namespace { metadata["namespace"] = .string(namespace) }
        let user = isAboutSender ? request.user : ClusterUser(reviewed: spec)
        let decision = authorizer.decide(user, AccessRequest(reviewed: spec))
        var status: JSON = ["allowed": .bool(decision.isAllowed)]
        if !decision.reason.isEmpty { status["reason"] = .string(decision.reason) }
        return answer(request, metadata: metadata, spec: spec, status: status)
    }

    /// - Parameter place: the namespace that a local question is about.
    private static func problems(of spec: JSON, isAboutSender: Bool, in place: String?) -> [FieldProblem] {
        let (resource, path) = (spec["resourceAttributes"], spec["nonResourceAttributes"])
        var problems: [FieldProblem] = []
        if let path, resource != nil {
            problems.append(
                .invalid(
                    "spec.nonResourceAttributes", text: shown(path),
                    "cannot be specified in combination with resourceAttributes"))
        }
        if resource == nil, path == nil {
            let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            problems.append(.invalid("spec.resourceAttributes", .null, why))
        }
        let user = spec["user"]?.string ?? ""
        if !isAboutSender, user.isEmpty, (spec["groups"]?.array ?? []).isEmpty {
            problems.append(.invalid("spec.user", "", "at least one of user or group must be specified"))
        }
        guard let place else { return problems }
        let namespace = resource?["namespace"]?.string ?? ""
        if resource != nil, namespace != place {
            problems.append(
                .invalid("spec.resourceAttributes.namespace", .string(namespace), "must match metadata.namespace"))
        }
        if let path {
            problems.append(
                .invalid("spec.nonResourceAttributes", text: shown(path), "disallowed on this kind of request"))
        }
        return problems
    }

    private static func shown(_ path: JSON) -> String {
        JSON.object(["Path": path["path"] ?? "", "Verb": path["verb"] ?? ""]).text
    }
}

extension APIServer {
    /// The metadata of a question's answer: who owns its fields, although nothing is kept.
    func metadata(of body: JSON, _ request: APIRequest) throws -> JSON {
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
        var rules = try rules(resource, writer)
        // It has no name, and needs none.
        rules.validates = false
        let made = try rules.create(question, Allocations(uid: ""))
        // The specification of a question is always there, so that nobody owns that it is.
        let entries = (made["metadata"]?["managedFields"]?.array ?? []).map { entry -> JSON in
            var entry = entry
            entry["fieldsV1"]?["f:spec"]?["."] = nil
            return entry
        }
        return entries.isEmpty ? [:] : ["managedFields": .array(entries)]
    }
}

extension AccessRequest {
    /// What an access review asks about.
    fileprivate init(reviewed spec: JSON) {
        if let attributes = spec["nonResourceAttributes"] {
            self.init(attributes["verb"]?.string ?? "", path: attributes["path"]?.string ?? "")
            return
        }
        func text(_ key: String) -> String? {
            spec["resourceAttributes"]?[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
        }
        self.init(
            text("verb") ?? "", group: text("group") ?? "", resource: text("resource") ?? "",
            subresource: text("subresource"), namespace: text("namespace"), name: text("name"))
    }
}

extension ClusterUser {
    /// Whom an access review asks about.
    fileprivate init(reviewed spec: JSON) {
        self.init(
            name: spec["user"]?.string ?? "", uid: spec["uid"]?.string ?? "",
            groups: (spec["groups"]?.array ?? []).compactMap(\.string))
    }
}
