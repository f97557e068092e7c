package import Formats
package import Tenancy

/// What the chosen environments come to, as the caller wants it.
package struct Rendered<Part: Sendable>: Sendable {
    package let checkout: Checkout
    /// Environment by environment, what is there once and then the tenants by name; empty where a finding is an error.
    package let parts: [Part]
    package let diagnostics: [Diagnostic]

    package var isSound: Bool { !diagnostics.contains { $0.severity == .error } }
}

extension Run {
    /// read → load → validate → resolve → render, for the chosen environments: their whole states.
    package func render() async throws(Problem) -> Rendered<DesiredState> {
        try await render { fleet, environment in
            let (state, diagnostics) = fleet.desiredState(environment: environment, on: today)
            return (state.map { [$0] } ?? [], diagnostics)
        }
    }

    /// The same piece by piece: nothing is kept but what `make` makes of each.
    package func render<Part: Sendable>(
        as make: @Sendable (RenderedPart) -> Part
    ) async throws(Problem) -> Rendered<Part> {
        try await render { fleet, environment in fleet.rendered(environment: environment, on: today, as: make) }
    }

    private func render<Part: Sendable>(
        _ environment: (Fleet, String) -> (parts: [Part], diagnostics: [Diagnostic])
    ) async throws(Problem) -> Rendered<Part> {
        let prepared = try await prepare(prefersWorkTree: true)
        var parts: [Part] = []
        var diagnostics = Set(prepared.diagnostics)
        if let fleet = prepared.fleet {
            for chosen in try chosen(fleet) {
                let rendered = environment(fleet, chosen.name)
                diagnostics.formUnion(rendered.diagnostics)
                parts += rendered.parts
            }
        }
        let isSound = !diagnostics.contains { $0.severity == .error }
        return Rendered(checkout: prepared.checkout, parts: isSound ? parts : [], diagnostics: diagnostics.sorted())
    }
}
