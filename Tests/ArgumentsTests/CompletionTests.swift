import Arguments
import Foundation
import Testing

private let program = Program(
    "re-run", "runs it again", common: [Option("no-color", .flag, "no colours")],
    commands: [
        Command(
            "plan", "show what's new", positionals: [Positional("FILE", "a file")],
            options: [
                Option("output", .one("FORMAT"), "how", choices: ["text", "json"]),
                Option("repo", .one("PATH"), "where"),
                Option("tenant", .many("NAME"), "who", default: "all", group: "Scope"),
            ]),
        Command(
            "box", "the box",
            subcommands: [
                Command(
                    "start", "start it", details: "- at once\n.not later",
                    options: [Option("data", .one("DIR"), "where")]),
                Command("stop", "end it"),
            ]),
    ])

@Suite struct CompletionTests {
    /// What bash offers for the words, the last of which is being typed.
    private func offers(_ words: [String]) throws -> [String] {
        let script =
            program.completion(for: .bash) + """
                COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " ")))
                COMP_CWORD=\(words.count - 1)
                _re_run
                printf '%s\\n' "${COMPREPLY[@]}"
                """
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["--norc", "-c", script]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        (["re-run", ""], ["plan", "box", "--help"]), (["re-run", "p"], ["plan"]),
        (["re-run", "box", "st"], ["start", "stop"]),
        (["re-run", "box", "start", "--d"], ["--data"]), (["re-run", "plan", "--output", ""], ["text", "json"]),
        (["re-run", "plan", "--output", "=", "j"], ["json"]), (["re-run", "plan", "--output", "="], ["text", "json"]),
        (["re-run", "plan", "--repo", "/et"], ["/etc"]), (["re-run", "plan", "--tenant", "x"], []),
        (["re-run", "plan", "--tenant", "box", "--no"], ["--no-color"]),
    ])
    func completesInBash(words: [String], expected: [String]) throws {
        #expect(try offers(words) == expected)
    }

    @Test func describesInOtherShells() {
        let zsh = program.completion(for: .zsh)
        #expect(zsh.hasPrefix("#compdef re-run\n"))
        #expect(zsh.contains(#""") found=('plan:show what'\''s new' 'box:the box') ;;"#))
        #expect(zsh.contains(#""/plan --output") compadd -- text json; return ;;"#))
        let fish = program.completion(for: .fish)
        #expect(fish.contains("complete -c re-run -f -n '__re_run_at box' -a stop -d 'end it'\n"))
        #expect(fish.contains("complete -c re-run -n '__re_run_at plan' -l output -d 'how' -x -a 'text json'\n"))
        #expect(fish.contains("complete -c re-run -n '__re_run_at box start' -l data -d 'where' -r -F\n"))
    }

    @Test func writesAManual() {
        let page = program.manual(version: "1.0", details: [("exit codes", "0 done")])
        #expect(page.hasPrefix(".TH RE-RUN 1 \"\" \"re-run 1.0\"\n.SH NAME\nre\\-run \\- runs it again\n"))
        #expect(
            page.contains(".SS plan [FILE]\nshow what's new.\n.TP\n\\fB\\-\\-output FORMAT\\fR\nhow: text, json.\n"))
        #expect(page.contains(".PP\n\\- at once\n.PP\n\\&.not later\n"))
        #expect(page.contains("who; may be given several times (default: all)."))
        #expect(page.hasSuffix(".SH EXIT CODES\n0 done\n"))
    }

    @Test func groupsOptions() throws {
        guard case .help(let text) = try program.parse(["plan", "--help"], environment: [:]) else {
            Issue.record("no help")
            return
        }
        #expect(text.contains("\nScope:\n  --tenant NAME  who; may be given several times (default: all)\n"))
    }
}
