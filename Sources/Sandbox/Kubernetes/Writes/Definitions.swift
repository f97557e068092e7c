import Formats
import KubernetesModel

/// What the server itself does with definitions of custom resources: it accepts their names, and it removes their
/// objects with them.
enum Definitions {
    /// A new definition: nothing is accepted yet.
    static func begin(_ definition: JSON) -> JSON {
        var definition = completed(definition)
        let stored = (definition["spec"]?["versions"]?.array ?? []).filter { $0["storage"]?.bool == true }
        definition["status"] = [
            "conditions": .null, "acceptedNames": ["plural": "", "kind": ""],
            "storedVersions": .array(stored.compactMap { $0["name"] }),
        ]
        return definition
    }

    static func completed(_ definition: JSON) -> JSON {
        var definition = definition
        if definition["spec"]?["conversion"] == nil { definition["spec"]?["conversion"] = ["strategy": "None"] }
        return definition
    }

    /// A definition whose names are taken for its kind.
    static func established(_ definition: JSON, time: String) -> JSON {
        func condition(_ type: String, _ reason: String, _ message: String) -> JSON {
            [
                "type": .string(type), "status": "True", "lastTransitionTime": .string(time),
                "reason": .string(reason), "message": .string(message),
            ]
        }
        var definition = definition
        let names = definition["spec"]?["names"]
        definition["status"]?["acceptedNames"] = names
        definition["status"]?["conditions"] = [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ]
        return definition
    }
}

extension APIServer {
    static let serverManager = "kube-apiserver"

    func establish(_ made: StoredObject) throws {
        guard let resource = catalog.resource(qualified: APICatalog.definitions) else { return }
        let time = RFC3339.text(now())
        let writer = Writer(manager: Self.serverManager, subresource: "status")
        let value = try rules(resource, writer).update(made.value, to: Definitions.established(made.value, time: time))
        _ = try store.put(made.key, replacing: made, value)
    }

    /// Removes the objects of a definition that is to go, and then the definition.
    func removeObjects(of definition: StoredObject) throws {
        guard let type = CustomResources.types(of: definition.value).first else { return }
        for object in store.snapshot().objects(type.qualifiedName) where !object.isBeingDeleted {
            _ = try remove(object, DeleteOptions(propagation: .background), type)
        }
        try finishDefinition(definition.key, type)
    }

    /// Lets the definition go when none of its objects is left.
    func finishDefinition(_ key: ObjectKey, _ type: ResourceType) throws {
        guard store.snapshot().objects(type.qualifiedName).isEmpty, let live = store.object(key), live.isBeingDeleted
        else { return }
        let left = live.finalizers.filter { $0 != Finalizer.definitionCleanup }
        guard !left.isEmpty else {
            _ = try store.remove(live)
            return
        }
        var value = live.value
        value["metadata"]?["finalizers"] = .array(left.map { .string($0) })
        _ = try store.put(key, replacing: live, value)
    }
}
