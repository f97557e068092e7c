package import Formats
import KubernetesModel
import Planning
import Tenancy

/// Records on the state branch that this program cannot read. Nothing of them is ever overwritten.
package struct UnreadableState: Error, Sendable, Hashable {
    package let branch: String
    /// Sorted by place; places are files of the branch.
    package let diagnostics: [Diagnostic]

    package init(branch: String, diagnostics: [Diagnostic]) {
        self.branch = branch
        self.diagnostics = diagnostics.sorted()
    }
}

/// Reads the files of one environment back into a tree; files that are not ours are left out.
struct StateDecoder {
    let fleet: String
    let environment: String
    private(set) var diagnostics: [Diagnostic] = []

    private let paths: StatePaths
    private var locks: [String: Lock] = [:]
    private var statuses: [String: (status: TenantStatus, commit: String?)] = [:]
    private var people: [String: [String: InventoryPerson]] = [:]

    private struct EnvironmentLock {
        let commit: String?
        let objects: [ObjectID: InventoryObject]
        let limits: Limits?
        let usedApprovals: Set<String>
        let breakGlass: Set<String>
    }

    private struct Lock {
        let objects: [ObjectID: InventoryObject]
        let people: Int
        let actions: [String: String]
        let id: String?
    }

    init(fleet: String, environment: String) {
        self.fleet = fleet
        self.environment = environment
        paths = StatePaths(environment: environment)
    }

    /// The tree; nil where the environment has no record yet. What could not be read is in `diagnostics`.
    mutating func decode(_ files: [String: [UInt8]]) -> StateTree? {
        var environment: EnvironmentLock?
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            var reader = StateFileReader(path)
            switch paths.file(at: path) {
            case .page, .none: continue
            case .environmentLock: environment = environmentLock(bytes, &reader)
            case .lock(let tenant): locks[tenant] = lock(tenant, bytes, &reader)
            case .status(let tenant): statuses[tenant] = status(tenant, bytes, &reader)
            case .people(let tenant, _):
                people[tenant, default: [:]].merge(self.people(tenant, bytes, &reader)) { first, _ in first }
            }
            diagnostics += reader.diagnostics
        }
        guard !files.isEmpty, diagnostics.isEmpty else { return nil }
        reportMissing(hasEnvironmentLock: environment != nil)
        guard let environment, diagnostics.isEmpty else { return nil }
        let tenants = locks.compactMap { name, lock -> (String, TenantRecord)? in
            guard let held = statuses[name] else { return nil }
            let inventory = InventoryTenant(
                objects: lock.objects, people: people[name] ?? [:], actions: lock.actions, id: lock.id)
            return (name, TenantRecord(status: held.status, inventory: inventory, commit: held.commit))
        }
        return StateTree(
            fleet: fleet, environment: self.environment, commit: environment.commit, objects: environment.objects,
            tenants: Dictionary(uniqueKeysWithValues: tenants), limits: environment.limits,
            usedApprovals: environment.usedApprovals, breakGlass: environment.breakGlass)
    }

    /// Files of one tenant come and go together.
    private mutating func reportMissing(hasEnvironmentLock: Bool) {
        let names = Set(locks.keys).union(statuses.keys).union(people.keys)
        if !hasEnvironmentLock, !names.isEmpty { reportMissing(paths.environmentLock) }
        for name in names.sorted() {
            if locks[name] == nil { reportMissing(paths.lock(of: name)) }
            if statuses[name] == nil { reportMissing(paths.status(of: name)) }
            let (asked, found) = (locks[name]?.people ?? 0, people[name]?.count ?? 0)
            if locks[name] != nil, asked != found {
                let message = "the record counts \(asked) people, and the files beside it hold \(found)"
                diagnostics.append(
                    Diagnostic(StateCode.missing, at: Place(file: paths.lock(of: name)), message))
            }
        }
    }

    private mutating func reportMissing(_ path: String) {
        let advice = "bring it back, or remove the others too so that they are made anew"
        diagnostics.append(
            Diagnostic(
                StateCode.missing, at: Place(file: path),
                "the file is missing, and others beside it are there; \(advice)"))
    }
}

