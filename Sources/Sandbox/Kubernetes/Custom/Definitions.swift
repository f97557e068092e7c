import Formats
import KubernetesModel

/// What the server itself does with definitions of custom resources: it accepts their names, and it removes their
/// objects with them.
enum Definitions {
    /// A new definition: nothing is accepted yet.
    static func begin(_ definition: JSON) -> JSON {
        var definition = definition
        definition["status"] = [
            "conditions": .null, "acceptedNames": ["plural": "", "kind": ""],
            "storedVersions": .array(storedVersions(definition)),
        ]
        return definition
    }

    /// A changed definition: a version that is stored from now on is remembered.
    static func changed(_ definition: JSON) -> JSON {
        var definition = definition
        let known = definition["status"]?["storedVersions"]?.array ?? []
        let added = storedVersions(definition).filter { !known.contains($0) }
        if !added.isEmpty { definition["status"]?["storedVersions"] = .array(known + added) }
        return definition
    }

    private static func storedVersions(_ definition: JSON) -> [JSON] {
        (definition["spec"]?["versions"]?.array ?? []).filter { $0["storage"]?.bool == true }.compactMap { $0["name"] }
    }

    /// A definition whose names are accepted, but for those that are another definition's.
    static func named(_ definition: JSON, others: [JSON], time: String) -> JSON {
        var definition = definition
        let (accepted, conflict) = accept(
            definition["spec"]?["names"] ?? [:], over: definition["status"]?["acceptedNames"] ?? [:], others: others)
        definition["status"]?["acceptedNames"] = accepted
        var conditions = definition["status"]?["conditions"]?.array ?? []
        let wasEstablished = conditions.contains { $0["type"] == "Established" && $0["status"] == "True" }
        set(
            Condition(
                type: "NamesAccepted", status: conflict == nil, reason: conflict?.reason ?? "NoConflicts",
                message: conflict?.message ?? "no conflicts found"), in: &conditions, time: time)
        if !wasEstablished {
            set(
                Condition(
                    type: "Established", status: conflict == nil,
                    reason: conflict == nil ? "InitialNamesAccepted" : "NotAccepted",
                    message: conflict == nil ? "the initial names have been accepted" : "not all names are accepted"),
                in: &conditions, time: time)
        }
        definition["status"]?["conditions"] = .array(conditions)
        return definition
    }

    /// Each name is accepted that is free or ours already; of several conflicts the last one is told.
    private static func accept(
        _ names: JSON, over earlier: JSON, others: [JSON]
    ) -> (accepted: JSON, conflict: (reason: String, message: String)?) {
        func all(_ keys: String...) -> Set<String> {
            Set(others.flatMap { names in keys.flatMap { Self.names(names[$0]) } }).subtracting([""])
        }
        let resources = all("plural", "singular", "shortNames")
        let kinds = all("kind", "listKind")
        var accepted = earlier
        var conflict: (reason: String, message: String)?
        for (key, reason) in [
            ("plural", "PluralConflict"), ("singular", "SingularConflict"), ("shortNames", "ShortNamesConflict"),
            ("kind", "KindConflict"), ("listKind", "ListKindConflict"),
        ] {
            let taken = key == "kind" || key == "listKind" ? kinds : resources
            let own = Self.names(earlier[key])
            if let name = Self.names(names[key]).first(where: { taken.contains($0) && !own.contains($0) }) {
                conflict = (reason, "\(GoFormat.quoted(name)) is already in use")
            } else {
                accepted[key] = names[key]
            }
        }
        accepted["categories"] = names["categories"]
        return (accepted, conflict)
    }

    /// One name, or a list of some.
    private static func names(_ value: JSON?) -> [String] {
        value?.string.map { [$0] } ?? (value?.array ?? []).compactMap(\.string)
    }

    private static func set(_ condition: Condition, in conditions: inout [JSON], time: String) {
        let value = condition.json(conditions, time: time, with: [])
        if let index = conditions.firstIndex(where: { $0["type"]?.string == condition.type }) {
            conditions[index] = value
        } else {
            conditions.append(value)
        }
    }
}

extension APIServer {
    static let serverManager = "kube-apiserver"

    /// Accepts the names of a definition that has just been written.
    func establish(_ made: StoredObject) throws {
        guard let resource = catalog.resource(qualified: APICatalog.definitions) else { return }
        let others = store.snapshot().objects(APICatalog.definitions).filter {
            $0.key != made.key && $0.value["spec"]?["group"] == made.value["spec"]?["group"]
        }.compactMap { $0.value["status"]?["acceptedNames"] }
        let time = RFC3339.text(now())
        let named = Definitions.named(made.value, others: others, time: time)
        guard named != made.value else { return }
        let writer = Writer(manager: Self.serverManager, subresource: "status")
        let value = try rules(resource, writer).update(made.value, to: named)
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

    /// Lets the definition of an object that is gone go too, where it only waited for it.
    func finishDefinition(of resource: ResourceType) throws {
        guard let owner = catalog.definition(of: resource), owner.isBeingDeleted else { return }
        try finishDefinition(owner.key, resource)
    }

    /// Lets the definition go when none of its objects is left.
    private func finishDefinition(_ key: ObjectKey, _ type: ResourceType) throws {
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

    /// Nothing new of a kind whose definition is on its way out.
    func checkDefinition(of resource: ResourceType) throws(APIFailure) {
        guard let definition = catalog.definition(of: resource), definition.isBeingDeleted else { return }
        var failure = APIFailure(
            405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating")
        failure.details = ["group": .string(resource.group), "kind": .string(resource.plural)]
        throw failure
    }
}
