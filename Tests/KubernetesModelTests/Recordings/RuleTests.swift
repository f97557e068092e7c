import Formats
import TestSupport
import Testing

/// One recorded apply for each rule of the server that the other recordings do not reach: what it refuses, what it keeps, what
/// it takes out.
@Suite struct RuleTests {
    @Test(arguments: ["edges", "jobs", "pods", "services"])
    func agreesWithTheServer(file: String) throws {
        let lines = try Fixture.bytes("kubernetes/rules/\(file).jsonl").split(separator: UInt8(ascii: "\n"))
        #expect(lines.count > 15)
        for line in lines {
            let parsed = try JSON.parse(Array(line))
            let (mutation, verdict) = (Mutation(parsed), parsed["verdict"] ?? .null)
            let found = Recording.differences(verdict, mutation.verdict(force: false)) + mutation.differences(verdict)
            #expect(found.isEmpty, "\(mutation.id): \(found.joined(separator: "\n"))")
        }
    }
}
