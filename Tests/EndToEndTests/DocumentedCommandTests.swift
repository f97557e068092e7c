import Formats
import Foundation
import TestSupport
import Testing

/// Every command line of the documentation and of the pipelines is one that the program takes: no flag that does not exist.
@Suite struct DocumentedCommandTests {
    private struct CommandLine: Hashable {
        let file: String
        let words: [String]
    }

    private static func files() throws -> [String] {
        let root = Fixture.root
        let pipelines = (FileManager.default.subpaths(atPath: Pipelines.folder.path) ?? []).map { "examples/ci/\($0)" }
        let pages = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs").path)
            .map { "docs/\($0)" }
        let examples = try Fixture.exampleFleets().map { "examples/\($0)/README.md" }
        return (pipelines + pages + examples + ["README.md"]).sorted().filter {
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: root.appending(path: $0).path, isDirectory: &isFolder)
            return isThere && !isFolder.boolValue
        }
    }

    /// The texts of a page that are code: in fences, indented by four, or between backticks.
    private static func code(of page: String) -> [String] {
        var code: [String] = []
        var isFenced = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("```") {
                isFenced.toggle()
            } else if isFenced || line.hasPrefix("    ") {
                code.append(line.trimmingCharacters(in: .whitespaces))
            } else {
                code += line.matches(of: /`([^`]+)`/).map { String($0.output.1) }
            }
        }
        return code
    }

    /// Lines that go on are put together: those that end with a backslash, and folded ones whose rest begins with a flag.
    private static func joined(_ text: String) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if let last = lines.last, last.hasSuffix("\\") || trimmed.hasPrefix("--") {
                lines[lines.count - 1] = last.trimmingCharacters(in: ["\\"]) + " " + trimmed
            } else {
                lines.append(trimmed)
            }
        }
        return lines
    }

    /// What follows `reconcile`, up to where the shell or the page goes on with something else.
    private static func commandLines(of text: String, in file: String) -> [CommandLine] {
        let isPage = file.hasSuffix(".md")
        let lines = isPage ? code(of: text) : joined(text)
        return lines.flatMap { line in
            line.matches(of: /(?:^|[^\w.-])reconcile ([a-z][a-z-]*(?: [^|;&()>#·]*)?)/).compactMap { match in
                var rest = String(match.output.1)
                // In a list of commands, what they do follows after some spaces.
                if isPage, let end = rest.range(of: "  ") { rest = String(rest[..<end.lowerBound]) }
                rest = rest.replacing(/\ [0-9]$/, with: "").replacing(/['"]/, with: "").replacing("`", with: " ")
                let all = rest.split(separator: " ").map(String.init).filter { $0 != "…" && $0 != "\\" }
                // A crontab names an account of that name before, and what holds a lock.
                let words = all.lastIndex(of: "reconcile").map { Array(all[($0 + 1)...]) } ?? all
                return words.isEmpty ? nil : CommandLine(file: file, words: words)
            }
        }
    }

    private static func all() throws -> [CommandLine] {
        var lines: Set<CommandLine> = []
        for file in try files() {
            let text = try String(contentsOf: Fixture.root.appending(path: file), encoding: .utf8)
            lines.formUnion(commandLines(of: text, in: file))
        }
        let jobs = YAML.parse(
            Array(try Pipelines.text("kubernetes/cronjob.yaml").utf8), file: "cronjob.yaml", stream: .many)
        for job in jobs.documents.map(\.json) {
            let pod = job[path: "spec", "jobTemplate", "spec", "template", "spec"]
            let words = pod?["containers"]?.array?.first?["args"]?.array?.compactMap(\.string) ?? []
            lines.insert(CommandLine(file: "examples/ci/kubernetes/cronjob.yaml", words: words))
        }
        return lines.sorted { ($0.file, $0.words.joined()) < ($1.file, $1.words.joined()) }
    }

    @Test func everyFlagExists() async throws {
        let help = try await Products.reconcile(["--help"]).text
        let commands = Set(help.matches(of: /\n\ \ ([a-z-]+)\ /).map { String($0.output.1) })
        let lines = try Self.all()
        let known = lines.filter { commands.contains($0.words[0]) }
        #expect(known.count > 80)
        #expect(
            known.contains { $0.file.hasSuffix("cronjob.yaml") } && known.contains { $0.file.hasSuffix(".service") })
        #expect(known.contains { $0.file.hasSuffix("Jenkinsfile") } && known.contains { $0.file.hasSuffix("crontab") })
        let strangers = Set(lines.filter { !commands.contains($0.words[0]) }.map { "\($0.file): \($0.words[0])" })
        #expect(strangers == [])
        for line in known {
            let run = try await Products.reconcile(line.words + ["--help"])
            #expect(run.status == 0, "\(line.file): reconcile \(line.words.joined(separator: " ")): \(run.errors)")
            let forms = line.words.indices.filter { line.words[$0] == "--output" }.compactMap { index in
                line.words.dropFirst(index + 1).first?.prefix { $0 != "=" }
            }
            for form in forms where form != "FORMAT" {
                #expect(
                    run.text.contains(try Regex("[ ,]\(form)[,;\n]")),
                    "\(line.file): no form '\(form)' of \(line.words[0])")
            }
        }
    }
}
