import Formats
import Foundation
import TestSupport
import Testing

/// Every fleet repository of `examples/`, from an empty sandbox to one that is as its files say.
@Suite struct ExampleFleetTests {
    @Test(arguments: try Fixture.exampleFleets()) func isPlannedAsItSaysAndApplied(_ name: String) async throws {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository.example(name, sandbox: sandbox)
        let plan = try await fleet.succeed("plan")
        #expect(throws: Never.self) {
            try Golden.check(plan.text, "../../examples/\(name)/expected-plan.txt")
        }
        for environment in try fleet.environmentNames() {
            let apply: @Sendable () async throws -> Command = {
                try await fleet.succeed("apply", "--environment", environment, "--yes")
            }
            let applied =
                name == "workshop"
                ? try await DatabaseOperator.working(in: try World(sandbox), apply) : try await apply()
            #expect(applied.text.contains("Apply complete"))
            #expect(applied.text.contains("Failed: 0. Not ready: 0. Skipped: 0. Blocked: 0."), "\(applied.text)")
        }
        for environment in try fleet.environmentNames() {
            let again = try await fleet.succeed("apply", "--environment", environment, "--yes")
            #expect(again.text.hasPrefix("No changes."), "\(again.text)")
            #expect(try await fleet.stateCommits(environment) == 1)
        }
    }

    @Test(arguments: try Fixture.exampleFleets()) func everyAddressIsListed(_ name: String) async throws {
        let text = try await FleetRepository.example(name).succeed("render", "--outputs").text
        #expect(throws: Never.self) { try Golden.check(text, "golden/\(name)/outputs.txt") }
    }

    /// A newcomer reads the README: every path that it names in its table is there.
    @Test(arguments: try Fixture.exampleFleets()) func theReadmeNamesWhatIsThere(_ name: String) throws {
        let folder = Fixture.root.appending(path: "examples/\(name)")
        let text = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count >= 5)
        for row in rows {
            for match in row.split(separator: "|")[0].matches(of: /`([^`]+)`/) {
                let path = String(match.1).replacing("*.csv", with: "")
                #expect(FileManager.default.fileExists(atPath: folder.appending(path: path).path), "\(name): \(path)")
            }
        }
    }
}

extension FleetRepository {
    /// The environments of its `reconcile.yaml`, in its order.
    func environmentNames() throws -> [String] {
        let document = YAML.parse(Array(try read("reconcile.yaml").utf8), file: "reconcile.yaml").document?.json
        return (document?[path: "spec", "environments"]?.array ?? []).compactMap { $0["name"]?.string }
    }
}