extension StateDecoder {
    private static let head = ["apiVersion", "kind", "metadata", "fleet", "environment"]

    /// The file's members, or nil where it is of another version, kind or place.
    private func open(
        _ bytes: [UInt8], _ kind: StateFiles.Kind, name: String, required: [String], optional: [String] = ["commit"],
        _ reader: inout StateFileReader
    ) -> Fields? {
        guard let node = reader.document(bytes) else { return nil }
        // The version first: a newer one has fields that this program does not know.
        var draft = StateFileReader(reader.file)
        let all = Fields(node, required: Self.head + required, optional: optional, &draft)
        guard reader.checkHead(all, kind: kind, name: name, fleet: fleet, environment: environment) else { return nil }
        return Fields(node, required: Self.head + required, optional: optional, &reader)
    }

    private func environmentLock(_ bytes: [UInt8], _ reader: inout StateFileReader) -> EnvironmentLock? {
        let optional = ["commit", "limits", "usedApprovals", "breakGlass"]
        guard
            let file = open(
                bytes, .environmentLock, name: environment, required: ["objects"], optional: optional, &reader)
        else { return nil }
        return EnvironmentLock(
            commit: file.text("commit", &reader), objects: objects(file, &reader),
            limits: file["limits"].map { limits($0, &reader) },
            usedApprovals: Set(file.list("usedApprovals", &reader).compactMap(\.scalar?.text)),
            breakGlass: Set(file.list("breakGlass", &reader).compactMap(\.scalar?.text)))
    }

    private func limits(_ node: Node, _ reader: inout StateFileReader) -> Limits {
        let fields = Fields(node, required: Limits().members.map(\.name), &reader)
        return Limits(
            maxDeletePercent: fields.number("maxDeletePercent", &reader),
            maxDeletes: fields.count("maxDeletes", &reader),
            minPopulation: fields.count("minPopulation", &reader),
            maxTenantRemovals: fields.count("maxTenantRemovals", &reader),
            maxChangedTenants: fields.count("maxChangedTenants", &reader), minAdmins: fields.count("minAdmins", &reader)
        )
    }

    private func lock(_ tenant: String, _ bytes: [UInt8], _ reader: inout StateFileReader) -> Lock? {
        let optional = ["commit", "actions", "id"]
        guard
            let file = open(
                bytes, .tenantLock, name: tenant, required: ["objects", "people"], optional: optional, &reader)
        else { return nil }
        let actions = (file["actions"]?.mapping ?? []).map { ($0.key, $0.value.scalar?.text ?? "") }
        return Lock(
            objects: objects(file, &reader), people: file.count("people", &reader),
            actions: Dictionary(actions) { first, _ in first }, id: file.text("id", &reader))
    }

    private func objects(_ file: Fields, _ reader: inout StateFileReader) -> [ObjectID: InventoryObject] {
        var objects: [ObjectID: InventoryObject] = [:]
        for node in file.list("objects", &reader) {
            let entry = Fields(
                node, required: ["apiVersion", "kind", "name", "hash", "uid"], optional: ["namespace", "removal"],
                &reader)
            guard let apiVersion = entry.text("apiVersion", &reader), let kind = entry.text("kind", &reader),
                let name = entry.text("name", &reader), let hash = entry.text("hash", &reader),
                let uid = entry.text("uid", &reader)
            else { continue }
            let removal = entry.text("removal", &reader)
            if let removal, removal != "pending" {
                reader.report(at: entry.mark("removal"), "'removal' is 'pending' or is not there")
            }
            let id = ObjectID(
                group: GroupVersionKind(apiVersion: apiVersion, kind: kind).group, kind: kind,
                namespace: entry.text("namespace", &reader), name: name)
            let object = InventoryObject(
                apiVersion: apiVersion, uid: uid, digest: hash, isRemovalPending: removal != nil)
            if objects.updateValue(object, forKey: id) != nil {
                reader.report(at: node.mark, "\(id) is recorded twice")
            }
        }
        return objects
    }

