import Foundation
import Tenancy
import TestSupport
import Testing

@Suite struct ExplanationTests {
    @Test(arguments: DiagnosticCode.allCases) func everyCodeHasAPage(_ code: DiagnosticCode) throws {
        let explanation = try #require(code.explanation)
        #expect(explanation.meaning.hasSuffix("."))
        #expect(!explanation.wrong.isEmpty && !explanation.right.isEmpty && explanation.wrong != explanation.right)
        #expect(code.page.hasPrefix("\(code.rawValue): \(code.title)\n"))
        #expect(code.page.contains(code.remedy))
    }

    @Test func aPageReadsWell() throws {
        try Golden.check(DiagnosticCode.unknownTier.page + "\n" + DiagnosticCode.alias.page, "golden/explain.txt")
    }

    /// No finding anywhere in the program has a code that cannot be explained.
    @Test func codesOfAllTargetsAreInTheTable() throws {
        let folder = Fixture.root.appending(path: "Sources")
        var written: Set<String> = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            written.formUnion(text.matches(of: /"(RCN[0-9]{4})"/).map { String($0.1) })
        }
        #expect(written.subtracting(DiagnosticCode.allCases.map(\.rawValue)).isEmpty)
    }
}
