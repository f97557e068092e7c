import Formats
import Foundation
import Planning
import Reconciliation
import Tenancy
import TestSupport

/// A fleet of tenants and their people, without a cluster, whose realm is on one of the servers at hand. Runs take place on the
/// day that a test says.
final class PeopleFleet: Sendable {
    let repository: FleetRepository
    let admin: RealmAdministrator
    let secret: String

    /// A realm of a fleet's own, or one that fleets share.
    struct Home {
        let server: IdentityServer
        let realm: String
        let secret: String

        init(_ server: IdentityServer, skipping headings: [String] = []) async throws {
            self.server = server
            realm = "p-" + UUID().uuidString.lowercased().prefix(13)
            secret = try await server.setUp(realm: realm, roles: ["operator", "owner"], skipping: headings)
        }
    }

    /// - Parameters:
    ///   - identity: further members of the environment's identity, as YAML in one line each: `deleteAfter: 30d`.
    ///   - limits: as YAML in braces.
    ///   - people: rows by tenant.
    init(
        _ home: Home, name: String = "small", identity: [String] = [], limits: String = "{}",
        people: [String: [String]]
    ) async throws {
        var files = [
            "tiers/basic.yaml": Self.file("Tier", "basic", "{}"),
            "roles/operator.yaml": Self.file("Role", "operator", "{realmRoles: [operator]}"),
            "roles/owner.yaml": Self.file("Role", "owner", "{admin: true, realmRoles: [owner]}"),
            "reconcile.yaml": Self.fleet(home, name, identity, limits),
        ]
        for (tenant, rows) in people {
            files["tenants/\(tenant).yaml"] = Self.tenant(tenant)
            files["users/\(tenant).csv"] = Self.table(rows)
        }
        secret = home.secret
        admin = try RealmAdministrator(home.server, home.realm)
        repository = try await FleetRepository(
            files, environment: ["KEYCLOAK_URL": home.server.url, "KEYCLOAK_CLIENT_SECRET": home.secret])
    }

    /// In a realm of its own.
    convenience init(
        _ server: IdentityServer, identity: [String] = [], limits: String = "{}", people: [String: [String]]
    ) async throws {
        try await self.init(Home(server), identity: identity, limits: limits, people: people)
    }

    static func fleet(_ home: Home, _ name: String, _ identity: [String], _ limits: String) -> String {
        let members = identity.map { "\n        \($0)" }.joined()
        return """
            apiVersion: reconcile.dev/v1
            kind: Fleet
            metadata: {name: \(name)}
            spec:
              limits: \(limits)
              environments:
                - name: prod
                  identity:
                    keycloak: {url: "\(home.server.url)", realm: \(home.realm), clientId: reconcile}\(members)

            """
    }

    static func tenant(_ name: String, _ more: String = "") -> String {
        file("Tenant", name, "{displayName: \(name), tier: basic, environments: [prod]\(more)}")
    }

    private static func file(_ kind: String, _ name: String, _ spec: String) -> String {
        "apiVersion: reconcile.dev/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec: \(spec)\n"
    }

    /// `ada@acme.example,operator,u-1,Ada,Person,,`
    static func row(_ name: String, _ role: String, id: String = "", active: Bool = true, of tenant: String = "acme")
        -> String
    {
        "\(name)@\(tenant).example,\(role),\(id),\(name.capitalized),Person,\(active ? "" : "false"),"
    }

    private static func table(_ rows: [String]) -> String {
        (["email,role,id,given_name,family_name,active,expires"] + rows).joined(separator: "\n") + "\n"
    }

    /// Replaces the people of a tenant, and commits.
    func set(_ tenant: String, _ rows: [String]) async throws {
        try repository.write(Self.table(rows), to: "users/\(tenant).csv")
        try await repository.commit("Change the people of \(tenant)")
    }

    /// Replaces a tenant's file, and commits.
    /// - Parameter more: further members of its spec, each with a comma before it: `, state: suspended`.
    func set(_ tenant: String, file more: String) async throws {
        try repository.write(Self.tenant(tenant, more), to: "tenants/\(tenant).yaml")
        try await repository.commit("Change \(tenant)")
    }
}

extension PeopleFleet {
    /// What came of an apply.
    struct Report {
        let plan: Plan
        let outcome: Outcome?
        let diagnostics: [Diagnostic]
        let isRefused: Bool
        /// A commit was made on the state branch.
        let isRecorded: Bool

        /// `+ user ada@acme.example`
        var titles: [String] { plan.changes.map { "\($0.action.symbol) \($0.title)" } }
        /// `! user ada@acme.example: why`
        var blocked: [String] {
            plan.changes.filter { $0.action == .blocked }.map { "\($0.title): \($0.reason ?? "")" }
        }
        /// Why what was tried was not done, by title.
        var failures: [String] {
            plan.changes.compactMap { change in
                switch outcome?.results[change.address] {
                case .failed(let failure): "\(change.title): \(failure.message)"
                case .skipped(let reason): "\(change.title): skipped, \(reason)"
                default: nil
                }
            }
        }
    }

    struct NotApplied: Error, CustomStringConvertible {
        let description: String
    }

    /// A whole apply.
    /// - Parameter day: the day in UTC, at noon; today where none is given.
    @discardableResult
    func apply(on day: String? = nil, approving approvals: Set<String> = []) async throws -> Report {
        var request = RunRequest()
        request.repository = repository.root.path
        request.approvals = approvals
        let run = Run(request, surroundings(day))
        switch try await run.apply(agrees: { _ in true }) {
        case .invalid(_, let diagnostics):
            throw NotApplied(description: diagnostics.map(\.line).joined(separator: "\n"))
        case .refused(let plan, _, let diagnostics):
            return Report(plan: plan, outcome: nil, diagnostics: diagnostics, isRefused: true, isRecorded: false)
        case .applied(let result, _, let diagnostics):
            if let problem = result.problem { throw NotApplied(description: problem.message) }
            return Report(
                plan: result.plan, outcome: result.outcome, diagnostics: diagnostics, isRefused: false,
                isRecorded: result.record != nil)
        }
    }

    /// A plan of the work tree, with nothing written.
    func plan(on day: String? = nil) async throws -> Plan {
        var request = RunRequest()
        request.repository = repository.root.path
        let result = try await Run(request, surroundings(day)).plan()
        guard let planned = result.planned.first else {
            throw NotApplied(description: result.diagnostics.map(\.line).joined(separator: "\n"))
        }
        return planned.plan
    }

    private func surroundings(_ day: String?) -> Surroundings {
        let now = day.flatMap { CalendarDate($0) }.map { Int64($0.daysSince1970) * 86_400 + 43_200 }
        return Surroundings(
            variables: repository.environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }, program: "",
            workingDirectory: repository.root.path, now: now ?? Int64(Date().timeIntervalSince1970))
    }

    /// Everything on the state branch, as one text.
    func record() async throws -> String {
        let branch = "reconcile/state/prod"
        let files = try await repository.git("ls-tree", "-r", "--name-only", branch).split(separator: "\n")
        var text = ""
        for file in files { text += try await repository.git("show", "\(branch):\(file)") + "\n" }
        return text
    }
}
