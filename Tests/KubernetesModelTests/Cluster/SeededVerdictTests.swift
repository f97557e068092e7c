import Foundation
import Testing

/// What this program says of an apply without asking, against what a server says of seeded mutations.
@Suite struct SeededVerdictTests {
    /// The same mutations in every run, or those of `RECONCILE_TEST_SEED`.
    private static let seed =
        ProcessInfo.processInfo.environment["RECONCILE_TEST_SEED"].flatMap { UInt64($0) } ?? 1

    /// The sandbox shares the model with the plan: this holds the questions and the comparison to account, and the plan's
    /// short cuts.
    @Test func agreesWithTheSandbox() async throws {
        var verdicts = SeededVerdicts(try .sandbox(), seed: Self.seed)
        let tally = try await verdicts.run(620)
        print("the sandbox, seed \(Self.seed): \(tally.summary)")
        let texts = (tally.findings.map(\.text) + tally.worded).prefix(10)
        #expect(tally.findings.isEmpty && tally.worded.isEmpty, "\(texts.joined(separator: "\n"))")
        for (what, count) in [
            ("same", tally.same), ("changed", tally.changed), ("conflicts", tally.conflicts),
            ("refused", tally.refused),
        ] {
            #expect(count > 10, "hardly any mutation came to this: \(what)")
        }
    }

    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["RECONCILE_TEST_KUBECONFIG"]?.isEmpty == false,
            "RECONCILE_TEST_KUBECONFIG names no cluster to ask"))
    func agreesWithTheCluster() async throws {
        let server = try #require(try AskedServer.real())
        var verdicts = SeededVerdicts(server, seed: Self.seed)
        let tally = try await verdicts.run(5_000)
        print("\(server.name), seed \(Self.seed): \(tally.summary)")
        #expect(tally.asked == 5_000)
        let same = tally.findings.filter(\.isAboutSame).map(\.text)
        #expect(same.isEmpty, "\(same.joined(separator: "\n"))")
        let texts = tally.findings.map(\.text).joined(separator: "\n")
        #expect(tally.findings.count * 100 <= tally.asked, "\(texts)")
        if !tally.findings.isEmpty { print(texts) }
    }
}
