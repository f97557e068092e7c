import Foundation
import TestSupport
import Testing

/// Files that ask for nothing, or for half, by mistake: nothing is removed before somebody says so.
@Suite struct EmptyFleetTests {
    private struct Situation: Sendable {
        let id: String
        let status: Int32
        let words: String
        var arguments: [String] = []
        let change: @Sendable (FleetRepository) async throws -> Void
    }

    private static let header = "email,role,given_name,family_name\n"

    private static let situations: [Situation] = [
        Situation(id: "tenants deleted", status: 3, words: "the file has vanished since") { fleet in
            try fleet.remove("tenants")
            try fleet.remove("users")
        },
        Situation(id: "tenants renamed", status: 3, words: "there is no tenant 'acme'") { fleet in
            try await fleet.git("mv", "tenants", "customers")
        },
        Situation(id: "all files invalid", status: 3, words: "2 errors") { fleet in
            for name in ["acme", "globex"] { try fleet.write("<html>404</html>\n", to: "tenants/\(name).yaml") }
        },
        Situation(id: "everything gone", status: 3, words: "reconcile.yaml") { fleet in
            try await fleet.git("rm", "-r", "--quiet", ".")
        },
        Situation(id: "another fleet's files", status: 3, words: "is recorded for fleet 'small'") { fleet in
            try fleet.replace("name: small", by: "name: other", in: "reconcile.yaml")
        },
        Situation(id: "an empty branch", status: 3, words: "reconcile.yaml", arguments: ["--ref", "empty"]) { fleet in
            let tree = try await fleet.git("hash-object", "-t", "tree", "/dev/null")
            let commit = try await fleet.git("commit-tree", tree, "-m", "Empty")
            try await fleet.git("branch", "--force", "empty", commit)
        },
        Situation(id: "nobody", status: 4, words: "nobody would be left (1/2)") { fleet in
            for name in ["acme", "globex"] { try fleet.write(header, to: "users/\(name).csv") }
        },
        Situation(id: "half of the objects", status: 4, words: "too many removals, 40.00% is over 25.00% (4/10)") {
            fleet in
            let path = "blueprints/app/1.0.0/manifests/app.yaml"
            let kept = try fleet.read(path).components(separatedBy: "\n---\n")[0]
            try fleet.write(kept + "\n", to: path)
        },
        Situation(id: "no blueprint", status: 4, words: "too many removals") { fleet in
            try fleet.replace("      blueprints: {app: 1.0.0}\n", by: "", in: "reconcile.yaml")
        },
        Situation(id: "every tenant absent", status: 3, words: "is protected") { fleet in
            for (name, title) in [("acme", "Acme"), ("globex", "Globex")] {
                let text = SmallFleet.tenant(name, title) + "\n  state: absent\n"
                try fleet.write(text, to: "tenants/\(name).yaml")
                try fleet.write(header, to: "users/\(name).csv")
            }
        },
    ]

    @Test("A9: files that ask for less by mistake are refused with the counts, and nothing is written")
    func nothingIsRemovedByMistake() async throws {
        let sandbox = try SandboxServer()
        var files = SmallFleet.files
        files["reconcile.yaml", default: ""] += "\n"
        let (fleet, world) = (try await FleetRepository(files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        for situation in Self.situations {
            try await situation.change(fleet)
            try await fleet.commit(situation.id)
            let (before, commits) = (try world.writes().count, try await fleet.stateCommits())
            for command in [["plan"], ["apply", "--yes"]] {
                let run = try await Products.reconcile(
                    command + situation.arguments, in: fleet.root, environment: fleet.environment)
                #expect(run.status == situation.status, "\(situation.id): \(run.text)\(run.errors)")
                #expect((run.text + run.errors).contains(situation.words), "\(situation.id): \(run.text)\(run.errors)")
            }
            #expect(try world.writes().count == before, "\(situation.id)")
            // What is held back is recorded as open; of a refused run there is nothing to record.
            if situation.status == 3 { #expect(try await fleet.stateCommits() == commits, "\(situation.id)") }
            try await fleet.git("reset", "--quiet", "--hard", "HEAD~1")
        }
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }

    @Test("A9: an approval lets exactly the refused removals pass")
    func exactlyTheseRemovals() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        try await fleet.succeed("apply", "--yes")
        try fleet.replace("      blueprints: {app: 1.0.0}", by: "      blueprints: {}", in: "reconcile.yaml")
        try await fleet.commit("Take everything away")
        let refused = try await fleet.reconcile("apply", "--yes")
        #expect(refused.status == 4, "\(refused.text)")
        let digest = try #require(refused.text.firstMatch(of: #/approve ([0-9a-f]{32})/#)?.1, "\(refused.text)")
        // One more removal is not among those that were looked at.
        try fleet.write(
            "email,role,given_name,family_name\nowner@acme.example,owner,Alan,Turing\n", to: "users/acme.csv")
        try await fleet.commit("And one person")
        let passed = try await fleet.reconcile("apply", "--yes", "--approve", String(digest))
        #expect(passed.text.contains("Approved: "), "\(passed.text)")
        #expect(passed.text.contains("destroyed"), "\(passed.text)\(passed.errors)")
    }
}
