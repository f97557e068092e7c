import Cryptography
import Formats
import HTTPServer
import KubernetesModel

/// Objects that are new.
extension APIServer {
    func create(_ request: APIRequest) throws -> ServerResponse {
        if let answer = try review(request) { return answer }
        guard request.subresource == nil else { throw APIFailure.methodNotAllowed }
        let writer = try Writer(request, options: "CreateOptions")
        let body = try RequestBody.object(request, of: request.resource)
        let warnings = try FieldCheck(request.resource, catalog).check(
            body, writer.validation, text: request.jsonBody)
        return ServerResponse.remarking({ warnings }) {
            try present(try make(body, request.resource, in: request.namespace, by: writer), request, status: 201)
        }
    }

    /// Makes an object as a POST does.
    func make(
        _ object: JSON, _ resource: ResourceType, in namespace: String?, by writer: Writer
    ) throws -> StoredObject {
        var object = try settle(object, resource, in: namespace)
        guard (object["metadata"]?["resourceVersion"]?.string ?? "").isEmpty else {
            throw APIFailure(500, "", "resourceVersion should not be set on objects to be created")
        }
        let isNamed = !(object["metadata"]?["name"]?.string ?? "").isEmpty
        let prefix = isNamed ? nil : object["metadata"]?["generateName"]?.string
        while true {
            if let prefix { object["metadata"]?["name"] = .string(prefix + Self.suffix()) }
            try checkNamespace(of: object, resource)
            try checkDefinition(of: resource)
            try checkEscalation(object, nil, resource, writer)
            let rules = try rules(resource, writer, for: .create, in: namespace)
            let made = try rules.create(prepare(object, resource), allocations(resource))
            do {
                return try insert(made, resource, writer)
            } catch is ClusterStore.Raced {
                guard prefix != nil else {
                    let name = made["metadata"]?["name"]?.string ?? ""
                    let isGenerated = !(made["metadata"]?["generateName"]?.string ?? "").isEmpty
                    throw isGenerated
                        ? APIFailure.cannotGenerate(resource.qualifiedName, name)
                        : .alreadyExists(resource.qualifiedName, name)
                }
            }
        }
    }

    /// Five characters that make a generated name unique.
    private static func suffix() -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(Random.bytes(5).map { alphabet[Int($0) % alphabet.count] })
    }

    /// The rules of the kind, for a write in somebody's name.
    ///
    /// - Parameter operation: what webhooks are told; without it they are not asked.
    func rules(
        _ resource: ResourceType, _ writer: Writer, for operation: Webhooks.Operation? = nil,
        in namespace: String? = nil
    ) throws(APIFailure) -> ObjectWriter {
        let time = RFC3339.text(now())
        var rules = ObjectWriter(
            kind: resource.model, schema: resource.schema, subresource: writer.subresource, manager: writer.manager,
            time: time)
        rules?.admission = operation.flatMap { admission($0, resource, namespace: namespace, writer) }
        guard let rules else { throw .resourceNotFound }
        return rules
    }

    /// What is handed out to a new object, should it need it.
    func allocations(_ resource: ResourceType) -> Allocations {
        let isService = resource.qualifiedName == "services"
        return Allocations(uid: Random.uuid(), clusterIP: isService ? ServiceAddresses(store).freeAddress() : "")
    }

    /// The object with the namespace of the path, which it must not contradict.
    func settle(_ object: JSON, _ resource: ResourceType, in namespace: String?) throws(APIFailure) -> JSON {
        var object = object
        if object["metadata"]?.object == nil { object["metadata"] = [:] }
        let own = object["metadata"]?["namespace"]?.string ?? ""
        guard own.isEmpty || own == namespace ?? "" else {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        object["metadata"]?["namespace"] = resource.isNamespaced ? namespace.map { .string($0) } : nil
        return object
    }

    /// Nothing new comes into a namespace that is missing or on its way out.
    func checkNamespace(of object: JSON, _ resource: ResourceType) throws(APIFailure) {
        guard resource.isNamespaced, let name = object["metadata"]?["namespace"]?.string else { return }
        let namespace = store.object(ObjectKey(resource: "namespaces", namespace: "", name: name))
        guard let namespace else { throw .notFound("namespaces", name) }
        guard !namespace.isBeingDeleted else {
            let why = "unable to create new content in namespace \(name) because it is being terminated"
            let cause = APIFailure.Cause(
                "NamespaceTerminating", "namespace \(name) is being terminated", at: "metadata.namespace")
            throw .forbidden(resource.qualifiedName, object["metadata"]?["name"]?.string, why, causes: [cause])
        }
    }

    /// What admission adds to a new object before its kind's rules see it.
    private func prepare(_ object: JSON, _ resource: ResourceType) -> JSON {
        resource.qualifiedName == "pods" ? PodAdmission.prepare(object) : object
    }

    /// Has a finished object admitted, and keeps it.
    func insert(_ object: JSON, _ resource: ResourceType, _ writer: Writer) throws -> StoredObject {
        var object = resource.stored(object)
        if resource.qualifiedName == "services" { object = ServiceAddresses(store).withNodePorts(object, live: nil) }
        if resource.qualifiedName == APICatalog.definitions { object = Definitions.begin(object) }
        let metadata = object["metadata"]
        let key = ObjectKey(
            resource: resource.qualifiedName, namespace: metadata?["namespace"]?.string ?? "",
            name: metadata?["name"]?.string ?? "")
        guard store.object(key) == nil else { throw ClusterStore.Raced() }
        let charges = try QuotaAdmission(store).charges(for: object, resource)
        guard !writer.isDryRun else { return StoredObject(key: key, version: 0, value: object) }
        try charge(charges)
        let made = try store.put(key, replacing: nil, object)
        if resource.qualifiedName == APICatalog.definitions { try establish(made) }
        return made
    }
}
