import Formats
import Foundation
import TestSupport
import Testing

/// The official JSON Schema test suite, draft 2020-12.
@Suite struct SchemaSuiteTests {
    static let suite = "conformance/json-schema-test-suite"
    static let folder = "\(suite)/tests/draft2020-12"

    /// The schemas that the suite's own refer to: its remote ones, and those that describe schemas.
    static let documents: [String: JSON] = {
        var documents: [String: JSON] = [:]
        let remotes = Fixture.url("\(suite)/remotes").path
        for path in (try? FileManager.default.subpathsOfDirectory(atPath: remotes)) ?? [] where path.hasSuffix(".json")
        {
            documents["http://localhost:1234/\(path)"] = try? JSON.parse(Fixture.bytes("\(suite)/remotes/\(path)"))
        }
        let meta = ((try? Fixture.names(in: "conformance/json-schema-2020-12/meta", ending: ".json")) ?? []).map {
            "meta/\($0)"
        }
        for name in meta + ["schema.json"] {
            let document = try? JSON.parse(Fixture.bytes("conformance/json-schema-2020-12/\(name)"))
            document?["$id"]?.string.map { documents[$0] = document }
        }
        return documents
    }()

    /// What a file came to.
    private struct Count {
        var cases = 0
        var wrong: [String] = []
        var refused: [String] = []
    }

    private func run(_ name: String, _ options: JSONSchema.Options) throws -> Count {
        var count = Count()
        for group in try JSON.parse(Fixture.bytes("\(Self.folder)/\(name)")).array ?? [] {
            let tests = group["tests"]?.array ?? []
            let title = group["description"]?.string ?? ""
            count.cases += tests.count
            do throws(JSONSchema.CompileError) {
                let schema = try JSONSchema(group["schema"] ?? .null, options)
                for test in tests where schema.findings(in: test["data"] ?? .null).isEmpty != test["valid"]?.bool {
                    count.wrong.append("\(name): \(title) / \(test["description"]?.string ?? "")")
                }
            } catch {
                count.refused.append("\(name): \(title): \(error) (\(tests.count) cases)")
            }
        }
        return count
    }

    private func standard(assertsFormat: Bool) -> JSONSchema.Options {
        var options = JSONSchema.Options()
        options.ignoresUnknown = true
        options.assertsFormat = assertsFormat
        options.documents = Self.documents
        return options
    }

    /// All that an implementation has to do.
    @Test func everyRequiredCase() throws {
        let names = try Fixture.names(in: Self.folder, ending: ".json")
        #expect(names.count == 46)
        var (cases, complaints) = (0, [String]())
        for name in names {
            let count = try run(name, standard(assertsFormat: false))
            cases += count.cases
            complaints += count.wrong + count.refused
        }
        #expect(cases == 1299)
        #expect(complaints == [])
    }

    static let formats: [(name: String, cases: Int)] = [
        ("date", 81), ("email", 27), ("uri", 46), ("time", 47), ("date-time", 33), ("duration", 52), ("ipv4", 41),
        ("ipv6", 42), ("uuid", 28), ("uri-reference", 28), ("json-pointer", 40), ("regex", 8),
    ]

    /// Formats are asserted; `date` and `email` are those that our own schemas use.
    @Test(arguments: formats) func everyCaseOfFormats(name: String, cases: Int)
        throws
    {
        let count = try run("optional/format/\(name).json", standard(assertsFormat: true))
        #expect(count.cases == cases)
        #expect(count.wrong + count.refused == [])
    }

    /// A tree that is right is told apart at a glance; what `read` finds of it without one says whether that was well done.
    @Test func aGlanceSaysWhatALongLookSays() throws {
        var complaints: [String] = []
        for name in try Fixture.names(in: Self.folder, ending: ".json") {
            for group in try JSON.parse(Fixture.bytes("\(Self.folder)/\(name)")).array ?? [] {
                let schema = try JSONSchema(group["schema"] ?? .null, standard(assertsFormat: true))
                for test in group["tests"]?.array ?? [] {
                    let quoted = Node(test["data"] ?? .null)
                    let differs = [quoted, plain(quoted)].contains {
                        schema.findings(in: $0) != schema.read($0).findings
                    }
                    guard differs else { continue }
                    complaints.append(
                        "\(name): \(group["description"]?.string ?? "") / \(test["description"]?.string ?? "")")
                }
            }
        }
        #expect(complaints == [])
    }

    /// The same with its texts unquoted, so that they may be numbers and the like.
    private func plain(_ node: Node) -> Node {
        switch node.content {
        case .scalar(let scalar): Node(.scalar(.init(text: scalar.text, isPlain: true)), at: node.mark)
        case .sequence(let elements): Node(.sequence(elements.map(plain)), at: node.mark)
        case .mapping(let entries):
            Node(
                .mapping(entries.map { .init(key: $0.key, keyMark: $0.keyMark, value: plain($0.value)) }), at: node.mark
            )
        }
    }

    /// What may be done otherwise; the file says which cases are.
    @Test func optionalCases() throws {
        let names =
            [
                "anchor", "bignum", "dynamicRef", "ecmascript-regex", "float-overflow", "id", "no-schema",
                "non-bmp-regex",
                "refOfUnknownKeyword", "unknownKeyword",
            ] + ["format/hostname"]
        var text = "file: cases, then those with another outcome and the schemas that are refused\n"
        for name in names {
            let count = try run("optional/\(name).json", standard(assertsFormat: true))
            text += "\(name): \(count.cases)\n" + (count.wrong + count.refused).map { "    \($0)\n" }.joined()
        }
        try Golden.check(text, "formats/json-schema-optional.txt")
    }
}
