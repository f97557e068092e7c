import Foundation
import TestSupport
import Testing

@Suite struct ExampleTextTests {
    /// No example has text that libyaml takes for something else than YAML says (Tests/Fixtures/formats/yaml-suite-differing.txt).
    @Test func examplesAvoidWhatLibyamlMisreads() throws {
        let folder = Fixture.root.appending(path: "examples").resolvingSymlinksInPath()
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(paths.count > 20)
        for path in paths {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            #expect(text.hasSuffix("\n") && !text.hasSuffix(" \n"), "\(path)")
            for line in text.split(separator: "\n") {
                // What stands in quotes is no matter.
                let bare = line.replacing(/"[^"]*"|'[^']*'/, with: "Q")
                #expect(!bare.contains(/[\]}>,Q|]#|[\[{,] *\?[^ ]/), "\(path): \(line)")
            }
        }
    }
}
