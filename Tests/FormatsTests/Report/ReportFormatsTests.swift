import Formats
import Foundation
import TestSupport
import Testing

/// The same findings in every form.
@Suite struct ReportFormatsTests {
    static let files: [String: [UInt8]] = [
        "tenants/acme.yaml": Array("spec:\n  tier: entreprise\n  tier: basic\n".utf8),
        "users/a b%é.csv": Array("email,role\nada@acme.example,operater\n".utf8),
    ]

    static func at(_ file: String, _ line: Int, _ column: Int) -> Place {
        Place(file: file, mark: Mark(line: line, column: column))
    }

    static let report = DiagnosticReport(
        [
            Diagnostic(
                "RCN1104", at: at("tenants/acme.yaml", 3, 3), "duplicate key 'tier'",
                notes: [.init("first used here", at: at("tenants/acme.yaml", 2, 3)), .init("one will do")]),
            Diagnostic("RCN1012", at: at("tenants/acme.yaml", 2, 9), "unknown tier 'entreprise', 100% [x](y)"),
            Diagnostic("RCN1013", .warning, at: at("users/a b%é.csv", 2, 18), "unknown role 'operater'"),
            Diagnostic("RCN1013", .warning, at: at("users/a b%é.csv", 9, 18), "unknown role 'operater'"),
            Diagnostic("RCN1002", .note, at: .whole("tenants/list.txt"), "nothing reads this file"),
            Diagnostic("RCN1001", at: nil, "there is no reconcile.yaml"),
        ], source: { files[$0] })

    static let tool = DiagnosticTool(
        name: "reconcile", version: "1.2.3",
        rules: [
            .init(code: "RCN1012", title: "a tier that no file defines", help: "Correct it [at once]."),
            .init(code: "RCN1013", title: "a role that no file defines", help: "Correct it."),
            .init(code: "RCN1999", title: "not found here", help: ""),
        ])

    @Test(arguments: ["report.json", "report.sarif", "github.txt", "gitlab.json", "report.md", "junit.xml"])
    func isRecorded(_ name: String) throws {
        let text =
            switch name {
            case "report.json": Self.report.json.prettyText
            case "report.sarif": Self.report.sarif(Self.tool).prettyText
            case "github.txt": Self.report.gitHub
            case "report.md": Self.report.markdown("reconcile validate", bytes: 65_000)
            case "junit.xml": JUnitReport([Self.report.junit("reconcile validate")]).xml
            default: Self.report.gitLab.prettyText
            }
        try Golden.check(text, "golden/report/\(name)")
    }

    @Test(arguments: [300, 400, 500, 600]) func markdownHoldsFindingsWhole(_ bytes: Int) {
        let text = Self.report.markdown("reconcile validate", bytes: bytes)
        #expect(text.utf8.count <= bytes)
        #expect(text.components(separatedBy: "```").count % 2 == 1)
        #expect(text.contains(" more findings are not shown here"))
        #expect(!text.contains("^") || text.contains("[RCN1104]") || text.contains("[RCN1012]"))
    }

    private func schema(_ url: URL) throws -> JSONSchema { try JSONSchema(JSON.parse([UInt8](Data(contentsOf: url)))) }

    @Test func sarifIsValid() throws {
        let schema = try schema(Fixture.url("formats/sarif-2.1.0-results.schema.json"))
        #expect(schema.findings(in: Self.report.sarif(Self.tool)).map(\.message) == [])
        #expect(schema.findings(in: ["version": "2.0.0", "runs": []]).count > 0)
    }

    @Test func jsonIsAsPublished() throws {
        let schema = try schema(Fixture.root.appending(path: "schemas/diagnostics.json"))
        #expect(schema.findings(in: Self.report.json).map(\.message) == [])
    }

    @Test func regionsAreThoseOfTheText() throws {
        let results = try #require(
            Self.report.sarif(Self.tool)["runs"]?.array?.first?["results"]?.array)
        let regions = results.map { $0["locations"]?.array?.first?["physicalLocation"]?["region"] }
        #expect(
            regions == [
                nil, ["startLine": 2, "startColumn": 9, "endColumn": 19],
                ["startLine": 3, "startColumn": 3, "endColumn": 7], ["startLine": 1],
                ["startLine": 2, "startColumn": 18, "endColumn": 26], ["startLine": 9, "startColumn": 18],
            ])
        #expect(results.allSatisfy { $0["ruleIndex"] != nil })
    }

    @Test func fingerprintsAreUniqueAndStayWhenLinesMove() {
        func prints(_ report: DiagnosticReport) -> [String] {
            (report.gitLab.array ?? []).compactMap { $0["fingerprint"]?.string }
        }
        let all = prints(Self.report)
        #expect(Set(all).count == 6)
        let moved = Diagnostic("RCN1012", at: Self.at("tenants/acme.yaml", 7, 9), Self.report.diagnostics[1].message)
        #expect(prints(DiagnosticReport([moved]) { _ in nil }) == [all[1]])
    }
}
