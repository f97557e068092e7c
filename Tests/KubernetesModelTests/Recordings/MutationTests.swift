import Formats
import Foundation
import KubernetesModel
import TestSupport
import Testing

/// What a dry-run apply would do to an object, against what the real server said of 1,530 changed manifests.
@Suite struct MutationTests {
    @Test func agreesWithTheServer() throws {
        var total = 0
        var wrong: [String] = []
        for file in try Fixture.names(in: "kubernetes/mutations", ending: ".jsonl") {
            for line in try Recording.mutations(file) {
                let mutation = Mutation(line)
                for (name, force) in [("verdict", false), ("forced", true)] {
                    guard let verdict = line[name] else { continue }
                    total += 1
                    var differences = Recording.differences(verdict, mutation.verdict(force: force))
                    if !force { differences += mutation.differences(verdict) }
                    if !force, verdict["status"] == 409, !mutation.showsConflict { differences.append("no conflict") }
                    if !differences.isEmpty {
                        wrong.append(
                            "\(file) \(mutation.id) \(name): \(differences.prefix(3).joined(separator: " | "))")
                    }
                }
            }
        }
        #expect(total == 1621)
        #expect(wrong.isEmpty, "\(wrong.prefix(40).joined(separator: "\n"))")
    }
}

struct Mutation {
    let id: String
    let path: String
    let live: JSON
    let manifest: JSON

    init(_ line: JSON) {
        self.init(
            id: line["id"]?.string ?? "", path: line["path"]?.string ?? "", live: line["live"] ?? .null,
            manifest: line["manifest"] ?? .null)
    }

    init(id: String, path: String, live: JSON, manifest: JSON) {
        self.id = id
        self.path = path
        self.live = live
        self.manifest = manifest
    }

    /// The verdict in the shape of the recording.
    func verdict(force: Bool) -> JSON {
        let gvk = GroupVersionKind(apiVersion: live["apiVersion"]?.string ?? "", kind: live["kind"]?.string ?? "")
        guard let kind = BuiltinKinds.kind(gvk),
            let writer = ObjectWriter(kind: kind, manager: "reconcile", time: "2026-01-02T00:00:00Z")
        else { return .null }
        do throws(APIStatus) {
            let new = try writer.apply(manifest, to: live, force: force, Allocations(uid: ""))
            return accepted(new)
        } catch {
            var verdict: JSON = ["status": .int(Int64(error.code)), "message": .string(error.message), "reason": .null]
            if !error.reason.isEmpty { verdict["reason"] = .string(error.reason) }
            if let causes = error.details?.causes {
                let sorted = causes.map { [$0.reason, $0.field, $0.message] }.sorted {
                    $0.lexicographicallyPrecedes($1)
                }
                verdict["causes"] = .array(sorted.map { .array($0.map(JSON.string)) })
            }
            return verdict
        }
    }

    /// The verdict that the object would become this one.
    func accepted(_ new: JSON) -> JSON {
        let pointers = Self.pointers(from: Self.stripped(live), to: Self.stripped(new))
        var verdict: JSON = [
            "status": 200, "changed": .bool(!pointers.isEmpty), "pointers": .array(pointers.map(JSON.string)),
            "ownership": .bool(Self.owners(live) != Self.owners(new)),
        ]
        verdict["result"] = pointers.isEmpty ? .null : Self.stripped(new)
        return verdict
    }

    /// The plan's view.
    var difference: ObjectDifference? {
        let gvk = GroupVersionKind(apiVersion: live["apiVersion"]?.string ?? "", kind: live["kind"]?.string ?? "")
        return BuiltinKinds.kind(gvk).map { Differ().difference(desired: manifest, live: live, kind: $0) }
    }

    /// Where the plan's view of the object is not what the server says of the manifest as a plan sends it.
    func differences(_ verdict: JSON) -> [String] {
        guard let found = difference else { return ["unknown kind"] }
        var out: [String] = []
        switch verdict["status"]?.int {
        case 200:
            let pointers = Set(found.pointers.map(\.description))
            let want = Set(
                (verdict["pointers"]?.array ?? []).compactMap(\.string).filter { !isSameAmount($0, verdict) })
            if pointers != want { out.append("DIFF pointers \(pointers.sorted()), want \(want.sorted())") }
            if let refusal = found.refusal { out.append("DIFF refused \(refusal.message)") }
            if !found.conflicts.isEmpty { out.append("DIFF conflicts") }
            if found.changesOwnership != verdict["ownership"]?.bool { out.append("DIFF ownership") }
        case 409:
            let causes = (verdict["causes"]?.array ?? []).compactMap { $0.array?[1].string }
            let paths = found.conflicts.map(\.path.description)
            if paths.sorted() != causes.sorted() { out.append("DIFF conflicts \(paths), want \(causes)") }
        case let code: if found.refusal.map({ Int64($0.code) }) != code { out.append("DIFF no \(code ?? 0)") }
        }
        return out
    }

    /// Whether only the spelling of an amount changes there, which is no difference to a plan.
    private func isSameAmount(_ pointer: String, _ verdict: JSON) -> Bool {
        guard let place = JSONPointer(parsing: pointer), let before = live[place],
            let after = verdict["result"]?[place],
            before.string?.first?.isNumber ?? false || before.string?.first == "+"
        else { return false }
        guard let one = try? Quantity(before), let other = try? Quantity(after) else { return false }
        return one.canonicalText == other.canonicalText
    }

    /// Whether a conflict is one about something that a plan shows, or something that is refused anyway.
    var showsConflict: Bool {
        difference.map { $0.refusal != nil || $0.fields.contains { $0.isConflict && $0.owner != nil } } ?? false
    }

    private static func stripped(_ object: JSON) -> JSON {
        var value = object
        value["status"] = nil
        for key in ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"] {
            value["metadata"]?[key] = nil
        }
        return value
    }

    /// Who owns what, whenever they wrote.
    private static func owners(_ object: JSON) -> Set<JSON> {
        Set(
            (object[path: "metadata", "managedFields"]?.array ?? []).map {
                var entry = $0
                entry["time"] = nil
                return entry
            })
    }

    /// Where the two differ, lists of one length place by place.
    private static func pointers(from old: JSON?, to new: JSON?, at path: String = "") -> [String] {
        switch (old, new) {
        case (.object(let one)?, .object(let other)?):
            Set(one.keys + other.keys).sorted().flatMap {
                let token = $0.replacingOccurrences(of: "~", with: "~0").replacingOccurrences(of: "/", with: "~1")
                return pointers(from: one[$0], to: other[$0], at: "\(path)/\(token)")
            }
        case (.array(let one)?, .array(let other)?) where one.count == other.count:
            zip(one, other).enumerated().flatMap { pointers(from: $1.0, to: $1.1, at: "\(path)/\($0)") }
        default: old == new ? [] : [path]
        }
    }
}
