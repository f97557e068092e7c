import Foundation

/// A sandbox in a process of its own, on a folder of its own; it ends with the value, and by itself when nobody asks any more.
public final class SandboxServer: @unchecked Sendable {  // because nothing changes after init
    /// Its data.
    public let folder: TemporaryFolder
    private let process = Process()
    /// `server.json`.
    public let description: [String: Any]

    /// The sandbox could not be started.
    public struct CannotStart: Error, CustomStringConvertible {
        /// What it printed.
        public let description: String
    }

    /// Starts it and waits until it serves.
    public init(_ options: [String] = []) throws {
        folder = try TemporaryFolder()
        let log = folder.url.appending(path: "out")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.executableURL = Products.url("reconcile-sandbox")
        process.arguments = ["serve", "--data", folder.file("data"), "--idle-timeout", "600"] + options
        process.environment = Products.inherited
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let file = folder.url.appending(path: "data/server.json")
        for _ in 0..<1_000 where !FileManager.default.fileExists(atPath: file.path) && process.isRunning {
            usleep(10_000)
        }
        guard let data = try? Data(contentsOf: file),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else {
            process.terminate()
            throw CannotStart(description: (try? String(contentsOf: log, encoding: .utf8)) ?? "no output")
        }
        description = object
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        folder.remove()
    }

    /// Ends it without waiting, for when the tests' own process is about to end.
    func end() {
        process.terminate()
        folder.remove()
    }

    /// A member of `server.json`.
    public subscript(_ name: String) -> String { description[name] as? String ?? "" }

    /// Its data folder.
    public var dataFolder: String { folder.file("data") }
}
