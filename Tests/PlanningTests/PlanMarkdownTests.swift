import Formats
import Foundation
import Planning
import TestSupport
import Testing

/// What a renderer makes of a text, as far as it matters here: which lines are inside fences.
struct MarkdownLines {
    /// Lines that a renderer looks for markup in.
    private(set) var open: [Substring] = []
    /// Lines of fenced blocks.
    private(set) var fenced: [Substring] = []
    /// Nil where every fence is closed.
    private(set) var unclosed: Int?

    init(_ text: String) {
        var fence: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let run = line.prefix { $0 == "`" }.count
            if let length = fence {
                if run >= length, line.allSatisfy({ $0 == "`" }) { fence = nil } else { fenced.append(line) }
            } else if run >= 3 {
                fence = run
            } else {
                open.append(line)
            }
        }
        unclosed = fence
    }
}

@Suite struct PlanMarkdownTests {
    private static let none = DiagnosticReport([]) { _ in nil }

    private static func text(_ plans: [Plan], findings: DiagnosticReport = none) -> String {
        PlanMarkdown.text(plans, findings: findings, now: PlanTextTests.now, log: "https://ci.example/runs/7")
    }

    private static func removal(_ number: Int, of tenant: String, _ title: String = "ConfigMap") -> Change {
        Change(
            address: "k8s/prod/\(tenant)/core/ConfigMap/tenant-\(tenant)/old-\(number)", action: .delete,
            title: "\(title) tenant-\(tenant)/old-\(number)", tenant: tenant,
            source: .whole("tenants/\(tenant).yaml"), reason: "no longer in the files", wave: .configuration,
            operation: nil)
    }

    private static func creation(_ number: Int, of tenant: String) -> Change {
        Change(
            address: "k8s/prod/\(tenant)/core/ConfigMap/tenant-\(tenant)/new-\(number)", action: .create,
            title: "ConfigMap tenant-\(tenant)/new-\(number)", tenant: tenant,
            source: Place(file: "blueprints/platform/1.4.0/manifests/branding.yaml"), wave: .configuration,
            operation: nil)
    }

    private static func plan(_ name: String = "prod", tenants: Int, _ changes: (Int, String) -> [Change]) -> Plan {
        let sections = (1...tenants).map { number in
            PlanSection(
                tenant: "tenant-\(number)", file: "tenants/tenant-\(number).yaml",
                changes: changes(number, "tenant-\(number)"))
        }
        return Plan(environment: name, source: Sample.source, sections: sections, gates: [], diagnostics: [])
    }

    @Test func theDocumentedPlan() throws {
        let plan = PlanTextTests.plan(
            PlanTextTests.documented, gates: [PlanTextTests.gate(tenant: "acme"), PlanTextTests.gate(tenant: nil)],
            pending: [PendingTenant(name: "beta", reason: "maxChangedTenants is 100")])
        try Golden.check(Self.text([plan]), "planning/documented.md")
    }

