import Formats
import Tenancy
import TestSupport
import Testing

@Suite struct MistakesTests {
    static let folder = Fixture.url("fleets/mistakes")

    /// One run finds everything, each mistake once, sorted by place.
    @Test func allMistakesInOneRun() throws {
        let diagnostics = try FleetText.folder(Self.folder).resolve().diagnostics
        #expect(diagnostics == diagnostics.sorted())
        #expect(diagnostics.count >= 12)
        #expect(Set(diagnostics.compactMap { $0.place?.file }).count >= 5)
        var lines: [String] = []
        for diagnostic in diagnostics {
            lines.append(diagnostic.line)
            for note in diagnostic.notes { lines.append("    \(note.message)\(note.place.map { ": \($0)" } ?? "")") }
        }
        try Golden.check(lines.joined(separator: "\n") + "\n", "golden/mistakes.txt")
    }

    @Test func theOrderOfFilesDoesNotMatter() throws {
        let text = try FleetText.folder(Self.folder)
        func found(_ order: ([String]) -> [String]) -> [Diagnostic] {
            Fleet.validate(FleetFiles.load(text.tree(order: order)), on: FleetText.day).diagnostics
        }
        let straight = found { $0 }
        #expect(found { $0.reversed() } == straight)
        #expect(found { $0.shuffled() } == straight)
    }
}
