public import Foundation

/// A program run to its end, without blocking the test's thread.
public struct Command: Sendable {
    /// The exit status.
    public let status: Int32
    /// What was written to standard output.
    public let output: [UInt8]
    /// What was written to standard error.
    public let errors: String

    /// The output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }

    /// Runs a program found on the path. With an empty environment nothing of the caller's leaks in but `PATH`.
    public static func run(
        _ program: String, _ arguments: [String], in folder: URL? = nil, environment: [String: String]? = nil
    ) async throws -> Command {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = folder
        if let environment {
            process.environment = environment.merging(
                ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]) { own, _ in own }
        }
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        async let read = Self.drain(output.fileHandleForReading)
        async let readErrors = Self.drain(errors.fileHandleForReading)
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                try? output.fileHandleForWriting.close()
                try? errors.fileHandleForWriting.close()
                continuation.resume(throwing: error)
            }
        }
        return Command(
            status: status, output: [UInt8](await read), errors: String(decoding: await readErrors, as: UTF8.self))
    }

    /// Reads on a thread of its own: the pipe blocks until the program ends.
    private static func drain(_ handle: FileHandle) async -> Data {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let data = (try? handle.readToEnd()) ?? Data()
                // The thread's end does not let go of the handle, and thousands of programs are run.
                try? handle.close()
                continuation.resume(returning: data)
            }
        }
    }
}

/// A folder of the test's own, removed by `remove`.
public struct TemporaryFolder: Sendable {
    /// Where it lies.
    public let url: URL

    /// Makes it, with rights for nobody else.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "reconcile-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// The path of a file in it.
    public func file(_ name: String) -> String { url.appending(path: name).path }

    /// Takes it away with all that is in it.
    public func remove() { try? FileManager.default.removeItem(at: url) }
}

extension TemporaryFolder {
    /// Writes a file in it, with the folders above it.
    public func write(_ text: String, to path: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}
