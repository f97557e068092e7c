/// Results as CI systems show them beside tests, in the XML that JUnit's runners write.
package struct JUnitReport: Sendable {
    package struct Case: Sendable {
        package let name: String
        /// Groups the cases of a suite: a file, a tenant.
        package let group: String
        package let file: String?
        /// Nil where it passed: a line, and a text of several lines.
        package let failure: (type: String, message: String, text: String)?

        package init(
            name: String, group: String, file: String? = nil,
            failure: (type: String, message: String, text: String)? = nil
        ) {
            self.name = name
            self.group = group
            self.file = file
            self.failure = failure
        }
    }

    package struct Suite: Sendable {
        package let name: String
        package let cases: [Case]

        package init(_ name: String, _ cases: [Case]) {
            self.name = name
            self.cases = cases
        }
    }

    package let suites: [Suite]

    package init(_ suites: [Suite]) { self.suites = suites }

    package var xml: String {
        let counts =
            "tests=\"\(suites.reduce(0) { $0 + $1.cases.count })\" failures=\"\(suites.reduce(0) { $0 + $1.failures })\""
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"reconcile\" \(counts)>\n"
            + suites.map(\.xml).joined() + "</testsuites>\n"
    }
}

extension JUnitReport.Suite {
    fileprivate var failures: Int { cases.count { $0.failure != nil } }

    fileprivate var xml: String {
        let counts = "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"0\""
        return "  <testsuite name=\"\(XMLText.escaped(name))\" \(counts)>\n" + cases.map(\.xml).joined()
            + "  </testsuite>\n"
    }
}

extension JUnitReport.Case {
    fileprivate var xml: String {
        let file = file.map { " file=\"\(XMLText.escaped($0))\"" } ?? ""
        let head = "    <testcase name=\"\(XMLText.escaped(name))\" classname=\"\(XMLText.escaped(group))\"\(file)"
        guard let failure else { return head + "/>\n" }
        let attributes = "type=\"\(XMLText.escaped(failure.type))\" message=\"\(XMLText.escaped(failure.message))\""
        let text = failure.text.split(separator: "\n").map { XMLText.escaped(String($0)) }.joined(separator: "\n")
        return head + ">\n      <failure \(attributes)>\(text)</failure>\n    </testcase>\n"
    }
}

extension DiagnosticReport {
    /// One failed test for each error; where there is none, one that passed.
    package func junit(_ name: String) -> JUnitReport.Suite {
        let failures = diagnostics.filter { $0.severity == .error }.map { diagnostic in
            let group = diagnostic.place?.file ?? "repository"
            return JUnitReport.Case(
                name:
                    "\(diagnostic.place.map { $0.isWholeFile ? $0.file : $0.description } ?? "repository") \(diagnostic.code)",
                group: group, file: diagnostic.place?.file,
                failure: (diagnostic.code, diagnostic.message, text(of: diagnostic)))
        }
        return JUnitReport.Suite(
            name, failures.isEmpty ? [JUnitReport.Case(name: "files", group: "repository")] : failures)
    }
}
