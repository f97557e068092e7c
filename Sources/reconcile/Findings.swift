import Formats
import Planning
import Reconciliation
import Tenancy

/// What was found in the files, ready for every form of output.
struct Findings {
    let report: DiagnosticReport

    /// - Parameter checkout: where the lines are read that are shown.
    init(_ diagnostics: [Diagnostic], from checkout: Checkout?) {
        report = DiagnosticReport(diagnostics) { path in try? checkout?.tree.read(path) }
    }

    var isSound: Bool { report.count(.error) == 0 }

    /// One after the other with their lines, how many there are, and where more is said of them.
    func text(color: Bool = false) -> String {
        guard let first = report.diagnostics.first else { return "" }
        let counts = [
            Words.counted(report.count(.error), "error"), Words.counted(report.count(.warning), "warning"),
        ]
        return report.text(color: color) + counts.joined(separator: ", ")
            + "; `reconcile explain \(first.code)` says more about a code\n"
    }

    /// On standard error.
    func print(_ invocation: Invocation) { invocation.terminal.raw(text(color: invocation.hasErrorColor)) }

    /// The findings in a form that has no other result; the text is printed beside its result.
    /// - Parameter name: what found them, for forms that say so.
    func content(_ format: Output.Format, of name: String) -> String {
        switch format {
        case .text: ""
        case .json: report.json.prettyText
        case .markdown: report.markdown("reconcile \(name)", bytes: PlanMarkdown.limit)
        case .junit: JUnitReport([report.junit("reconcile \(name)")]).xml
        case .sarif: report.sarif(Self.tool).prettyText
        case .github: report.gitHub
        case .gitlab: report.gitLab.prettyText
        }
    }

    private static let tool = DiagnosticTool(
        name: "reconcile", version: Version.number,
        rules: DiagnosticCode.allCases.map { code in
            DiagnosticTool.Rule(code: code.rawValue, title: code.title, help: code.remedy)
        })
}

/// Words that go with numbers.
enum Words {
    static func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }

    /// `8 tenants, 21 people, 1 environment`
    static func counts(_ fleet: Fleet) -> String {
        [
            counted(fleet.tenants.count, "tenant"), counted(fleet.people.count, "person", "people"),
            counted(fleet.environments.count, "environment"),
        ].joined(separator: ", ")
    }
}
