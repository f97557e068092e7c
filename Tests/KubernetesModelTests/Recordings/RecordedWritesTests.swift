import Formats
import KubernetesModel
import TestSupport
import Testing

/// Every write of the recorded scenarios, computed from the object that was there before.
@Suite struct RecordedWritesTests {
    static let scenarios = [
        "apply-change-and-remove", "apply-conflicts", "create-and-read-each-kind", "create-races", "delete", "dry-run",
        "errors", "lease-lock", "lists-and-pages", "patch-kinds", "quota-and-admission", "rbac-and-tokens", "tables",
        "watch",
    ]

    /// Refused for what the request's address or parameters say, not for its object.
    static let decidedElsewhere: Set<String> = ["errors 13", "errors 14", "errors 15"]

    @Test(arguments: scenarios) func equalsTheServer(scenario: String) throws {
        var live: [String: JSON] = [:]
        var compared = 0
        for (index, step) in try Recording.steps(scenario).enumerated() {
            let write = try RecordedWrite(step)
            defer { if let object = write.answeredObject { live[write.objectPath] = object } }
            guard !Self.decidedElsewhere.contains("\(scenario) \(index)"),
                let result = write.result(live[write.objectPath])
            else { continue }
            let differences = Recording.differences(write.expected, result)
            #expect(differences.isEmpty, "\(scenario) step \(index): \(differences.prefix(6).joined(separator: "\n"))")
            compared += 1
        }
        #expect(compared >= 2)
    }
}

/// One recorded request that writes.
struct RecordedWrite {
    let method: String
    let path: String
    let query: JSON
    let body: JSON?
    let mediaType: String
    let status: Int64
    let answer: JSON

    init(_ step: JSON) throws {
        method = step[path: "request", "method"]?.string ?? ""
        path = step[path: "request", "path"]?.string ?? ""
        query = step[path: "request", "query"] ?? [:]
        body = step[path: "request", "body"]
        mediaType = step[path: "request", "headers", "Content-Type"]?.string ?? ""
        status = step[path: "response", "status"]?.int ?? 0
        answer = step[path: "response", "body"] ?? .null
    }

    private var parts: [String] { path.split(separator: "/").map(String.init) }

    /// `apps`, `v1`, `deployments`, the name or empty, the subresource or empty.
    private var place: (group: String, version: String, plural: String, name: String, subresource: String) {
        var rest = parts[...]
        let isCore = rest.removeFirst() == "api"
        let group = isCore ? "" : rest.removeFirst()
        let version = rest.removeFirst()
        if rest.first == "namespaces", rest.count > 2 { rest = rest.dropFirst(2) }
        let values = Array(rest) + ["", "", ""]
        return (group, version, values[0], values[1], values[2])
    }

    private var writtenName: String {
        place.name.isEmpty ? answer[path: "metadata", "name"]?.string ?? "" : place.name
    }

    var objectPath: String { "\(place.group)/\(place.plural)/\(writtenName)" }

    /// The object that the server answered.
    var answeredObject: JSON? {
        status < 300 && answer["kind"] != "Status" && method != "DELETE" && query["dryRun"] == nil ? answer : nil
    }

    /// The answer without what only a store knows.
    var expected: JSON {
        var value = answer
        value["metadata"]?["resourceVersion"] = nil
        return value
    }

    /// What the model makes of the request; nil where it is no write or needs more than the object.
    func result(_ live: JSON?) -> JSON? {
        // Rights, quotas, deletions and addresses are others' matter.
        guard ![403, 404, 405, 415].contains(status) else { return nil }
        guard let body, let kind = BuiltinKinds.kind(group: place.group, version: place.version, plural: place.plural),
            kind.isStored, ["", "status"].contains(place.subresource),
            let writer = ObjectWriter(
                kind: kind, subresource: place.subresource, manager: query["fieldManager"]?.string ?? "unknown",
                time: Recording.time)
        else { return nil }
        let allocations = Allocations(
            uid: answer[path: "metadata", "uid"]?.string ?? "",
            clusterIP: answer[path: "spec", "clusterIP"]?.string ?? "")
        do throws(APIStatus) {
            guard var object = try write(body, live, writer, allocations) else { return nil }
            object["metadata"]?["resourceVersion"] = nil
            return object
        } catch {
            return error.json
        }
    }

    private func write(
        _ body: JSON, _ live: JSON?, _ writer: ObjectWriter, _ allocations: Allocations
    ) throws(APIStatus) -> JSON? {
        switch (method, mediaType) {
        case ("POST", _):
            // A name that is taken is the store's matter.
            guard status != 409 else { return nil }
            var named = body
            if named[path: "metadata", "name"] == nil { named["metadata"]?["name"] = .string(writtenName) }
            named["metadata"]?["namespace"] = answer[path: "metadata", "namespace"]
            return try writer.create(named, allocations)
        case ("PUT", _):
            guard let live, status != 409 else { return nil }
            return try writer.update(live, to: body)
        case ("PATCH", "application/apply-patch+yaml"):
            return try writer.apply(body, to: live, force: query["force"] == "true", allocations)
        case ("PATCH", "application/merge-patch+json"): return try live.map(patching(writer, .merge(body)))
        case ("PATCH", "application/json-patch+json"): return try live.map(patching(writer, .json(body)))
        case ("PATCH", "application/strategic-merge-patch+json"):
            return try live.map(patching(writer, .strategic(body)))
        default: return nil
        }
    }

    private func patching(_ writer: ObjectWriter, _ patch: ObjectPatch) -> (JSON) throws(APIStatus) -> JSON {
        { (live) throws(APIStatus) in try writer.patch(live, with: patch) }
    }
}
