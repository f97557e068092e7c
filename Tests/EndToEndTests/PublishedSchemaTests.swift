import Formats
import Foundation
import TestSupport
import Testing

/// The published schemas under a validator that is not ours: check-jsonschema, as an editor would use them. In CI it has to be there;
/// elsewhere `pip install check-jsonschema` into `.venv` brings it.
@Suite struct PublishedSchemaTests {
    private static let validator: String? = {
        let own = Fixture.root.appending(path: ".venv/bin/check-jsonschema").path
        return FileManager.default.isExecutableFile(atPath: own) ? own : nil
    }()

    @Test func isThereInCI() {
        let isCI = ProcessInfo.processInfo.environment["RECONCILE_CI"] != nil
        #expect(!isCI || Self.validator != nil)
        if Self.validator == nil { print("No check-jsonschema in .venv: its tests look at nothing.") }
    }

    /// The kind that a path within a fleet repository stands for; nil where it has no schema.
    private static func kind(_ path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        guard path.hasSuffix(".yaml"), let first = parts.first else { return nil }
        switch (first, parts.count) {
        case ("reconcile.yaml", 1): return "fleet"
        case ("tiers", 2), ("roles", 2), ("approvals", 2): return String(first.dropLast())
        case ("tenants", _): return "tenant"
        case ("blueprints", 4) where parts[3] == "blueprint.yaml": return "blueprint"
        default: return nil
        }
    }

    /// Files below a folder by the kind of schema that they have.
    private static func files(in folder: URL) -> [String: [String]] {
        let paths = (FileManager.default.subpaths(atPath: folder.path) ?? []).sorted()
        return Dictionary(grouping: paths.filter { kind($0) != nil }) { kind($0) ?? "" }
            .mapValues { $0.map { folder.appending(path: $0).path } }
    }

    /// Those of the files that the schema refuses, or that cannot be read at all.
    private func refused(_ files: [String: [String]]) async throws -> Set<String> {
        guard let validator = Self.validator else { return [] }
        var refused: Set<String> = []
        for (kind, paths) in files.sorted(by: { $0.key < $1.key }) {
            let schema = Fixture.root.appending(path: "schemas/\(kind).json").path
            let run = try await Command.run(
                validator, ["--output-format", "json", "--schemafile", schema] + paths, environment: ["HOME": "/tmp"])
            let report = try JSON.parse(run.output)
            for list in ["errors", "parse_errors"] {
                refused.formUnion((report[list]?.array ?? []).compactMap { $0["filename"]?.string })
            }
        }
        return refused
    }

    @Test func everySoundFileIsTaken() async throws {
        guard Self.validator != nil else { return }
        var files = Self.files(in: Fixture.url("diagnostics/base"))
        let examples = Fixture.root.appending(path: "examples")
        for name in try FileManager.default.contentsOfDirectory(atPath: examples.path) {
            files.merge(Self.files(in: examples.appending(path: name))) { $0 + $1 }
        }
        #expect(files.keys.sorted() == ["blueprint", "fleet", "role", "tenant", "tier"])
        #expect(try await refused(files) == [])
    }

    /// What we refuse, the schemas refuse as well, but for a list of mistakes that no schema can find, which is exact.
    @Test func everyMistakeOfAFileIsFound() async throws {
        guard Self.validator != nil else { return }
        let folder = Fixture.url("diagnostics")
        var files: [String: [String]] = [:]
        var cases: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasPrefix("RCN") {
            let own = Self.files(in: folder.appending(path: "\(name)/input"))
            if !own.isEmpty { cases.insert(name) }
            files.merge(own) { $0 + $1 }
        }
        let refused = Set(
            try await refused(files).map { String($0.dropFirst(folder.path.count + 1).prefix { $0 != "/" }) })
        let list = try String(contentsOf: folder.appending(path: "beyond-schemas.txt"), encoding: .utf8)
        let beyond = list.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(beyond.allSatisfy { $0.count == 2 && $0[1].count > 10 })
        #expect(cases.subtracting(refused).sorted() == beyond.map { $0[0] }.sorted())
        #expect(refused.count >= 20)
    }
}
