import Formats
import Foundation
import KubernetesModel
import TestSupport

/// Asks a server of seeded mutations what an apply of each would do, and compares what this program says without asking.
struct SeededVerdicts {
    /// What came of one mutation.
    struct Finding {
        let text: String
        /// Whether either side says that the object would stay as it is, and the other does not.
        let isAboutSame: Bool
    }

    struct Tally {
        var asked = 0
        var same = 0
        var changed = 0
        var conflicts = 0
        var refused = 0
        /// Where the verdicts agree and the server's words are others.
        var worded: [String] = []
        var findings: [Finding] = []

        var summary: String {
            "\(asked) asked: \(same) same, \(changed) changed, \(conflicts) in conflict, \(refused) refused; "
                + "\(findings.count) verdicts differ, \(worded.count) only in their words"
        }
    }

    /// Mutations of one object.
    static let perObject = 10

    let server: AskedServer
    let seed: UInt64
    private var tally = Tally()
    /// One for nearly everything, and one for quotas and limits, which would refuse other objects.
    private var namespaces: [String] = []

    init(_ server: AskedServer, seed: UInt64) {
        self.server = server
        self.seed = seed
    }

    mutating func run(_ count: Int) async throws -> Tally {
        let bases = try await served()
        do {
            for _ in 0..<2 { namespaces.append(try await makeNamespace()) }
            for group in 0..<(count / Self.perObject) { try await judge(group, bases[group % bases.count]) }
        } catch {
            try await removeNamespaces()
            throw error
        }
        try await removeNamespaces()
        return tally
    }

    private func makeNamespace() async throws -> String {
        let body: JSON = [
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["generateName": "reconcile-verdicts-"],
        ]
        let answer = try await server.ask(.init(method: .post, path: "/api/v1/namespaces", body: body))
        guard answer.isSuccess, let name = answer.body[path: "metadata", "name"]?.string else {
            throw Refused(description: "no namespace: \(answer.status) \(answer.body.text)")
        }
        // Pods need it, and a controller may take a while to make it.
        let account: JSON = ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default"]]
        _ = try await server.ask(
            .init(method: .post, path: "/api/v1/namespaces/\(name)/serviceaccounts", body: account))
        return name
    }

    private func removeNamespaces() async throws {
        for name in namespaces {
            _ = try await server.ask(.init(method: .delete, path: "/api/v1/namespaces/\(name)"))
        }
    }

    /// The server refuses what every server takes.
    struct Refused: Error, CustomStringConvertible { let description: String }

    /// One manifest for each kind, or several, without names.
    static func bases() throws -> [JSON] {
        try Fixture.names(in: "kubernetes/bases", ending: ".yaml").map { name in
            let parsed = YAML.parse(try Fixture.bytes("kubernetes/bases/\(name)"), file: name)
            guard let document = parsed.document else { throw Refused(description: "\(parsed.diagnostics)") }
            return document.json
        }
    }

    /// Those of kinds that the server has.
    private func served() async throws -> [JSON] {
        var bases: [JSON] = []
        for base in try Self.bases() {
            let path = try Self.kind(of: base).path(namespace: nil)
            if try await server.ask(.init(path: path, query: [("limit", "1")])).isSuccess { bases.append(base) }
        }
        return bases
    }

    private static func kind(of base: JSON) throws -> ResourceKind {
        let gvk = GroupVersionKind(apiVersion: base["apiVersion"]?.string ?? "", kind: base["kind"]?.string ?? "")
        guard let kind = BuiltinKinds.kind(gvk) else { throw Refused(description: "no kind \(gvk)") }
        return kind
    }

    // MARK: One object

