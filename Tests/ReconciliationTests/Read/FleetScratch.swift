import Formats
import Foundation
import TestSupport

@testable import Reconciliation
@testable import Tenancy

/// A small fleet in a repository of a test's own, read from the work tree and from the commit.
struct FleetScratch {
    let git: GitScratch

    enum Way: Sendable, CaseIterable { case workTree, commit }

    init() throws {
        git = try GitScratch()
        try git.makeWorkTree(files: Self.small)
    }

    var root: String { "\(git.path)/work" }

    /// Commits whatever lies there, links and all.
    func commit() throws {
        try git.git(["-c", "core.autocrlf=false", "add", "-A"], in: "work")
        try git.git(["commit", "-q", "--allow-empty", "-m", "Change"], in: "work")
    }

    func checkout(_ way: Way, ref: String = "main", limit: Int = Checkout.fileLimit) async throws -> Checkout {
        try await Checkout.read(
            location: root, ref: way == .commit ? ref : nil, prefersWorkTree: true, workingDirectory: "/",
            settings: GitSettings(cacheFolder: "\(git.path)/cache", temporaryFolder: git.path), limit: limit)
    }

    func diagnostics(_ way: Way, ref: String = "main", limit: Int = Checkout.fileLimit) async throws -> [Diagnostic] {
        let checkout = try await checkout(way, ref: ref, limit: limit)
        return Fleet.validate(FleetFiles.load(checkout.tree), on: CalendarDate(secondsSince1970: 1_767_225_600))
            .diagnostics
    }

    /// The findings as they are printed, with the lines they are about.
    func printed(_ way: Way, ref: String = "main", limit: Int = Checkout.fileLimit) async throws -> String {
        let checkout = try await checkout(way, ref: ref, limit: limit)
        let found = try await diagnostics(way, ref: ref, limit: limit)
        return DiagnosticReport(found) { try? checkout.tree.read($0) }.text()
    }

    static let small: [String: String] = [
        "reconcile.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Fleet
        metadata: {name: small}
        spec:
          environments:
            - {name: sandbox, cluster: {sandbox: {}}, identity: {sandbox: {}}, blueprints: {app: 1.0.0}}

        """,
        "tiers/basic.yaml":
            "apiVersion: reconcile.dev/v1\nkind: Tier\nmetadata: {name: basic}\nspec: {limits: {users: 5}}\n",
        "roles/viewer.yaml": "apiVersion: reconcile.dev/v1\nkind: Role\nmetadata: {name: viewer}\nspec: {}\n",
        "blueprints/app/1.0.0/blueprint.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Blueprint
        metadata: {name: app}
        spec: {version: 1.0.0, manifests: [{path: manifests/*.yaml}]}

        """,
        "blueprints/app/1.0.0/manifests/settings.yaml":
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {title: \"${tenant.displayName}\"}\n",
        "tenants/acme.yaml": tenant("acme"),
        "users/acme.csv": "email,role\nada@acme.example,viewer\n",
    ]

    static func tenant(_ name: String) -> String {
        """
        apiVersion: reconcile.dev/v1
        kind: Tenant
        metadata: {name: \(name)}
        spec: {displayName: Some, tier: basic, environments: [sandbox]}

        """
    }

    static let pointer = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 12345

        """
}