    private func people(
        _ tenant: String, _ bytes: [UInt8], _ reader: inout StateFileReader
    ) -> [String: InventoryPerson] {
        guard let file = open(bytes, .tenantPeople, name: tenant, required: ["people"], optional: [], &reader) else {
            return [:]
        }
        var people: [String: InventoryPerson] = [:]
        for node in file.list("people", &reader) {
            let entry = Fields(node, required: ["key", "subject"], optional: ["groups", "left"], &reader)
            guard let key = entry.text("key", &reader), let subject = entry.text("subject", &reader) else { continue }
            let groups = entry["groups"] == nil ? nil : Set(entry.list("groups", &reader).compactMap(\.scalar?.text))
            let left = entry.text("left", &reader).flatMap { CalendarDate($0) }
            if entry["left"] != nil, left == nil { reader.report(at: entry.mark("left"), "'left' is not a day") }
            let person = InventoryPerson(subject: subject, groups: groups, left: left)
            if people.updateValue(person, forKey: key) != nil {
                reader.report(at: node.mark, "\(key) is recorded twice")
            }
        }
        return people
    }

    private func status(
        _ tenant: String, _ bytes: [UInt8], _ reader: inout StateFileReader
    ) -> (status: TenantStatus, commit: String?)? {
        let required = ["phase", "tier", "counts", "conditions", "outputs"]
        guard
            let file = open(
                bytes, .tenantStatus, name: tenant, required: required, optional: ["commit", "open"], &reader),
            let counts = file["counts"], let outputs = file["outputs"]
        else { return nil }
        let phase = file.text("phase", &reader).flatMap(TenantStatus.Phase.init)
        if phase == nil { reader.report(at: file.mark("phase"), "'phase' is none that this program knows") }
        let status = TenantStatus(
            phase: phase ?? .ready, tier: file.text("tier", &reader) ?? "", counts: self.counts(counts, &reader),
            conditions: file.list("conditions", &reader).compactMap { condition($0, &reader) },
            open: file.list("open", &reader).compactMap { openChange($0, &reader) },
            outputs: (outputs.mapping ?? []).map {
                TenantStatus.Output(name: $0.key, value: $0.value.scalar?.text ?? "")
            })
        return (status, file.text("commit", &reader))
    }

    private func counts(_ node: Node, _ reader: inout StateFileReader) -> TenantStatus.Counts {
        let fields = Fields(node, required: ["objects", "groups", "people", "activePeople"], &reader)
        return TenantStatus.Counts(
            objects: fields.count("objects", &reader), groups: fields.count("groups", &reader),
            people: fields.count("people", &reader), activePeople: fields.count("activePeople", &reader))
    }

    private func openChange(_ node: Node, _ reader: inout StateFileReader) -> TenantStatus.Open? {
        let fields = Fields(node, required: ["address", "result"], &reader)
        guard let address = fields.text("address", &reader), let text = fields.text("result", &reader) else {
            return nil
        }
        guard let result = TenantStatus.Open.Result(rawValue: text) else {
            reader.report(at: fields.mark("result"), "'result' is none that this program knows")
            return nil
        }
        return TenantStatus.Open(address: address, result: result)
    }

    private func condition(_ node: Node, _ reader: inout StateFileReader) -> TenantStatus.Condition? {
        let fields = Fields(node, required: ["type", "status"], optional: ["message"], &reader)
        guard let type = fields.text("type", &reader), let status = fields.text("status", &reader) else { return nil }
        if status != "True" && status != "False" {
            reader.report(at: fields.mark("status"), "'status' is True or False")
        }
        return TenantStatus.Condition(type: type, isTrue: status == "True", message: fields.text("message", &reader))
    }
}
