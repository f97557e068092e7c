import Formats
import TestSupport
import Testing

/// The official JSON Schema test suite, draft 2020-12.
@Suite struct SchemaSuiteTests {
    static let folder = "conformance/json-schema-test-suite/tests/draft2020-12"

    /// What a file came to: tests whose schema was compiled, those among them with the wrong verdict, tests of refused schemas.
    private struct Count {
        var run = 0
        var wrong: [String] = []
        var refused = 0
    }

    private func run(_ name: String) throws -> Count {
        var count = Count()
        for group in try JSON.parse(Fixture.bytes("\(Self.folder)/\(name)")).array ?? [] {
            let tests = group["tests"]?.array ?? []
            do throws(JSONSchema.CompileError) {
                let schema = try JSONSchema(group["schema"] ?? .null)
                for test in tests {
                    count.run += 1
                    let isValid = schema.findings(in: test["data"] ?? .null).isEmpty
                    guard isValid != test["valid"]?.bool else { continue }
                    count.wrong.append("\(group["description"]?.string ?? "") / \(test["description"]?.string ?? "")")
                }
            } catch {
                count.refused += tests.count
            }
        }
        return count
    }

    /// Formats are asserted here, which `format.json` takes for annotations alone.
    static let names: [String] =
        ((try? Fixture.names(in: folder, ending: ".json")) ?? []).filter { $0 != "format.json" }
        + ["date", "email", "hostname", "uri"].map { "optional/format/\($0).json" }
        + ["bignum", "ecmascript-regex", "float-overflow", "no-schema", "non-bmp-regex"].map { "optional/\($0).json" }

    /// The counts by file are kept, so that a keyword that is lost or gained shows.
    @Test func agrees() throws {
        var total = Count()
        var lines = "file: tests run, tests whose schema is refused\n"
        for name in Self.names {
            let count = try run(name)
            lines += "\(name): \(count.run), \(count.refused)\n"
            total.run += count.run
            total.refused += count.refused
            total.wrong += count.wrong.map { "\(name): \($0)" }
        }
        // Labels in Punycode are not decoded, and leading zeros of an address within a URI are not looked at.
        let known = total.wrong.filter {
            $0.contains("A-label (punycode)") || $0.contains("leading zero in an embedded IPv4")
        }
        #expect(known.count == 23)
        #expect(total.wrong == known)
        #expect(total.run == 1009)
        #expect(total.refused == 474)
        try Golden.check(lines, "formats/json-schema-suite.txt")
    }
}
