package import Formats
package import Tenancy

/// What the chosen environments come to.
package struct Rendered: Sendable {
    package let checkout: Checkout
    /// One for each environment that could be rendered.
    package let states: [DesiredState]
    package let diagnostics: [Diagnostic]

    package var isSound: Bool { !diagnostics.contains { $0.severity == .error } }
}

extension Run {
    /// read → load → validate → resolve → render, for the chosen environments.
    package func render() async throws(Problem) -> Rendered {
        let prepared = try await prepare(prefersWorkTree: true)
        var states: [DesiredState] = []
        var diagnostics = Set(prepared.diagnostics)
        if let fleet = prepared.fleet {
            for environment in try chosen(fleet) {
                let (state, found) = fleet.desiredState(environment: environment.name, on: today)
                diagnostics.formUnion(found)
                if let state { states.append(state) }
            }
        }
        return Rendered(checkout: prepared.checkout, states: states, diagnostics: diagnostics.sorted())
    }
}
