import Formats

/// The resources that are offered now: the built-in ones and those of the definitions in the store.
struct APICatalog: Sendable {
    static let definitions = "customresourcedefinitions.apiextensions.k8s.io"

    let store: ClusterStore
    private let definitions = CustomCatalog()

    init(store: ClusterStore) {
        self.store = store
    }

    /// Nil where the version of the group has no such resource.
    func resource(group: String, version: String, plural: String) -> ResourceType? {
        Self.builtIn[Self.index(group, version, plural)]
            ?? custom.first { $0.group == group && $0.version == version && $0.plural == plural }
    }

    func resource(group: String, kind: String) -> ResourceType? {
        ResourceType.builtIn.first { $0.group == group && $0.kind == kind }
            ?? custom.first { $0.group == group && $0.kind == kind }
    }

    /// The resource that the store files under this name: of several versions the preferred one.
    func resource(qualified name: String) -> ResourceType? {
        ResourceType.builtIn.first { $0.qualifiedName == name } ?? custom.first { $0.qualifiedName == name }
    }

    func hasGroup(_ group: String) -> Bool { all.contains { $0.group == group } }

    /// Everything that is offered, the built-in kinds first.
    var all: [ResourceType] { ResourceType.builtIn + custom }

    /// What the established definitions in the store offer.
    var custom: [ResourceType] {
        store.snapshot().objects(Self.definitions).filter(\.isEstablished).flatMap(definitions.types)
    }

    /// The definition that makes a custom resource.
    func definition(of resource: ResourceType) -> StoredObject? {
        guard resource.isCustom else { return nil }
        return store.object(ObjectKey(resource: Self.definitions, namespace: "", name: resource.qualifiedName))
    }

    private static func index(_ group: String, _ version: String, _ plural: String) -> String {
        "\(group)/\(version)/\(plural)"
    }

    private static let builtIn = Dictionary(
        uniqueKeysWithValues: ResourceType.builtIn.map { (index($0.group, $0.version, $0.plural), $0) })
}

extension StoredObject {
    /// Whether a definition has been accepted, so that its resources are there.
    fileprivate var isEstablished: Bool {
        (value["status"]?["conditions"]?.array ?? []).contains {
            $0["type"]?.string == "Established" && $0["status"]?.string == "True"
        }
    }
}