    @Test func nothingToDo() {
        let plan = PlanTextTests.plan([])
        #expect(
            Self.text([plan]).hasPrefix("### Plan for `prod` at `3f2a91c (main)`\n\n**No changes.**\n\nDigest of "))
    }

    @Test func filesWithMistakesHaveNoPlan() {
        let report = DiagnosticReport([Diagnostic("RCN1012", at: Place(file: "a.yaml"), "unknown tier 'x'")]) { _ in nil
        }
        #expect(
            Self.text([], findings: report) == """
                ### reconcile plan: the files have mistakes: 1 error, 0 warnings

                ```text
                a.yaml:1:1: error: unknown tier 'x' [RCN1012]
                ```

                """)
    }

    static let hostile = [
        "```", "````\n````", "`````", "</details>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "@org/team", "#1", "GH-1", "a | b", "<!-- reconcile plan -->", "-->", "\n```\n@org/team\n", "\n\n# heading",
        "~~~", "&lt;script&gt;", "http://evil.example", "\u{202e}txt", "::add-mask::x", "##vso[task.complete]",
    ]

    @Test("S5: values in a plan are text and nothing else", arguments: hostile)
    func valuesAreText(_ text: String) throws {
        let field = FieldChange(
            pointer: "/data/a", path: "data.\(text)", before: .string(text), after: .string("x\(text)"))
        func change(_ action: Action, _ tenant: String) -> Change {
            Change(
                address: "\(action) \(tenant)", action: action, title: "\(text) \(action)", tenant: tenant,
                source: Place(file: "tenants/\(text).yaml"), reason: text, fields: [field],
                memberships: [MembershipChange(group: text, joins: false)], notes: [text], wave: .configuration,
                operation: nil)
        }
        let gate = Gate(name: text, tenant: nil, finding: text, digest: "7f3c", isApproved: false)
        let sections = [text, "other"].map { tenant in
            PlanSection(tenant: tenant, file: text, changes: Action.allCases.map { change($0, tenant) })
        }
        let source = PlanSource(repository: text, ref: text, commit: "3f2a91c8d2e4", inputs: "")
        let plan = Plan(
            environment: text, source: source, sections: sections, gates: [gate],
            pending: [PendingTenant(name: text, reason: text)], diagnostics: [Diagnostic("RCN2001", at: nil, text)])
        let report = DiagnosticReport([Diagnostic("X", .warning, at: Place(file: text), text)]) { _ in Array(text.utf8)
        }
        let shown = Self.text([plan, plan], findings: report)
        let lines = MarkdownLines(shown)
        #expect(lines.unclosed == nil)
        // Outside of fences the text stands in spans of code, or with its markup as entities.
        let bare = lines.open.map(withoutCode).joined(separator: "\n").replacing(/<code>[^<>`]*<\/code>/, with: "")
        for mark in ["@org", "#1", "onerror=", "javascript:", "<!--", "<img", "GH-1", "evil", "](", "\u{202e}"] {
            let ours = bare.replacing("[the whole plan](https://ci.example/runs/7)", with: "")
            #expect(!ours.contains(mark), "\(mark)")
        }
        #expect(bare.components(separatedBy: "<details").count == bare.components(separatedBy: "</details>").count)
        #expect(shown.split(separator: "\n").allSatisfy { !$0.drop { $0 == " " }.hasPrefix("::") })
        #expect(!shown.contains("##vso["))
    }

    /// The line without what is between backticks, and without what is between `<code>` and `</code>` once its entities hide it.
    private func withoutCode(_ line: Substring) -> String {
        var (result, rest) = ("", line)
        while let start = rest.firstIndex(of: "`") {
            result += rest[..<start]
            let run = rest[start...].prefix { $0 == "`" }
            let body = rest[run.endIndex...]
            guard let end = closing(run.count, in: body) else { return result + rest[start...] }
            rest = body[end...]
        }
        return result + rest
    }

    /// Behind the next run of just that many backticks.
    private func closing(_ count: Int, in text: Substring) -> Substring.Index? {
        var rest = text
        while let start = rest.firstIndex(of: "`") {
            let run = rest[start...].prefix { $0 == "`" }
            if run.count == count { return run.endIndex }
            rest = rest[run.endIndex...]
        }
        return nil
    }

    @Test("S6: of 5,000 changes every one that takes something away is shown, first") func largePlans() throws {
        let plan = Self.plan(tenants: 500) { number, tenant in
            (1...9).map { Self.creation($0, of: tenant) } + [Self.removal(number, of: tenant)]
        }
        let text = Self.text([plan])
        #expect(text.utf8.count <= 65_536)
        let lines = MarkdownLines(text)
        #expect(lines.unclosed == nil)
        #expect(lines.fenced.filter { $0.hasPrefix("- ConfigMap") }.count >= 500)
        let head = text.prefix(upTo: try #require(text.range(of: "<details")).lowerBound)
        for number in 1...500 { #expect(head.contains("tenant-tenant-\(number)/old-\(number)")) }
        #expect(head.contains("**Plan: 4500 to add, 0 to change, 500 to destroy.**"))
        #expect(text.contains("changes do not fit here**: those of `tenant-"))
        #expect(text.hasSuffix("`\(plan.digest.prefix(16))` · [the whole plan](https://ci.example/runs/7)\n"))
    }

    @Test("S6: more removals than fit are counted") func moreRemovalsThanFit() {
        let plan = Self.plan(tenants: 50) { _, tenant in (1...100).map { Self.removal($0, of: tenant, "ConfigMap 名前") }
        }
        let text = Self.text([plan, plan])
        #expect(text.utf8.count <= 65_536)
        #expect(MarkdownLines(text).unclosed == nil)
        #expect(text.components(separatedBy: "**Takes something away: 5000**").count == 3)
        #expect(text.components(separatedBy: "do not fit here: look at the whole plan.**").count == 3)
    }

    @Test("S6: a section that does not fit whole is shown without its fields") func shorterSections() {
        let long = (1...900).map { number in
            FieldChange(
                pointer: "/data/\(number)", path: "data.key-\(number)", before: "one value", after: "another value")
        }
        let plan = Self.plan(tenants: 2) { _, tenant in
            [
                Change(
                    address: tenant, action: .update, title: "ConfigMap \(tenant)/a", tenant: tenant, source: nil,
                    fields: long, wave: .configuration, operation: nil)
            ]
        }
        let text = Self.text([plan])
        #expect(text.utf8.count <= 65_536)
        #expect(text.contains("data.key-900") && text.contains("~ ConfigMap tenant-2/a"))
        #expect(!text.contains("do not fit"))
    }
}
