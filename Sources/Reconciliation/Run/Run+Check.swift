package import Formats
import HTTP
import Tenancy

/// The checks of a run, or what is wrong with the files.
package struct Checked: Sendable {
    package let checkout: Checkout
    /// One for each chosen environment; empty where a finding is an error.
    package let reports: [CheckReport]
    package let diagnostics: [Diagnostic]
}

extension Run {
    /// read → load → validate → resolve → render, and then the checks of all active tenants. Writes nothing anywhere.
    package func check() async throws(Problem) -> Checked {
        let rendered: Rendered<DesiredState> = try await render()
        var reports: [CheckReport] = []
        for desired in rendered.parts {
            try requireTenants(among: desired.tenants.map(\.name), in: desired.environment.name)
            reports.append(try await check(desired, rendered.checkout))
        }
        return Checked(checkout: rendered.checkout, reports: reports, diagnostics: rendered.diagnostics)
    }

    /// The checks of the environment, or of the tenants that were asked for.
    func check(_ desired: DesiredState, _ checkout: Checkout) async throws(Problem) -> CheckReport {
        let isNarrow = !request.tenants.isEmpty
        let tenants = desired.tenants.filter { !isNarrow || request.tenants.contains($0.name) }
        let shared = isNarrow ? [] : desired.checks.map { (tenant: nil as String?, check: $0) }
        let all = shared + tenants.flatMap { tenant in tenant.checks.map { (tenant: tenant.name, check: $0) } }
        let probe: CheckProbe
        do throws(HTTPError) {
            probe = try CheckProbe(desired.environment.checks, http: surroundings.http, timeout: request.timeout)
        } catch {
            throw Problem(.unexpected, error.message)
        }
        let permits = Permits(request.parallelism)
        let results = await withTaskGroup(of: (Int, CheckResult).self) { group in
            for (index, entry) in all.enumerated() {
                group.addTask {
                    (index, await permits.within { await probe.result(of: entry.check, tenant: entry.tenant) })
                }
            }
            return await group.reduce(into: [(Int, CheckResult)]()) { $0.append($1) }
        }
        return CheckReport(
            environment: desired.environment.name, source: checkout.source.title,
            results: results.sorted { $0.0 < $1.0 }.map(\.1))
    }

    /// The result with the checks that were asked for. Nobody waits for them once the run was told to stop.
    func checked(_ result: ApplyResult, _ desired: DesiredState, _ checkout: Checkout) async -> ApplyResult {
        guard request.checksAfterwards, !stop.isSet else { return result }
        var checked = result
        do throws(Problem) {
            checked.checks = try await check(desired, checkout)
        } catch {
            // What was applied and recorded is not lost for it.
            checked.problem = checked.problem ?? error
        }
        return checked
    }
}
