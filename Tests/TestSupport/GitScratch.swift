import Foundation

/// A folder for one test, removed with its owner, and the `git` program to make repositories in it.
public final class GitScratch: Sendable {
    /// Absolute, without a final slash.
    public let path: String

    /// What git said when it did not do as asked.
    public struct Failure: Error, CustomStringConvertible {
        /// The command and its output.
        public let description: String
    }

    /// Makes the folder.
    public init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "git-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs git, and gives its output without the last line break.
    @discardableResult
    public func git(
        _ arguments: [String], in folder: String = "", input: [UInt8] = [], expecting status: Int32 = 0
    ) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/git")
        process.arguments = ["-C", "\(path)/\(folder)"] + arguments
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": path, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@acme.example", "GIT_AUTHOR_DATE": "1700000000 +0100",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@acme.example",
            "GIT_COMMITTER_DATE": "1700000000 +0100",
        ]
        let (output, stdin) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = output
        process.standardInput = stdin
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input))
        try stdin.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        try output.fileHandleForReading.close()
        process.waitUntilExit()
        guard process.terminationStatus == status else { throw Failure(description: "git \(arguments): \(text)") }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Writes a file of the folder.
    public func write(_ text: String, to file: String, executable: Bool = false) throws {
        let url = URL(filePath: "\(path)/\(file)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path) }
    }

    /// A work tree `name` with these files in one commit on `main`.
    public func makeWorkTree(_ name: String = "work", files: [String: String] = ["reconcile.yaml": "a\n"]) throws {
        try git(["init", "-q", "-b", "main", name])
        try commit(files, in: name)
    }

    /// Commits these files, with everything else that changed, on the branch that is checked out.
    public func commit(_ files: [String: String], in name: String = "work", message: String = "Change files") throws {
        for (file, text) in files { try write(text, to: "\(name)/\(file)") }
        try git(["add", "-A"], in: name)
        try git(["commit", "-q", "--allow-empty", "-m", message], in: name)
    }

    /// A bare repository `fleet.git` with these files in one commit on `main`, made from a work tree `work`.
    public func makeBare(files: [String: String] = ["reconcile.yaml": "a\n"]) throws {
        try makeWorkTree(files: files)
        try git(["clone", "-q", "--bare", "work", "fleet.git"])
    }

    /// Installs a hook with that body in `fleet.git`.
    public func installHook(_ name: String, _ body: String) throws {
        try write("#!/bin/sh\n\(body)\n", to: "fleet.git/hooks/\(name)", executable: true)
    }

    /// A tree object of these raw entries, and a commit over it.
    public func makeCommit(ofRawTree entries: [(mode: String, name: [UInt8], id: String)], in name: String) throws
        -> String
    {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += Array(entry.mode.utf8) + [0x20] + entry.name + [0]
            bytes += stride(from: 0, to: 40, by: 2).compactMap { offset in
                let start = entry.id.index(entry.id.startIndex, offsetBy: offset)
                return UInt8(entry.id[start...].prefix(2), radix: 16)
            }
        }
        let tree = try git(["hash-object", "--literally", "-t", "tree", "-w", "--stdin"], in: name, input: bytes)
        return try git(["commit-tree", "-m", "crafted", tree], in: name)
    }

    /// Writes a blob, and gives its id.
    public func blob(_ text: String, in name: String) throws -> String {
        try git(["hash-object", "-w", "--stdin"], in: name, input: Array(text.utf8))
    }
}
