import Formats
import FuzzTargets
import TestSupport
import Testing

/// What fuzzing asks of every text, asked of the suites and of what was found before.
@Suite struct FuzzTests {
    @Test func everyCaseOfTheYAMLSuite() {
        for test in YAMLSuite.cases {
            let complaint = FuzzTarget.yaml.complaint(about: test.bytes)
            #expect(complaint == nil, "\(test.id)")
        }
    }

    @Test func everyCaseOfTheJSONSuite() throws {
        let folder = "conformance/json-test-suite/test_parsing"
        for name in try Fixture.names(in: folder, ending: ".json") {
            let bytes = try Fixture.bytes("\(folder)/\(name)")
            #expect(FuzzTarget.json.complaint(about: bytes) == nil, "\(name)")
            #expect(FuzzTarget.yaml.complaint(about: bytes) == nil, "\(name)")
        }
    }

    @Test func everyCaseOfTheCSVSuite() throws {
        let folder = "conformance/csv-spectrum/csvs"
        for name in try Fixture.names(in: folder, ending: ".csv") {
            #expect(FuzzTarget.csv.complaint(about: try Fixture.bytes("\(folder)/\(name)")) == nil, "\(name)")
        }
    }

    @Test func everyExpressionOfItsSuite() throws {
        for name in try Fixture.names(in: "conformance/cel", ending: ".json") {
            for section in try JSON.parse(Fixture.bytes("conformance/cel/\(name)"))["section"]?.array ?? [] {
                for test in section["test"]?.array ?? [] {
                    let text = test["expr"]?.string ?? ""
                    #expect(FuzzTarget.expressions.complaint(about: Array(text.utf8)) == nil, "\(text)")
                }
            }
        }
    }

    /// Each file of Tests/Fixtures/fuzz once made a target complain, trap or hang.
    @Test(arguments: FuzzTarget.allCases) func nothingFoundComesBack(_ target: FuzzTarget) throws {
        for name in (try? Fixture.names(in: "fuzz/\(target.rawValue)", ending: "")) ?? [] {
            let bytes = try Fixture.bytes("fuzz/\(target.rawValue)/\(name)")
            #expect(target.complaint(about: bytes) == nil, "\(name)")
        }
    }

    /// Texts of the suites, cut and put together by a fixed rule.
    @Test(arguments: FuzzTarget.allCases) func cutAndJoinedTexts(_ target: FuzzTarget) throws {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, bound)
        }
        let texts = YAMLSuite.cases.map(\.bytes)
        for _ in 0..<400 {
            let (one, other) = (texts[next(texts.count)], texts[next(texts.count)])
            var text = one.prefix(next(one.count)) + other.suffix(next(other.count))
            if !text.isEmpty { text[text.startIndex + next(text.count)] = UInt8(next(256)) }
            #expect(target.complaint(about: Array(text)) == nil)
        }
    }
}
