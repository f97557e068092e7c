import Foundation
import TestSupport
import Testing

/// The pipelines under tools that are not ours: zizmor for what can be attacked, check-jsonschema for their form, and actionlint where it is
/// at hand. In CI the first two have to be there; elsewhere `pip install zizmor check-jsonschema` into `.venv` brings them.
@Suite struct PipelineToolTests {
    private static func tool(_ name: String) -> String? {
        let path = Fixture.root.appending(path: ".venv/bin/\(name)").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    private static func files(_ folder: String) throws -> [String] {
        let place = Pipelines.folder.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
            .filter { $0.hasSuffix(".yml") }.map { place.appending(path: $0).path }
    }

    @Test func areThereInCI() {
        let isCI = ProcessInfo.processInfo.environment["RECONCILE_CI"] != nil
        for name in ["zizmor", "check-jsonschema"] { #expect(!isCI || Self.tool(name) != nil, "\(name)") }
        let missing = ["zizmor", "check-jsonschema", "actionlint"].filter { Self.tool($0) == nil }
        if !missing.isEmpty { print("Not in .venv, and so not tried on the pipelines: \(missing)") }
    }

    /// Gitea has no environments that secrets could be kept in, so that only GitHub's are held to the strictest list.
    @Test(arguments: [("github", "auditor"), ("gitea", "regular")])
    func nothingCanBeAttacked(_ folder: String, _ persona: String) async throws {
        guard let zizmor = Self.tool("zizmor") else { return }
        let run = try await Command.run(
            zizmor, ["--offline", "--no-progress", "--color", "never", "--persona", persona] + Self.files(folder),
            environment: ["HOME": "/tmp"])
        #expect(run.status == 0, "\(run.text)\(run.errors)")
    }

    @Test(arguments: [
        ("github", "vendor.github-workflows"), ("gitea", "vendor.github-workflows"), ("gitlab", "vendor.gitlab-ci"),
    ])
    func areFormedAsTheirServersWant(_ folder: String, _ schema: String) async throws {
        guard let checker = Self.tool("check-jsonschema") else { return }
        let run = try await Command.run(
            checker, ["--builtin-schema", schema] + Self.files(folder), environment: ["HOME": "/tmp"])
        #expect(run.status == 0, "\(run.text)\(run.errors)")
    }

    @Test func actionlintAgrees() async throws {
        guard let actionlint = Self.tool("actionlint") else { return }
        let run = try await Command.run(
            actionlint, ["-no-color"] + Self.files("github") + Self.files("gitea"), environment: ["HOME": "/tmp"])
        #expect(run.status == 0, "\(run.text)\(run.errors)")
    }
}
