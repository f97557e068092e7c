package import Formats
package import Tenancy

/// What came of one check.
package struct CheckResult: Sendable {
    /// From good to bad.
    package enum State: String, Sendable, CaseIterable {
        case ok
        /// It works, but slowly.
        case warn
        /// It works too slowly.
        case critical
        /// It does not work.
        case failed
    }

    /// Nil for a check of the environment.
    package let tenant: String?
    package let check: DesiredCheck
    package let state: State
    /// How long an answer took; nil where none came.
    package let seconds: Double?
    /// Nil where all is well.
    package let reason: String?
}

/// The checks of one environment.
package struct CheckReport: Sendable {
    /// The version of the report's JSON.
    package static let formatVersion = "1.0"

    package let environment: String
    /// `3f2a91c (main)`, `the work tree`
    package let source: String
    /// The environment's own, then by tenant, as the blueprints have them.
    package let results: [CheckResult]

    package func count(_ state: CheckResult.State) -> Int { results.count { $0.state == state } }

    /// Nothing is critical, and nothing failed.
    package var isGood: Bool { results.allSatisfy { $0.state == .ok || $0.state == .warn } }

    /// As `schemas/check.json` has it.
    package var json: JSON {
        let counts = CheckResult.State.allCases.map { state in
            JSONObject.Member(key: state.rawValue, value: .int(Int64(count(state))))
        }
        return [
            "format_version": .string(Self.formatVersion), "environment": .string(environment),
            "source": .string(source), "checks": .array(results.map(\.json)), "counts": .object(JSONObject(counts)),
        ]
    }
}

extension CheckResult {
    fileprivate var json: JSON {
        var object = JSONObject()
        object["tenant"] = tenant.map { .string($0) }
        object["blueprint"] = .string(check.blueprint)
        object["name"] = .string(check.name)
        switch check.target {
        case .url(let url, _, _): object["url"] = .string(url)
        case .dns(let host, let cname):
            object["dns"] = .string(host)
            object["cname"] = cname.map { .string($0) }
        }
        object["state"] = .string(state.rawValue)
        // Thousandths are as fine as it gets.
        object["seconds"] = seconds.map { .double(($0 * 1000).rounded() / 1000) }
        object["reason"] = reason.map { .string($0) }
        object["source"] = ["file": .string(check.source.file), "line": .int(Int64(check.source.line))]
        return .object(object)
    }
}
