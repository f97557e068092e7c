import Formats
import Foundation
import Testing

/// What files can hold must neither reach a terminal as a command nor a CI system.
@Suite struct HostileReportTests {
    /// Everything that terminals and viewers obey or hide.
    static let hostile = [
        "\u{1b}[2J", "\u{1b}]8;;http://evil.example\u{7}link", "\u{1b}]52;c;ZXZpbA==\u{7}", "a\rb", "a\u{8}b", "\u{7}",
        "\u{9b}31m", "\u{85}", "\u{2028}", "\u{202e}txt", "\u{2066}x\u{2069}", "\u{200b}", "\u{feff}", "\u{7f}",
        "two\nlines", String(repeating: "w", count: 10_000),
    ]

    /// Every form of a report in which the text stands in message, note, line and file name.
    static func outputs(_ text: String) -> [(form: String, output: String)] {
        let file = "tenants/\(text).yaml"
        let place = Place(file: file, mark: Mark(line: 1, column: 1))
        let diagnostic = Diagnostic(
            "RCN1012", at: place, text, notes: [.init(text, at: place), .init(text)])
        let report = DiagnosticReport([diagnostic, Diagnostic("RCN1013", at: nil, text)]) { _ in Array(text.utf8) }
        let rule = DiagnosticTool.Rule(code: "RCN1012", title: "t", help: "h")
        return [
            ("text", report.text()), ("json", report.json.prettyText), ("github", report.gitHub),
            ("gitlab", report.gitLab.prettyText), ("markdown", report.markdown("validate", bytes: 65_000)),
            ("junit", JUnitReport([report.junit(text)]).xml),
            ("sarif", report.sarif(DiagnosticTool(name: "n", version: "1", rules: [rule])).prettyText),
        ]
    }

    @Test("S4: no control character, bidirectional or invisible one comes through", arguments: hostile)
    func controlsAreWrittenOut(_ text: String) throws {
        for (form, output) in Self.outputs(text) {
            let strays = output.unicodeScalars.filter { scalar in
                scalar != "\n"
                    && (scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                        || scalar.properties.generalCategory == .format
                        || [.lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory))
            }
            #expect(strays.isEmpty, "\(form)")
            if form == "text" { #expect(output.split(separator: "\n").allSatisfy { $0.count < 2_000 }) }
        }
    }

    @Test("S4: a wide line is cut around its place") func wideLinesAreCut() {
        let place = Place(file: "a.yaml", mark: Mark(line: 1, column: 5_000))
        let line = [UInt8](repeating: UInt8(ascii: "w"), count: 10_000)
        let text = DiagnosticReport([Diagnostic("X", at: place, "m")]) { _ in line }.text()
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 120 })
    }

    @Test("S4: colours are ours alone, and only where asked for") func coloursAreOurs() {
        let place = Place(file: "a.yaml", mark: Mark(line: 1, column: 1))
        let report = DiagnosticReport([Diagnostic("X", at: place, "\u{1b}[31m")]) { _ in Array("\u{1b}[31m".utf8) }
        #expect(!report.text().contains("\u{1b}"))
        #expect(!report.text(color: true).contains("\u{1b}[31m"))
        #expect(report.text(color: true).contains("\u{1b}[1;31merror:"))
    }

    @Test(
        "S5: links, mentions and markup are text in SARIF",
        arguments: ["[x](javascript:alert(1))", "</details>", "<img onerror=x>", "[a]\\](b)", "]\u{301}(x)", "[1](2)"])
    func markupIsText(_ text: String) throws {
        let sarif = try #require(Self.outputs(text).last?.output)
        let message = try JSON.parse(Array(sarif.utf8))["runs"]?.array?.first?["results"]?.array?.first?["message"]
        let shown = Array(try #require(message?["text"]?.string).unicodeScalars)
        for (index, scalar) in shown.enumerated() where scalar == "[" || scalar == "]" {
            #expect(index > 0 && shown[index - 1] == "\\")
        }
    }

    static let commands = [
        "::add-mask::x", "::error::x", "::set-env name=PATH::x", "  ::stop-commands::x", "##vso[task.setvariable]x",
        "##[add-mask]x", "##teamcity[x]", "x ##[set-env]y", "a\n::error::b", "a\r\n##vso[x]", "%0A::error::x",
        ":\u{301}:x", "x,file=y::z",
    ]

    @Test("S7: nothing is a command of a CI system but our own annotations", arguments: commands)
    func commandsAreBroken(_ text: String) {
        for (form, output) in Self.outputs(text) {
            #expect(!output.contains("##vso[") && !output.contains("##[") && !output.contains("##teamcity["), "\(form)")
            let lines = output.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }
            let commands = lines.filter { $0.hasPrefix("::") }
            #expect(commands.count == (form == "github" ? 2 : 0), "\(form)")
            #expect(commands.allSatisfy { $0.hasPrefix("::error ") })
        }
    }

    @Test("S7: an annotation's properties hold what they should") func propertiesAreEscaped() {
        let place = Place(file: "a,line=9:b%.yaml", mark: Mark(line: 2, column: 3))
        let report = DiagnosticReport([Diagnostic("X", at: place, "m: 5%, n")]) { _ in nil }
        #expect(report.gitHub == "::error file=a%2Cline=9%3Ab%25.yaml,line=2,col=3,title=X::m: 5%25, n\n")
    }

    @Test("S7: rendered YAML holds no command either", arguments: commands) func yamlIsSafe(_ text: String) {
        let yaml = YAML.text(of: ["data": ["a": .string(text), "b": .string("x\n\(text)\ny"), text: "k"]])
        let lines = yaml.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }
        #expect(lines.allSatisfy { !$0.hasPrefix("::") })
        #expect(!yaml.contains("##vso[") && !yaml.contains("##[") && !yaml.contains("##teamcity["))
        let read = YAML.parse(Array(yaml.utf8), file: "a.yaml").document?.json
        #expect(read?["data"]?["a"] == .string(text))
    }
}
