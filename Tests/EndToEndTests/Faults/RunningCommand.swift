import Foundation
import TestSupport

/// `reconcile` while it runs: what it is given as a signal, and what it has printed in the end.
final class RunningCommand: @unchecked Sendable {  // because nothing changes after init but the process itself
    private let process = Process()
    private let folder: TemporaryFolder

    init(_ arguments: [String], in repository: FleetRepository, with variables: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        process.executableURL = Products.url("reconcile")
        process.arguments = arguments
        process.currentDirectoryURL = repository.root
        process.environment = Products.inherited.merging(repository.environment) { $1 }.merging(variables) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(folder.file("output"))
        process.standardError = try Self.file(folder.file("errors"))
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        folder.remove()
    }

    private static func file(_ path: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    var processID: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// How it ended and what it printed.
    struct End {
        let status: Int32
        let text: String
        let errors: String
    }

    /// Waits for the end without blocking the test's thread.
    func end() async throws -> End {
        while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        return End(status: process.terminationStatus, text: try read("output"), errors: try read("errors"))
    }

    private func read(_ name: String) throws -> String {
        try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }
}

/// Waits until something holds that another process brings about.
func eventually(_ what: String, _ holds: @Sendable () async throws -> Bool) async throws {
    for _ in 0..<1_500 {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw FleetRepository.Failed(description: "never: \(what)")
}
