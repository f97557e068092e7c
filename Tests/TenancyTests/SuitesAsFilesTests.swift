import Formats
import Tenancy
import TestSupport
import Testing

/// The public suites of formats, read as files of a fleet.
@Suite struct SuitesAsFilesTests {
    private struct Missing: Error {}

    /// Every text of the suites as a tenant's file or as its people, with what is said of it and where.
    @Test func everyFileHasItsOutcome() throws {
        var files: [(path: String, title: String, bytes: [UInt8])] = []
        func add(_ title: String, _ bytes: [UInt8], _ path: (String) -> String) {
            files.append((path("f\(files.count)"), title, bytes))
        }
        for test in YAMLSuite.cases { add("yaml \(test.id)", test.bytes) { "tenants/\($0).yaml" } }
        for name in try Fixture.names(in: "conformance/json-test-suite/test_parsing", ending: ".json") {
            let bytes = try Fixture.bytes("conformance/json-test-suite/test_parsing/\(name)")
            add("json \(name)", bytes) { "tenants/\($0).yaml" }
        }
        for name in try Fixture.names(in: "conformance/csv-spectrum/csvs", ending: ".csv") {
            add("csv \(name)", try Fixture.bytes("conformance/csv-spectrum/csvs/\(name)")) { "users/\($0).csv" }
        }
        let contents = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
        let tree = RepositoryTree(entries: files.map { RepositoryTree.Entry(path: $0.path) }) { path in
            guard let bytes = contents[path] else { throw Missing() }
            return bytes
        }
        let found = Dictionary(grouping: FleetFiles.load(tree).diagnostics) { $0.place?.file ?? "" }
        var text = ""
        for file in files {
            let lines = found[file.path] ?? []
            text +=
                "\(file.title)\n"
                + lines.map { "    \(TerminalText.escaped(String($0.line.dropFirst(file.path.count + 1))))\n" }.joined()
            // Nothing of the suites is a tenant or a list of people.
            #expect(!lines.isEmpty, "\(file.title)")
        }
        #expect(files.count == 406 + 318 + 12)
        try Golden.check(text, "golden/suites-as-files.txt")
    }
}
