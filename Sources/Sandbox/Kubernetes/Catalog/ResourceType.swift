import Cryptography
import Formats
import KubernetesModel

/// A kind of object that the server offers.
struct ResourceType: Sendable, Hashable {
    typealias Subresource = ResourceKind.Subresource

    let model: ResourceKind
    let listKind: String
    /// Nil for built-in kinds.
    let custom: CustomKind?

    init(_ model: ResourceKind, listKind: String? = nil, custom: CustomKind? = nil) {
        self.model = model
        self.listKind = listKind ?? model.listKind
        self.custom = custom
    }

    /// Made by a CustomResourceDefinition: its objects name their kind inside lists too.
    var isCustom: Bool { custom != nil }

    /// The fields of a custom resource's objects; nil for built-in kinds, whose fields the model knows.
    var schema: ObjectSchema? { custom?.schema }

    var group: String { model.group }
    var version: String { model.version }
    var kind: String { model.kind }
    var plural: String { model.plural }
    var singular: String { model.singular }
    var isNamespaced: Bool { model.isNamespaced }
    var shortNames: [String] { model.shortNames }
    var categories: [String] { model.categories }
    var verbs: [String] { model.verbs }
    var subresources: [Subresource] { model.subresources }
    var apiVersion: String { model.apiVersion }

    /// `deployments.apps`: what messages call the resource, and what the store files it under.
    var qualifiedName: String { model.qualifiedPlural }

    /// `Deployment.apps`: what messages about invalid objects call the kind.
    var qualifiedKind: String { model.qualifiedKind }

    func subresource(_ name: String) -> Subresource? { model.subresource(name) }

    /// The fingerprint that discovery shows: the first eight bytes of a hash of group, version and kind.
    var storageVersionHash: String {
        Base64.encode([UInt8](SHA256.digest(of: "\(group)/\(version)/\(kind)").prefix(8)))
    }
}

/// Objects of custom resources in more than one version: they are kept in one, and shown in the one that is asked for.
extension ResourceType {
    /// The object as clients of this version see it.
    func shown(_ value: JSON) -> JSON {
        guard isCustom, value["apiVersion"]?.string != apiVersion else { return value }
        var value = value
        value["apiVersion"] = .string(apiVersion)
        return value
    }

    func shown(_ object: StoredObject) -> StoredObject {
        guard isCustom, object.value["apiVersion"]?.string != apiVersion else { return object }
        return StoredObject(key: object.key, version: object.version, value: shown(object.value))
    }

    /// The object as it is kept.
    func stored(_ value: JSON) -> JSON {
        guard let custom, value["apiVersion"]?.string != custom.storedVersion else { return value }
        var value = value
        value["apiVersion"] = .string(custom.storedVersion)
        return value
    }
}

extension ResourceType {
    /// What is offered before anyone defines more, in the order of discovery: every kind whose fields are known, and
    /// the questions that are answered and not kept.
    static let builtIn: [ResourceType] = BuiltinKinds.all.filter { kind in
        questions.contains(kind.plural) || kind.isStored && ObjectSchema.builtin(kind.gvk) != nil
            || isEarlierAutoscaler(kind.gvk)
    }.map { ResourceType($0) }

    /// Resources that are asked and not kept.
    static let questions: Set<String> = [
        "selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews", "subjectaccessreviews",
        "localsubjectaccessreviews", "tokenreviews",
    ]

    private static func isEarlierAutoscaler(_ kind: GroupVersionKind) -> Bool {
        kind.group == "autoscaling" && kind.version == "v1"
    }
}
