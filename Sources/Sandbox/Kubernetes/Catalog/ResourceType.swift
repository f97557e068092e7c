import Cryptography
import KubernetesModel

/// A kind of object that the server offers.
struct ResourceType: Sendable, Hashable {
    typealias Subresource = ResourceKind.Subresource

    let model: ResourceKind
    let listKind: String
    /// Made by a CustomResourceDefinition: its objects name their kind inside lists too.
    let isCustom: Bool

    init(_ model: ResourceKind, listKind: String? = nil, isCustom: Bool = false) {
        self.model = model
        self.listKind = listKind ?? model.listKind
        self.isCustom = isCustom
    }

    /// The fields of a custom resource's objects; nil for built-in kinds, whose fields the model knows.
    var schema: ObjectSchema? { nil }

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
