import Formats
import Foundation
import TestSupport
import Testing

/// What somebody can do to the pipelines of `examples/ci` by a pull request: nothing that writes.
@Suite struct PipelineHazardTests {
    private static func isOnPullRequests(_ job: JSON, of workflow: JSON) -> Bool {
        guard workflow["on"]?["pull_request"] != nil else { return false }
        let events = job["if"]?.string ?? ""
        return !events.contains("event_name == 'push'") && !events.contains("event_name == 'schedule'")
    }

    private static func secrets(_ value: JSON) -> Set<String> {
        Set(value.text.matches(of: /secrets\.([A-Za-z_]+)/).map { String($0.output.1) })
    }

    @Test("T3: a pull request is checked without any secret, and planned with none that writes")
    func pullRequestsHaveNoSecretThatWrites() throws {
        var checked = 0
        for (path, workflow) in try Pipelines.workflows() {
            let events = Set((workflow["on"]?.object?.members ?? []).map(\.key))
            #expect(events.isSubset(of: ["pull_request", "push", "schedule"]), "\(path): \(events)")
            #expect(workflow["permissions"] == [:] || workflow["permissions"] == ["contents": "read"], "\(path)")
            for (name, job) in Pipelines.jobs(workflow) where Self.isOnPullRequests(job, of: workflow) {
                let permissions = job["permissions"] ?? workflow["permissions"]
                checked += 1
                if name == "check" {
                    #expect(permissions == ["contents": "read"], "\(path)")
                    #expect(!job.text.contains("secrets.") && !job.text.contains("github.token"), "\(path)")
                } else {
                    let isOwn = "github.event.pull_request.head.repo.full_name == github.repository"
                    #expect(job["if"]?.string?.contains(isOwn) == true, "\(path) \(name)")
                    let allowed: [JSON] = [["contents": "read"], ["contents": "read", "pull-requests": "write"]]
                    #expect(permissions.map(allowed.contains) == true, "\(path) \(name)")
                    #expect(Self.secrets(job).allSatisfy { $0.contains("PLAN") }, "\(path) \(name)")
                }
            }
        }
        #expect(checked == 4)

        let gitlab = try Pipelines.document("gitlab/.gitlab-ci.yml")
        let variables = /KUBECONFIG|SECRET|TOKEN/
        #expect(gitlab["check"]?.text.contains(variables) == false)
        #expect(
            gitlab["plan"]?["rules"]?.text.contains("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID") == true)
        #expect(gitlab["plan"]?.text.contains(/APPLY|STATE_TOKEN|ISSUE_TOKEN/) == false)
        let stages = try Pipelines.text("jenkins/Jenkinsfile").components(separatedBy: "stage('")
        #expect(stages.first { $0.hasPrefix("Check") }?.contains("withCredentials") == false)
        #expect(!stages.contains { $0.contains("sh \"") }, "Groovy would put names into the command")
        let plan = try #require(stages.first { $0.hasPrefix("Plan") })
        #expect(plan.contains("env.CHANGE_FORK == null") && !plan.contains(/apply|state-token/))
    }

    @Test("T3: what is applied is the merged commit, one after the other")
    func applyIsTiedToTheMergedCommit() async throws {
        for (path, workflow) in try Pipelines.workflows() {
            for (name, job) in Pipelines.jobs(workflow) {
                let steps = job["steps"]?.array ?? []
                let applying = steps.filter { $0["run"]?.string?.contains("reconcile apply") == true }
                let writing = Self.secrets(job).filter { !$0.contains("PLAN") }
                #expect(writing.isEmpty == applying.isEmpty, "\(path) \(name)")
                guard let step = applying.first else { continue }
                #expect(!Self.isOnPullRequests(job, of: workflow), "\(path)")
                #expect(writing.isSubset(of: Self.secrets(step)), "\(path)")
                #expect(job["if"]?.string?.contains("github.ref == 'refs/heads/main'") == true, "\(path)")
                let group = job["concurrency"] ?? workflow["concurrency"]
                #expect(group == ["group": "apply-prod", "cancel-in-progress": false], "\(path)")
                #expect(steps.first?["with"]?["ref"] == "${{ github.sha }}", "\(path)")
            }
        }
        let merged = String(repeating: "a", count: 40)
        let applying = try Pipelines.scripts().filter { $0.text.contains("reconcile apply") }
        #expect(applying.count == 4)
        for script in applying where !script.place.hasPrefix("jenkins") {
            for newest in [merged, String(repeating: "b", count: 40)] {
                let played = try PlayedScript(["git": "printf '%s\\trefs/heads/main\\n' \(newest)\n"])
                defer { played.folder.remove() }
                let run = try await played.run(
                    script.text, with: ["GITHUB_SHA": merged, "CI_COMMIT_SHA": merged, "CI_DEFAULT_BRANCH": "main"])
                #expect(run.status == 0, "\(script.place): \(run.errors)")
                let calls = try played.calls()
                let isApplied = calls.contains("reconcile")
                #expect(isApplied == (newest == merged), "\(script.place): \(calls)")
                if isApplied { #expect(calls.suffix(6) == ["--ref", merged, "--environment", "prod", "--yes", ""]) }
            }
        }
    }

    @Test("T3: a branch named $(curl …) reaches no shell but as a text")
    func namesFromOutsideAreTexts() async throws {
        let scripts = try Pipelines.scripts()
        #expect(scripts.count > 20)
        for script in scripts {
            #expect(!script.text.contains("${{"), "\(script.place)")
            for evil in [
                "$(touch caught)", "`touch caught`", "x; touch caught #", "'; touch caught; '", "\"; touch caught; \"",
            ] {
                // A commit's name is nobody's to choose: the one that was merged last, so that every script goes to its end.
                let played = try PlayedScript(["git": "printf '%s\\trefs/heads/main\\n' abc\n"])
                defer { played.folder.remove() }
                let names = script.text.matches(of: /\$\{?([A-Z][A-Z_]+)/).map { String($0.output.1) }
                var variables = Dictionary(names.map { ($0, evil) }) { first, _ in first }
                for name in ["GITHUB_SHA", "CI_COMMIT_SHA"] { variables[name] = "abc" }
                let run = try await played.run(script.text, with: variables)
                #expect(run.status == 0, "\(script.place) with \(evil): \(run.errors)")
                let isCaught = FileManager.default.fileExists(atPath: played.folder.file("work/caught"))
                #expect(!isCaught, "\(script.place) with \(evil)")
                let calls = try played.calls()
                if script.text.contains("--base") {
                    #expect(calls.contains { $0.contains(evil) }, "\(script.place): \(calls)")
                }
            }
        }
    }

    @Test func everyActionAndImageIsPinned() throws {
        for (path, workflow) in try Pipelines.workflows() {
            for (name, job) in Pipelines.jobs(workflow) {
                for action in (job["steps"]?.array ?? []).compactMap({ $0["uses"]?.string }) {
                    #expect(action.wholeMatch(of: /[\w.-]+\/[\w.-]+@[0-9a-f]{40}/) != nil, "\(path) \(name): \(action)")
                }
                let image = job["container"]?["image"]?.string ?? ""
                #expect(image.contains("@sha256:"), "\(path) \(name): \(image)")
            }
        }
    }
}
