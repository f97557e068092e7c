import Foundation
import TestSupport

/// A page of the documentation whose commands a test runs, in one shell from top to bottom, and whose outputs are what they printed.
///
/// In blocks of `console`, `$ ` begins a command and `> ` goes on with it; everything up to the next is its output.
/// `RECORD=1` writes the outputs anew.
struct ExecutedPage {
    struct Mismatch: Error, CustomStringConvertible { let description: String }

    /// One line of the page outside of outputs, or a command with its output.
    private enum Part {
        case text(String)
        case command(lines: [String], output: [String])
    }

    private let path: String
    private let parts: [Part]

    /// - Parameter path: From the project's root: `docs/tutorial.md`
    init(_ path: String) throws {
        self.path = path
        var parts: [Part] = []
        // The backticks that a block of commands began with: an output may hold fewer of them.
        var fence: String?
        let text = try String(contentsOf: Fixture.root.appending(path: path), encoding: .utf8)
        for line in text.components(separatedBy: "\n") {
            if fence == line {
                fence = nil
                parts.append(.text(line))
            } else if fence == nil, line.hasPrefix("```"), line.hasSuffix("`console") {
                fence = String(line.prefix { $0 == "`" })
                parts.append(.text(line))
            } else if fence != nil, line.hasPrefix("$ ") {
                parts.append(.command(lines: [String(line.dropFirst(2))], output: []))
            } else if fence != nil, case .command(var lines, var output) = parts.last {
                if line.hasPrefix("> "), output.isEmpty {
                    lines.append(String(line.dropFirst(2)))
                } else {
                    output.append(line)
                }
                parts[parts.count - 1] = .command(lines: lines, output: output)
            } else {
                parts.append(.text(line))
            }
        }
        self.parts = parts
    }

    /// How many commands a reader types.
    var commandCount: Int { commands.count }

    private var commands: [[String]] {
        parts.compactMap { if case .command(let lines, _) = $0 { lines } else { nil } }
    }

    /// Runs all commands, and compares what they print.
    ///
    /// - Parameter mask: Makes an output the same in every run.
    func check(in folder: URL, environment: [String: String], mask: (String) -> String) async throws {
        let outputs = try await run(in: folder, environment).map { mask($0) }
        var rest = outputs[...]
        let made = parts.flatMap { part -> [String] in
            switch part {
            case .text(let line): return [line]
            case .command(let lines, _):
                let output = rest.popFirst() ?? ""
                let typed = lines.enumerated().map { $0.offset == 0 ? "$ \($0.element)" : "> \($0.element)" }
                return typed + (output.isEmpty ? [] : output.components(separatedBy: "\n"))
            }
        }.joined(separator: "\n")
        let url = Fixture.root.appending(path: path)
        let kept = try String(contentsOf: url, encoding: .utf8)
        guard made != kept else { return }
        guard ProcessInfo.processInfo.environment["RECORD"] == "1" else {
            throw Mismatch(
                description: "\(path) says something else than its commands:\n\(Self.difference(kept, made))")
        }
        try made.write(to: url, atomically: true, encoding: .utf8)
        throw Mismatch(description: "recorded \(path)")
    }

    /// What each command printed, and its exit code where it is not 0.
    private func run(in folder: URL, _ environment: [String: String]) async throws -> [String] {
        let mark = UUID().uuidString
        let script = commands.map { lines in
            let quoted = lines.joined(separator: "\n").replacingOccurrences(of: "'", with: #"'\''"#)
            return "eval '\(quoted)'\nprintf '%s' \"\(mark)$?\(mark)\""
        }.joined(separator: "\n")
        let run = try await Command.run(
            "bash", ["-c", "exec 2>&1\n\(script)\n"], in: folder, environment: environment)
        let pieces = run.text.components(separatedBy: mark)
        return stride(from: 0, to: pieces.count - 1, by: 2).map { index in
            let output = pieces[index].trimmingCharacters(in: .newlines)
            guard pieces[index + 1] != "0" else { return output }
            return output + (output.isEmpty ? "" : "\n") + "(exit code \(pieces[index + 1]))"
        }
    }

    private static func difference(_ kept: String, _ made: String) -> String {
        let (old, new) = (kept.components(separatedBy: "\n"), made.components(separatedBy: "\n"))
        let first =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        func lines(_ all: [String]) -> String { all.dropFirst(first).prefix(8).joined(separator: "\n") }
        return "line \(first + 1)\nkept:\n\(lines(old))\nnow:\n\(lines(new))"
    }
}
