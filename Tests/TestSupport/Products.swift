public import Foundation

/// The built programs, run as a user runs them.
public enum Products {
    /// The folder that holds the programs: the test bundle lies beside them. `RECONCILE_TEST_PROGRAMS` names another, for those that
    /// were built for release.
    public static let folder: URL =
        ProcessInfo.processInfo.environment["RECONCILE_TEST_PROGRAMS"].map { URL(filePath: $0) }
        ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// The program of that name.
    public static func url(_ name: String) -> URL { folder.appending(path: name) }

    /// What every program needs to start, without anything of the user's.
    public static let inherited: [String: String] = {
        let own = ProcessInfo.processInfo.environment
        var variables = ["PATH": own["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"]
        variables["LD_LIBRARY_PATH"] = own["LD_LIBRARY_PATH"]
        return variables
    }()

    /// Runs `reconcile` with that environment and no other, and waits for its end.
    public static func reconcile(
        _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
    ) async throws -> Command {
        try await Command.run(
            url("reconcile").path, arguments, in: folder,
            environment: inherited.merging(environment) { _, given in given })
    }
}
