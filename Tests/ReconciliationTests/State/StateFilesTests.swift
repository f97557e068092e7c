import Formats
import KubernetesModel
import Planning
import TestSupport
import Testing

@testable import Reconciliation

@Suite struct StateFilesTests {
    private func decode(_ files: [String: [UInt8]]) -> (tree: StateTree?, diagnostics: [String]) {
        var decoder = StateDecoder(fleet: "knowton", environment: "prod")
        let tree = decoder.decode(files)
        return (tree, decoder.diagnostics.sorted().map(\.line))
    }

    @Test func filesAreAsRecorded() throws {
        let files = StateFiles.encode(StateFixture.tree())
        let text = files.sorted { $0.key < $1.key }
            .map { "--- \($0.key)\n\(String(decoding: $0.value, as: UTF8.self))" }
        try Golden.check(text.joined(), "state/files.txt")
    }

    @Test func readingGivesBackWhatWasWritten() {
        let (tree, diagnostics) = decode(StateFiles.encode(StateFixture.tree()))
        #expect(diagnostics == [])
        #expect(tree == StateFixture.tree())
        let empty = StateTree(fleet: "knowton", environment: "prod")
        #expect(decode(StateFiles.encode(empty)).tree == empty)
        #expect(decode([:]).tree == nil)
        #expect(decode([:]).diagnostics == [])
    }

    @Test func noFileHoldsAnAddress() {
        for (path, bytes) in StateFiles.encode(StateFixture.tree()) {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("ada@acme.example"), "\(path)")
        }
    }

    @Test func filesOfOthersAreLeftOut() {
        var files = StateFiles.encode(StateFixture.tree())
        files["state/prod/README.md"] = Array("hello".utf8)
        files["state/prod/00/acme.lock.yaml"] = Array("not where acme belongs".utf8)
        files["state/prod/notes/acme.status.yaml"] = Array("x".utf8)
        #expect(decode(files).tree == StateFixture.tree())
    }

    private static let lock = StatePaths(environment: "prod").lock(of: "acme")
    private static let status = StatePaths(environment: "prod").status(of: "acme")

    struct Damage: Sendable, CustomTestStringConvertible {
        let id: String
        let path: String
        let change: @Sendable (String) -> String?
        var testDescription: String { id }

        init(_ id: String, _ path: String = StateFilesTests.lock, _ change: @escaping @Sendable (String) -> String?) {
            self.id = id
            self.path = path
            self.change = change
        }
    }

    static let damages = [
        Damage("cut off at a line") {
            $0.split(separator: "\n").prefix(13).joined(separator: "\n") + "\n"
        },
        Damage("without the last line") { String($0.dropLast("# end\n".count)) },
        Damage("empty") { _ in "" },
        Damage("merge conflict") { text in
            text.replacing("objects:\n", with: "<<<<<<< HEAD\nobjects:\n=======\nobjects:\n>>>>>>> other\n")
        },
        Damage("newer version") {
            $0.replacing("/v1\n", with: "/v2\n").replacing("objects:", with: "things:")
        },
        Damage("unknown version") { $0.replacing("state.reconcile.dev/v1", with: "v1") },
        Damage("unknown field") { $0.replacing("objects:\n", with: "object:\n") },
        Damage("unknown field of an object") { $0.replacing("    uid: u\n", with: "    uid: u\n    time: now\n") },
        Damage("object twice") {
            $0.replacing("name: db\n", with: "name: backend\n").replacing("StatefulSet", with: "Deployment")
        },
        Damage("wrong type") { $0.replacing("uid: u\n", with: "uid: [u]\n") },
        Damage("wrong removal") { $0.replacing("removal: pending", with: "removal: soon") },
        Damage("of another tenant") { $0.replacing("name: acme\n", with: "name: globex\n") },
        Damage("of another environment") { $0.replacing("environment: prod", with: "environment: dev") },
        Damage("of another fleet") { $0.replacing("fleet: knowton", with: "fleet: other") },
        Damage("of another kind") { $0.replacing("TenantLock", with: "TenantStatus") },
        Damage("no YAML") { $0.replacing("objects:\n", with: "objects: [\n") },
        Damage("missing") { _ in nil },
        Damage("missing status", StateFilesTests.status) { _ in nil },
        Damage("missing environment lock", "state/prod/environment.lock.yaml") { _ in nil },
        Damage("missing people", StatePaths(environment: "prod").people(of: "acme", bucket: "00")) { _ in nil },
        Damage("unknown phase", StateFilesTests.status) { $0.replacing("phase: Ready", with: "phase: Fine") },
        Damage("wrong count", StateFilesTests.status) { $0.replacing("  groups: 3", with: "  groups: many") },
        Damage("wrong condition", StateFilesTests.status) { $0.replacing("status: \"True\"", with: "status: maybe") },
    ]

    @Test func whatIsDamagedIsNamed() throws {
        var lines: [String] = []
        for damage in Self.damages {
            var files = StateFiles.encode(StateFixture.tree())
            let held = String(decoding: try #require(files[damage.path], "\(damage.id)"), as: UTF8.self)
            let changed = damage.change(held)
            #expect(changed != held, "\(damage.id)")
            files[damage.path] = changed.map { Array($0.utf8) }
            let (tree, diagnostics) = decode(files)
            #expect(tree == nil, "\(damage.id)")
            #expect(!diagnostics.isEmpty, "\(damage.id)")
            lines += ["# \(damage.id)"] + diagnostics
        }
        try Golden.check(lines.joined(separator: "\n") + "\n", "state/damages.txt")
    }

    @Test func aRecordThatSaysNothingNewStays() {
        var tree = StateFixture.tree()
        let before = tree
        tree.record("acme", status: StateFixture.status(), inventory: StateFixture.inventory(), commit: "other")
        tree.record(objects: tree.objects, commit: "other")
        tree.forget("nobody", commit: "other")
        #expect(tree == before)
        #expect(StateFiles.encode(tree) == StateFiles.encode(before))
        tree.record("acme", status: StateFixture.status(.failed), inventory: StateFixture.inventory(), commit: "other")
        #expect(tree.commit == "other")
        #expect(tree.tenants["acme"]?.commit == "other")
        #expect(tree.tenants["initech"]?.commit == StateFixture.commit)
    }

    @Test func planningGetsTheInventory() {
        let inventory = StateFixture.tree().inventory
        #expect(inventory.commit == StateFixture.commit)
        #expect(inventory.objects.count == 1)
        #expect(inventory.tenants["acme"] == StateFixture.inventory())
        #expect(inventory.tenants.keys.sorted() == ["acme", "globex", "initech"])
    }

    /// Many people: no bucket above 1,000, one person more or less touches few files.
    @Test(arguments: [1, 500, 501, 5_000, 40_000]) func peopleAreSpread(_ count: Int) {
        let hashes = (0..<count).map { KeyHash.of("u-\($0)") }
        var sizes: [String: Int] = [:]
        for hash in hashes { sizes[PeopleBuckets.name(of: hash, count: count), default: 0] += 1 }
        #expect(sizes.values.allSatisfy { $0 <= 1_000 })
        #expect(sizes.count == (count <= 500 ? 1 : count <= 1_000 ? 2 : count <= 5_000 ? 16 : 128))
        #expect(sizes.keys.allSatisfy { $0.utf8.count == 2 })
    }
}