    private mutating func judge(_ group: Int, _ base: JSON) async throws {
        let kind = try Self.kind(of: base)
        guard let schema = ObjectSchema.of(kind.gvk)?.root else { throw Refused(description: "no schema: \(kind.gvk)") }
        var manifest = base
        manifest["metadata"]?["name"] = .string(kind.isNamespaced ? "m\(group)" : "\(namespaces[0])-\(group)")
        if kind.isNamespaced {
            manifest["metadata"]?["namespace"] = .string(
                ["LimitRange", "ResourceQuota"].contains(kind.kind) ? namespaces[1] : namespaces[0])
        }
        var dice = Dice(seed: seed &* 0x1_0000_0001 &+ UInt64(group))
        var object = AskedObject(manifest, on: server, kind: kind, schema: schema, dice: Dice(seed: dice.next()))
        let made = try await object.make()
        guard made.isSuccess else { throw Refused(description: "\(kind.kind): \(made.status) \(made.body.text)") }
        let edit = dice.once(in: 3) ? .nothing : dice.pick(AskedObject.Edit.allCases) ?? .nothing
        try await object.edited(edit)
        for index in 0..<Self.perObject {
            try await judge(object, "seed \(seed), object \(group), mutation \(index)", &dice)
        }
        try await object.remove()
    }

    private mutating func judge(_ object: AskedObject, _ id: String, _ dice: inout Dice) async throws {
        guard var live = try await object.read() else { return }
        var manifest = object.manifest
        var ways: [String] = []
        for _ in 0..<dice.one(0, 1, 1, 1, 1, 2, 2, 3) {
            var mutation = ManifestMutation(schema: object.schema, live: live, dice: Dice(seed: dice.next()))
            guard let way = dice.pick(ManifestMutation.Way.allCases), let changed = mutation.change(manifest, way),
                changed["metadata"]?.object != nil
            else { continue }
            manifest = changed
            ways.append(way.rawValue)
        }
        tally.asked += 1
        var found: [String] = []
        var verdict: JSON = .null
        for _ in 0..<3 {
            (verdict, found) = try await compare(object, manifest, live)
            // Controllers may have moved the object in between.
            guard !found.isEmpty, let now = try await object.read(),
                now[path: "metadata", "resourceVersion"] != live[path: "metadata", "resourceVersion"]
            else { break }
            live = now
        }
        count(verdict)
        guard !found.isEmpty else { return }
        let head = "\(object.kind.kind) (\(ways.joined(separator: ", "))) after \(object.edit.rawValue), \(id)"
        let text = "\(head)\n  \(found.joined(separator: "\n  "))\n  manifest \(manifest.text)\n  live \(live.text)"
        if found.allSatisfy({ $0.hasPrefix("words") }) {
            tally.worded.append(text)
        } else {
            let isSame = verdict["changed"] == false || found.contains { $0.contains("we say same") }
            tally.findings.append(Finding(text: text, isAboutSame: isSame))
        }
    }

    private mutating func count(_ verdict: JSON) {
        switch (verdict["status"]?.int, verdict["changed"]?.bool) {
        case (200?, false?): tally.same += 1
        case (200?, _): tally.changed += 1
        case (409?, _): tally.conflicts += 1
        default: tally.refused += 1
        }
    }

    /// The server's verdict, and how ours differs; where it is a conflict also that of a forced apply. The plan's view is
    /// compared with what the server says of the manifest that the plan would send.
    private func compare(_ object: AskedObject, _ manifest: JSON, _ live: JSON) async throws -> (JSON, [String]) {
        let mutation = Mutation(id: "", path: object.path, live: live, manifest: manifest)
        let verdict = try await ask(object, mutation)
        var found = mutation.disagreements(verdict, force: false)
        if verdict["status"] == 409 {
            found += mutation.disagreements(try await ask(object, mutation, force: true), force: true)
                .map { "\($0), forced" }
        }
        let sent = mutation.difference?.manifest ?? manifest
        let answer = sent == manifest ? verdict : try await ask(object, mutation, sending: sent)
        let isKnown = found.contains { !$0.hasPrefix("words") }
        return (verdict, found + (isKnown ? [] : mutation.differences(answer).map { "the plan: \($0)" }))
    }

    private func ask(
        _ object: AskedObject, _ mutation: Mutation, sending manifest: JSON? = nil, force: Bool = false
    ) async throws -> JSON {
        let answer = try await object.apply(manifest ?? mutation.manifest, force: force, isDry: true)
        return mutation.verdict(of: answer.status, answer.body)
    }
}
