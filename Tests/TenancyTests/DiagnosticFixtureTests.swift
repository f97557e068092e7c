import Formats
import Foundation
import Tenancy
import TestSupport
import Testing

/// One mistake in each folder of `Tests/Fixtures/diagnostics`, laid over the sound fleet in `base`: what is said of it, as text and as
/// JSON. A folder is named for the code that it has to bring, and for the mistake.
///
/// `input/` holds files that are new or changed, `removed.txt` those that are not there, `links.txt` and `submodules.txt` what is no
/// file; with `since-base.txt` the base fleet is what was applied last.
@Suite struct DiagnosticFixtureTests {
    static let names: [String] = {
        let folder = Fixture.url("diagnostics").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix("RCN") }.sorted()
    }()

    struct Case {
        let tree: RepositoryTree
        let base: RepositoryTree
        let isSinceBase: Bool

        init(_ name: String) throws {
            let base = try Self.files("diagnostics/base")
            var files = base.merging(try Self.files("diagnostics/\(name)/input")) { _, new in new }
            for path in try Self.list("diagnostics/\(name)/removed.txt") {
                guard files.removeValue(forKey: path) != nil else { throw Golden.Mismatch(description: "no \(path)") }
            }
            let others =
                try Self.list("diagnostics/\(name)/links.txt").map { RepositoryTree.Entry(path: $0, kind: .link) }
                + Self.list("diagnostics/\(name)/submodules.txt").map {
                    RepositoryTree.Entry(path: $0, kind: .submodule)
                }
            tree = Self.tree(files, others)
            self.base = Self.tree(base, [])
            isSinceBase = FileManager.default.fileExists(
                atPath: Fixture.url("diagnostics/\(name)/since-base.txt").path)
        }

        private static func tree(_ files: [String: [UInt8]], _ others: [RepositoryTree.Entry]) -> RepositoryTree {
            RepositoryTree(entries: files.keys.map { RepositoryTree.Entry(path: $0) } + others) { path in
                guard let bytes = files[path] else { throw FleetText.Missing() }
                return bytes
            }
        }

        private static func files(_ folder: String) throws -> [String: [UInt8]] {
            let url = Fixture.url(folder)
            guard let enumerator = FileManager.default.subpaths(atPath: url.path) else { return [:] }
            var files: [String: [UInt8]] = [:]
            for path in enumerator {
                guard let data = try? Data(contentsOf: url.appending(path: path)) else { continue }
                files[path] = [UInt8](data)
            }
            return files
        }

        private static func list(_ path: String) throws -> [String] {
            guard let text = try? String(contentsOf: Fixture.url(path), encoding: .utf8) else { return [] }
            return text.split(separator: "\n").map(String.init)
        }

        func report() -> DiagnosticReport {
            let applied = isSinceBase ? AppliedTree(commit: "3f2a91c4", tree: base) : nil
            let resolution = Fleet.validate(FleetFiles.load(tree), applied: applied, on: FleetText.day)
            return DiagnosticReport(resolution.diagnostics) { [tree] path in
                tree.entries.contains { $0.path == path && $0.kind == .file } ? try? tree.read(path) : nil
            }
        }
    }

    @Test func thereAreManyAndTheBaseIsSound() throws {
        #expect(Self.names.count >= 60)
        let resolution = Fleet.validate(FleetFiles.load(try Case("RCN1001-no-fleet-file").base), on: FleetText.day)
        #expect(resolution.diagnostics.map(\.line) == [])
        #expect(resolution.fleet != nil)
    }

    /// One mistake is one finding: what follows from it is not said again.
    @Test(arguments: names) func oneMistakeIsOneFinding(_ name: String) throws {
        let report = try Case(name).report()
        #expect(report.diagnostics.count == 1, "\(report.text())")
        let code = try #require(report.diagnostics.first?.code)
        #expect(name.hasPrefix(code), "\(report.text())")
        #expect(DiagnosticCode(rawValue: code) != nil)
    }

    @Test(arguments: names) func saysWhatIsExpected(_ name: String) throws {
        let report = try Case(name).report()
        #expect(throws: Never.self) { try Golden.check(report.text(), "diagnostics/\(name)/expected.txt") }
        #expect(throws: Never.self) { try Golden.check(report.json.prettyText, "diagnostics/\(name)/expected.json") }
    }
}
