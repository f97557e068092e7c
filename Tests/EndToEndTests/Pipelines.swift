import Formats
import Foundation
import TestSupport

/// The pipelines of `examples/ci`, taken apart.
enum Pipelines {
    /// What one pipeline lets a shell run.
    struct Script {
        /// `github/apply.yml apply 2`
        let place: String
        let text: String
    }

    static let folder = Fixture.root.appending(path: "examples/ci")

    /// Workflows in the language of GitHub, by their path in `examples/ci`.
    static func workflows() throws -> [(path: String, content: JSON)] {
        let paths = ["github", "gitea"].flatMap { name in
            (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path))?
                .map { "\(name)/\($0)" } ?? []
        }
        return try paths.sorted().map { ($0, try document($0)) }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    static func document(_ path: String) throws -> JSON {
        let parsed = YAML.parse(Array(try text(path).utf8), file: path)
        guard let document = parsed.document else { throw FleetRepository.Failed(description: "\(path) is no YAML") }
        return document.json
    }

    static func jobs(_ workflow: JSON) -> [(name: String, job: JSON)] {
        (workflow["jobs"]?.object?.members ?? []).map { ($0.key, $0.value) }
    }

    /// Everything that any of them runs, GitLab's and Jenkins' too.
    static func scripts() throws -> [Script] {
        var scripts: [Script] = []
        for (path, content) in try workflows() {
            for (name, job) in jobs(content) {
                for (index, step) in (job["steps"]?.array ?? []).enumerated() {
                    guard let run = step["run"]?.string else { continue }
                    scripts.append(Script(place: "\(path) \(name) \(index)", text: run))
                }
            }
        }
        for (name, job) in try document("gitlab/.gitlab-ci.yml").object?.members.map({ ($0.key, $0.value) }) ?? [] {
            guard let lines = job["script"]?.array else { continue }
            let text = lines.compactMap(\.string).joined(separator: "\n")
            scripts.append(Script(place: "gitlab \(name)", text: text))
        }
        let jenkins = try text("jenkins/Jenkinsfile")
        for (index, match) in jenkins.matches(of: /sh '''((?:.|\n)*?)'''|sh '([^'\n]+)'/).enumerated() {
            let text = match.output.1 ?? match.output.2 ?? ""
            scripts.append(Script(place: "jenkins \(index)", text: String(text)))
        }
        return scripts
    }
}

/// A folder with programs that only write down how they were called, so that a pipeline's script can be run.
struct PlayedScript {
    let folder: TemporaryFolder

    /// - Parameter programs: what stands in for a program, by its name; the others only write down their arguments.
    init(_ programs: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        let recording = "#!/bin/sh\nprintf '%s\\n' \"$(basename \"$0\")\" \"$@\" >> \"$PLAYED/calls\"\n"
        for name in ["reconcile", "drift-issue", "git", "curl"] {
            try folder.write(recording + (programs[name] ?? ""), to: "bin/\(name)")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/\(name)"))
        }
        try folder.write("", to: "calls")
        try folder.write("", to: "work/plan.md")
    }

    func run(_ script: String, with variables: [String: String]) async throws -> Command {
        var environment = variables
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        environment["PATH"] = "\(folder.file("bin")):\(path)"
        environment["PLAYED"] = folder.url.path
        environment["RUNNER_TEMP"] = folder.file("work")
        return try await Command.run(
            "bash", ["-eo", "pipefail", "-c", script], in: folder.url.appending(path: "work"), environment: environment)
    }

    /// The words of every call, in order.
    func calls() throws -> [String] {
        try String(contentsOfFile: folder.file("calls"), encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
    }
}
