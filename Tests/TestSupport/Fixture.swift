public import Foundation

/// Files of `Tests/Fixtures`, found from this file's own place in the checkout.
public enum Fixture {
    /// The checkout's root.
    public static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// `Tests/Fixtures/<path>`
    public static func url(_ path: String) -> URL {
        root.appending(path: "Tests/Fixtures").appending(path: path)
    }

    /// The content of `Tests/Fixtures/<path>`.
    public static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(path))) }

    /// Names of the folder's files with that ending, sorted.
    public static func names(in folder: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(folder).path).filter { $0.hasSuffix(ending) }.sorted()
    }

    /// Names of the fleet repositories in `examples/`, sorted.
    public static func exampleFleets() throws -> [String] {
        let folder = root.appending(path: "examples")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter {
            FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/reconcile.yaml").path)
        }
    }
}

/// A long output that is kept as a file. `RECORD=1` rewrites it, and the recording run fails.
public struct Golden {
    /// The text is not the file's.
    public struct Mismatch: Error, CustomStringConvertible {
        /// The first line that differs, and the text.
        public let description: String

        /// Says what differs.
        public init(description: String) {
            self.description = description
        }
    }

    /// Throws when the text is not the file's, with the first line that differs.
    public static func check(_ text: String, _ path: String) throws {
        let url = Fixture.url(path)
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
            throw Mismatch(description: "recorded \(path)")
        }
        guard let held = try? String(contentsOf: url, encoding: .utf8) else {
            throw Mismatch(description: "no golden file \(path); RECORD=1 makes it")
        }
        guard held != text else { return }
        let (old, new) = (
            held.split(separator: "\n", omittingEmptySubsequences: false),
            text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let index =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        func line(_ lines: [Substring]) -> String { index < lines.count ? String(lines[index]) : "(end)" }
        throw Mismatch(description: "\(path):\(index + 1)\n  golden: \(line(old))\n  now:    \(line(new))\n\(text)")
    }
}
