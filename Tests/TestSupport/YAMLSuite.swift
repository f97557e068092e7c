import Formats

/// The cases of the public YAML test suite (Tests/Fixtures/conformance/yaml-test-suite).
public enum YAMLSuite {
    /// A text, and what a parser has to make of it.
    public struct Case: Sendable {
        /// `229Q`, or `2G84/01` where a file holds several cases.
        public let id: String
        /// What is read.
        public let bytes: [UInt8]
        /// The events that a parser gives, up to its error where there has to be one.
        public let events: [String]
        /// Whether it has to be refused.
        public let isError: Bool
    }

    private static let folder = "conformance/yaml-test-suite/src"

    /// All cases, by id.
    public static let cases: [Case] = {
        var cases: [Case] = []
        for name in (try? Fixture.names(in: folder, ending: ".yaml")) ?? [] {
            let bytes = (try? Fixture.bytes("\(folder)/\(name)")) ?? []
            let tests = YAML.parse(bytes, file: name).document?.sequence ?? []
            var tree = ""
            for (index, test) in tests.enumerated() {
                // What a case does not have is that of the case before it, but for the error.
                tree = test["tree"]?.scalar?.text ?? tree
                let number = index < 10 ? "0\(index)" : "\(index)"
                cases.append(
                    Case(
                        id: name.dropLast(5) + (tests.count == 1 ? "" : "/\(number)"),
                        bytes: Array(unescaped(test["yaml"]?.scalar?.text ?? "").utf8),
                        events: tree.split(separator: "\n").map { plain($0) }, isError: test["fail"] != nil))
            }
        }
        return cases
    }()

    /// The suite shows white space by characters of its own.
    private static func unescaped(_ text: String) -> String {
        var text = text.replacing("␣", with: " ").replacing("⇔", with: "\u{feff}").replacing("↵", with: "")
        text = text.replacing("←", with: "\r").replacing("∎\n", with: "")
        var result = ""
        for scalar in text.unicodeScalars where scalar != "—" {
            if scalar == "»" { result += "\t" } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    private static func plain(_ line: Substring) -> String {
        String(line.drop { $0 == " " }).replacing("␣", with: " ").replacing("<SPC>", with: " ").replacing(
            "<TAB>", with: "\\t")
    }
}
