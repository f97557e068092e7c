import Formats
import Foundation
import TestSupport
import Testing

/// `kill -9` before and after every write of an apply, to the cluster, to the realm and to Git: the next run converges.
///
/// The points are placed where HTTP and Git leave the program. The sandbox is another process and goes on.
@Suite(.serialized) struct KillTests {
    /// What happens between the kill and the next run.
    enum Aftermath: String, CaseIterable {
        case nothing
        /// The state branch is put back to where it was before the killed run.
        case stateLost
        /// The next commit removes a tenant that was being made.
        case tenantRemoved
    }

    @Test("A1: the next run converges wherever the last one was killed")
    func theNextRunConvergesWhereverTheLastOneWasKilled() async throws {
        let points = try await countPoints()
        #expect(points.count > 40)
        print("kill -9 at each of \(points.count) points, before and after \(points.count / 2) writes")
        // Before the push the branch is where it was: losing it is a case of its own from there on only.
        let push = try #require(points.firstIndex { $0.contains("git beforePush") })
        let runs = (1...points.count).flatMap { point in
            Aftermath.allCases.filter { $0 != .stateLost || point > push }.map { (point, $0) }
        }
        var expected: [Aftermath: String] = [:]
        for aftermath in Aftermath.allCases { expected[aftermath] = try await finalState(killedAt: nil, aftermath) }
        let reference = expected
        try await withThrowingTaskGroup(of: Void.self) { group in
            var rest = runs[...]
            func next() {
                guard let (point, aftermath) = rest.popFirst() else { return }
                group.addTask {
                    let state = try await Self.finalState(killedAt: point, aftermath)
                    let difference = FinalState.difference(state, reference[aftermath] ?? "")
                    #expect(difference == nil, "killed at \(points[point - 1]), then \(aftermath)")
                }
            }
            for _ in 0..<3 { next() }
            for try await _ in group { next() }
        }
    }

    private func finalState(killedAt point: Int?, _ aftermath: Aftermath) async throws -> String {
        try await Self.finalState(killedAt: point, aftermath)
    }

    private func countPoints() async throws -> [String] {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository(Self.files, sandbox: sandbox)
        let list = fleet.folder.file("points")
        try await fleet.succeed("apply", "--yes", with: ["RECONCILE_FAIL_POINT": "count:\(list)"])
        return try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// What both systems hold after a run that was killed (or not) and the one after it.
    private static func finalState(killedAt point: Int?, _ aftermath: Aftermath) async throws -> String {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository(files, sandbox: sandbox)
        if let point {
            let killed = try await fleet.reconcile("apply", "--yes", with: ["RECONCILE_FAIL_POINT": "kill:\(point)"])
            #expect(killed.status == SIGKILL || killed.status == 128 + SIGKILL, "point \(point): \(killed.errors)")
        } else {
            try await fleet.succeed("apply", "--yes")
        }
        switch aftermath {
        case .nothing: break
        case .stateLost: try await fleet.git("update-ref", "-d", "refs/heads/reconcile/state/sandbox")
        case .tenantRemoved:
            try fleet.write(globex + "\n  state: absent\n", to: "tenants/globex.yaml")
            try fleet.write("email,role,given_name,family_name\n", to: "users/globex.csv")
            try await fleet.commit("Globex leaves")
        }
        try await fleet.succeed("apply", "--yes", "--lease-timeout", "1s")
        let again = try await fleet.succeed("apply", "--yes")
        #expect(again.text.hasPrefix("No changes."), "after point \(point ?? 0): \(again.text)")
        return try await FinalState.read(World(sandbox), enabledOnly: aftermath == .tenantRemoved)
    }

    private static let globex =
        SmallFleet.tenant("globex", "Globex") + "\n  deletion: {protect: false}"

    private static let files = SmallFleet.files.merging(["tenants/globex.yaml": globex]) { _, new in new }
}
