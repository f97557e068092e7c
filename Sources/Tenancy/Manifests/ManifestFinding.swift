import Formats
import KubernetesModel

/// Something wrong with a rendered object, before it is said for how many tenants.
struct ManifestFinding: Sendable, Hashable {
    let code: DiagnosticCode
    let severity: Diagnostic.Severity
    let place: Place
    let message: String
    let notes: [Diagnostic.Note]
    /// Whether the value is this tenant's and the place is that of all.
    let isVarying: Bool

    init(
        _ code: DiagnosticCode, _ severity: Diagnostic.Severity = .error, at spot: FieldLocator.Spot, _ message: String
    ) {
        self.code = code
        self.severity = severity
        place = spot.place
        self.message = message
        notes = spot.notes
        isVarying = spot.isVarying
    }
}

extension ManifestFinding {
    private struct Cause: Hashable {
        let code: DiagnosticCode
        let place: Place
    }

    /// One finding for each cause, however many tenants meet it.
    static func united(_ found: [(tenant: String?, findings: [ManifestFinding])]) -> [Diagnostic] {
        var byCause: [Cause: [(tenant: String?, finding: ManifestFinding)]] = [:]
        var constant: Set<Diagnostic> = []
        for (tenant, findings) in found {
            for finding in findings {
                if finding.isVarying {
                    byCause[Cause(code: finding.code, place: finding.place), default: []].append((tenant, finding))
                } else {
                    constant.insert(finding.diagnostic(for: ""))
                }
            }
        }
        let varying = byCause.values.compactMap { group -> Diagnostic? in
            let sorted = group.sorted { ($0.tenant ?? "", $0.finding.message) < ($1.tenant ?? "", $1.finding.message) }
            guard let first = sorted.first, let tenant = first.tenant else {
                return sorted.first?.finding.diagnostic(for: "")
            }
            let others = Set(sorted.compactMap(\.tenant)).count - 1
            let more = others == 0 ? "" : " and \(others) more"
            return first.finding.diagnostic(for: " (tenant '\(tenant)'\(more))")
        }
        return constant.sorted() + varying
    }

    private func diagnostic(for who: String) -> Diagnostic {
        code.at(place, message + who, severity, notes: notes)
    }
}

extension DiagnosticCode {
    /// The code of something that the API server would refuse.
    init(_ kind: ManifestProblem.Kind) {
        self =
            switch kind {
            case .unknownField: .unknownField
            case .wrongType: .wrongFieldType
            case .missingField: .missingField
            case .wrongValue: .refusedValue
            }
    }
}
