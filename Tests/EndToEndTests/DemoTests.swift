import Foundation
import TestSupport
import Testing

/// `make demo` as a newcomer sees it, and the state that it leaves.
@Suite struct DemoTests {
    @Test func theDemoIsItsTranscriptAndLeavesTheStateThatIsKept() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let run = try await Command.run(
            "bash", [Fixture.root.appending(path: "scripts/demo.sh").path],
            environment: ["DEMO_FOLDER": folder.file("demo"), "HOME": folder.url.path])
        #expect(run.status == 0, "\(run.errors)")
        let transcript = Self.masked(run.text).replacingOccurrences(of: folder.url.path, with: "<folder>")
        #expect(throws: Never.self) { try Golden.check(transcript, "golden/demo.txt") }
        #expect(transcript.split(separator: "\n", omittingEmptySubsequences: false).count <= 80)
        try compareState(URL(filePath: folder.file("demo/state")))
    }

    /// File by file; `RECORD=1` keeps the new one.
    private func compareState(_ made: URL) throws {
        let kept = Fixture.root.appending(path: "state")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try? FileManager.default.removeItem(at: kept.appending(path: "sandbox"))
            try FileManager.default.copyItem(at: made.appending(path: "sandbox"), to: kept.appending(path: "sandbox"))
            throw Golden.Mismatch(description: "recorded state/")
        }
        let names = { (folder: URL) in
            try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
                $0.hasSuffix(".yaml") || $0.hasSuffix("STATUS.md")
            }
            .sorted()
        }
        #expect(try names(made) == names(kept))
        for name in try names(kept) {
            let text = { (folder: URL) in
                Self.masked(try String(contentsOf: folder.appending(path: name), encoding: .utf8))
            }
            #expect(try text(made) == text(kept), "\(name)")
        }
    }

    /// Ids that are made anew in every run.
    private static func masked(_ text: String) -> String {
        text.replacing(/"?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"?/, with: "<id>")
            .replacing(/"?\b[0-9a-f]{40}\b"?/, with: "<commit>")
            .replacing(/\b(?=[0-9a-f]*[0-9])[0-9a-f]{7}\b/, with: "<commit>")
    }
}
