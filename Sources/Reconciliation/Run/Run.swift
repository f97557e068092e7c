package import Formats
package import Tenancy

/// One run of the program: what was asked for, and what it found around it.
package struct Run: Sendable {
    package internal(set) var request: RunRequest
    package let surroundings: Surroundings
    package let stop: StopSignal
    let failPoints: FailPoints
    let fence = WriteFence()

    package init(_ request: RunRequest, _ surroundings: Surroundings, stop: StopSignal = StopSignal()) {
        self.request = request
        self.surroundings = surroundings
        self.stop = stop
        failPoints = FailPoints(surroundings["RECONCILE_FAIL_POINT"])
    }

    /// The day in UTC.
    var today: CalendarDate { CalendarDate(secondsSince1970: surroundings.now) }
}

/// A repository, read and checked.
package struct Prepared: Sendable {
    package let checkout: Checkout
    package let files: FleetFiles
    /// Whose policy holds; nil for the files' own.
    let base: Base?
    /// Nil where a finding is an error.
    package let fleet: Fleet?
    /// Sorted by place.
    package let diagnostics: [Diagnostic]
}

extension Run {
    /// read → load → validate → resolve. Mistakes in the files are in the value, not thrown.
    /// - Parameter prefersWorkTree: whether a local path without a ref means the plain files that lie there.
    package func prepare(prefersWorkTree: Bool) async throws(Problem) -> Prepared {
        let (checkout, files) = try await load(prefersWorkTree: prefersWorkTree)
        let base = try await self.base(of: checkout)
        let resolution = Fleet.resolve(files, branch: checkout.ref, governedBy: base?.fleet)
        return Prepared(
            checkout: checkout, files: files, base: base, fleet: resolution.fleet, diagnostics: resolution.diagnostics)
    }

    /// read → load.
    private func load(prefersWorkTree: Bool) async throws(Problem) -> (checkout: Checkout, files: FleetFiles) {
        let checkout = try await Checkout.read(
            location: request.repository, ref: request.ref, prefersWorkTree: prefersWorkTree,
            workingDirectory: surroundings.workingDirectory, settings: gitSettings())
        return (checkout, FleetFiles.load(checkout.tree))
    }

    /// Everything that can be said about the files, what the last applied commit says included.
    package func validate() async throws(Problem) -> Prepared {
        let (checkout, files) = try await load(prefersWorkTree: true)
        let resolution = Fleet.validate(files, branch: checkout.ref, on: today)
        return Prepared(
            checkout: checkout, files: files, base: nil, fleet: resolution.fleet,
            diagnostics: resolution.diagnostics.sorted())
    }

    /// What `validate` says, and what is allowed and yet unwise.
    package func lint() async throws(Problem) -> Prepared {
        let prepared = try await validate()
        guard let fleet = prepared.fleet else { return prepared }
        let warnings = Lint.findings(in: fleet, prepared.files, on: today)
        return Prepared(
            checkout: prepared.checkout, files: prepared.files, base: nil, fleet: fleet,
            diagnostics: Set(prepared.diagnostics + warnings).sorted())
    }

    /// A tenant that nobody knows is a slip of the keyboard, and a plan for it would look like one in order.
    func requireTenants(among known: some Sequence<String>, in environment: String) throws(Problem) {
        let known = Set(known).sorted()
        for name in request.tenants.sorted() where !known.contains(name) {
            let hint = Suggestion.phrase(for: name, among: known)
            throw Problem(.usage, "environment '\(environment)' has no tenant '\(name)'\(hint)")
        }
    }

    /// The environments that were asked for, in the order of the fleet's file.
    package func chosen(_ fleet: Fleet) throws(Problem) -> [FleetEnvironment] {
        for name in request.environments where fleet.environment(name) == nil {
            let known = fleet.environments.map(\.name)
            let hint = Suggestion.nearest(name, among: known).map { "; did you mean '\($0)'?" } ?? ""
            throw Problem(
                .usage, "there is no environment '\(name)'\(hint) (there are: \(known.joined(separator: ", ")))")
        }
        guard !request.environments.isEmpty else { return fleet.environments }
        return fleet.environments.filter { request.environments.contains($0.name) }
    }

    /// The environment of a command that takes just one.
    func theOne(_ fleet: Fleet) throws(Problem) -> FleetEnvironment {
        let environments = try chosen(fleet)
        guard environments.count == 1, let environment = environments.first else {
            let names = environments.map(\.name).joined(separator: ", ")
            throw Problem(.usage, "this takes one environment: --environment is one of \(names)")
        }
        return environment
    }
}
