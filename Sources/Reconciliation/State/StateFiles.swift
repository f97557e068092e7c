import Formats
import KubernetesModel
import Planning

/// The records as files: stable to the byte, so that what did not change makes no difference in Git.
enum StateFiles {
    static let apiVersion = "state.reconcile.dev/v1"
    /// The last line of every file. Without it a file that was cut off would often still be sound YAML.
    static let end = "# end\n"

    enum Kind: String {
        case environmentLock = "EnvironmentLock"
        case tenantLock = "TenantLock"
        case tenantPeople = "TenantPeople"
        case tenantStatus = "TenantStatus"
    }

    /// Every file of the tree by its path, the page for people included.
    static func encode(_ tree: StateTree) -> [String: [UInt8]] {
        let paths = StatePaths(environment: tree.environment)
        var files = [
            paths.page: Array(StatusPage(tree).text.utf8), paths.environmentLock: bytes(environmentLock(tree)),
        ]
        for (name, record) in tree.tenants {
            files[paths.status(of: name)] = bytes(status(name, record, tree))
            files[paths.lock(of: name)] = bytes(lock(name, record, tree))
            for (bucket, people) in buckets(record.inventory.people) {
                files[paths.people(of: name, bucket: bucket)] = bytes(self.people(name, people, tree))
            }
        }
        return files
    }

    private static func bytes(_ value: JSON) -> [UInt8] {
        let order = [
            "apiVersion", "kind", "metadata", "fleet", "environment", "commit", "phase", "tier", "type", "status",
            "namespace", "name", "key", "subject", "hash", "uid",
        ]
        return Array((YAML.text(of: value, order: order) + end).utf8)
    }

    private static func head(_ kind: Kind, name: String, commit: String?, _ tree: StateTree) -> JSON {
        var head: JSON = [
            "apiVersion": .string(apiVersion), "kind": .string(kind.rawValue), "metadata": ["name": .string(name)],
            "environment": .string(tree.environment), "fleet": .string(tree.fleet),
        ]
        head["commit"] = commit.map { .string($0) }
        return head
    }

    private static func environmentLock(_ tree: StateTree) -> JSON {
        var file = head(.environmentLock, name: tree.environment, commit: tree.commit, tree)
        file["objects"] = objects(tree.objects)
        file["limits"] = tree.limits.map { limits in
            .object(JSONObject(limits.members.map { JSONObject.Member(key: $0.name, value: number($0.value)) }))
        }
        if !tree.usedApprovals.isEmpty {
            file["usedApprovals"] = .array(tree.usedApprovals.sorted().map { .string($0) })
        }
        if !tree.breakGlass.isEmpty { file["breakGlass"] = .array(tree.breakGlass.sorted().map { .string($0) }) }
        return file
    }

    private static func number(_ value: Double) -> JSON {
        Int64(exactly: value).map { .int($0) } ?? .double(value)
    }

    private static func lock(_ name: String, _ record: TenantRecord, _ tree: StateTree) -> JSON {
        var file = head(.tenantLock, name: name, commit: record.commit, tree)
        file["objects"] = objects(record.inventory.objects)
        file["id"] = record.inventory.id.map { .string($0) }
        if !record.inventory.actions.isEmpty {
            file["actions"] = .object(
                JSONObject(record.inventory.actions.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
        }
        // Tells when a file of people is missing.
        file["people"] = .int(Int64(record.inventory.people.count))
        return file
    }

    private static func objects(_ objects: [ObjectID: InventoryObject]) -> JSON {
        .array(
            objects.sorted { $0.key < $1.key }.map { id, object in
                var entry: JSON = [
                    "apiVersion": .string(object.apiVersion), "kind": .string(id.kind), "name": .string(id.name),
                    "hash": .string(object.digest), "uid": .string(object.uid),
                ]
                entry["namespace"] = id.namespace.map { .string($0) }
                if object.isRemovalPending { entry["removal"] = "pending" }
                return entry
            })
    }

    private static func buckets(_ people: [String: InventoryPerson]) -> [String: [String: InventoryPerson]] {
        var buckets: [String: [String: InventoryPerson]] = [:]
        for (key, person) in people {
            buckets[PeopleBuckets.name(of: key, count: people.count), default: [:]][key] = person
        }
        return buckets
    }

    /// Without the commit: a person's file changes when a person in it does.
    private static func people(_ name: String, _ people: [String: InventoryPerson], _ tree: StateTree) -> JSON {
        var file = head(.tenantPeople, name: name, commit: nil, tree)
        file["people"] = .array(
            people.sorted { $0.key < $1.key }.map { key, person in
                var entry: JSON = ["key": .string(key), "subject": .string(person.subject)]
                entry["groups"] = person.groups.map { groups in .array(groups.sorted().map { .string($0) }) }
                entry["left"] = person.left.map { .string($0.description) }
                return entry
            })
        return file
    }

    private static func status(_ name: String, _ record: TenantRecord, _ tree: StateTree) -> JSON {
        let status = record.status
        var file = head(.tenantStatus, name: name, commit: record.commit, tree)
        file["phase"] = .string(status.phase.rawValue)
        file["tier"] = .string(status.tier)
        file["counts"] = [
            "objects": .int(Int64(status.counts.objects)), "groups": .int(Int64(status.counts.groups)),
            "people": .int(Int64(status.counts.people)), "activePeople": .int(Int64(status.counts.activePeople)),
        ]
        file["conditions"] = .array(
            status.conditions.map { condition in
                var entry: JSON = [
                    "type": .string(condition.type), "status": .string(condition.isTrue ? "True" : "False"),
                ]
                entry["message"] = condition.message.map { .string($0) }
                return entry
            })
        if !status.open.isEmpty {
            file["open"] = .array(
                status.open.map { ["address": .string($0.address), "result": .string($0.result.rawValue)] })
        }
        file["outputs"] = .object(
            JSONObject(status.outputs.map { JSONObject.Member(key: $0.name, value: .string($0.value)) }))
        return file
    }
}
