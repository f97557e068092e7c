import Formats
import TestSupport
import Testing

@Suite struct YAMLSuiteTests {
    /// The cases that come out otherwise, each with the reason.
    static let differing: [String: String] = {
        guard let bytes = try? Fixture.bytes("formats/yaml-suite-differing.txt") else { return [:] }
        var reasons: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1)
            reasons[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        return reasons
    }()

    @Test func suiteIsComplete() {
        #expect(YAMLSuite.cases.count == 406)
        #expect(YAMLSuite.cases.count { $0.isError } == 94)
        #expect(YAMLSuite.cases.allSatisfy { !$0.events.isEmpty })
        #expect(Self.differing.allSatisfy { !$0.value.isEmpty })
    }

    /// What libyaml accepts gives the events of the suite, and what the suite says is wrong is refused, but for a list of at most 5 %.
    @Test func eventsAreThoseOfTheSuite() {
        var (accepted, differing) = (0, [String]())
        for test in YAMLSuite.cases {
            let found = EventText.lines(of: test.bytes)
            guard !found.isError else { continue }
            accepted += 1
            let isRight =
                test.isError
                ? !YAML.parse(test.bytes, file: test.id, stream: .many).diagnostics.isEmpty : found.lines == test.events
            if !isRight { differing.append(test.id) }
        }
        #expect(accepted == 273)
        #expect(differing == Self.differing.keys.sorted())
        #expect(Self.differing.count * 20 <= accepted)
    }

    /// What the reader takes it takes for what the suite says it is.
    @Test func treesAreThoseOfTheSuite() {
        var taken = 0
        for test in YAMLSuite.cases where !test.isError && Self.differing[test.id] == nil {
            let parsed = YAML.parse(test.bytes, file: test.id, stream: .many)
            guard parsed.diagnostics.isEmpty else { continue }
            taken += 1
            #expect(EventText.lines(of: parsed.documents) == EventText.reduced(test.events), "\(test.id)")
        }
        #expect(taken == 196)
    }

    /// What is refused of what libyaml takes and is right: only by what this reader does not take on purpose.
    @Test func refusalsAreOnPurpose() {
        var codes: [String: Int] = [:]
        for test in YAMLSuite.cases where !test.isError && !EventText.lines(of: test.bytes).isError {
            guard let first = YAML.parse(test.bytes, file: test.id, stream: .many).diagnostics.first else { continue }
            // A text that goes on over a line that looks like a directive.
            if test.id != "XLQ9" { codes[first.code, default: 0] += 1 }
        }
        // Anchors and aliases; tags; keys that are no scalars or empty.
        #expect(codes == ["RCN1106": 25, "RCN1107": 16, "RCN1108": 15])
    }
}
