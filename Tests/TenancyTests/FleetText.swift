import Formats
import Foundation
import Tenancy
import TestSupport

/// A fleet repository in memory: a small sound one, to be changed by each test.
struct FleetText {
    struct Missing: Error {}

    var files: [String: String]

    init(_ files: [String: String] = FleetText.small) {
        self.files = files
    }

    /// The small fleet with some files changed, added or, by nil, removed.
    static func with(_ changes: [String: String?]) -> FleetText {
        var text = FleetText()
        for (path, content) in changes { text.files[path] = content }
        return text
    }

    /// All files of a folder in the checkout.
    static func folder(_ url: URL) throws -> FleetText {
        var files: [String: String] = [:]
        let names = try FileManager.default.subpathsOfDirectory(atPath: url.path)
        for name in names {
            let path = url.appending(path: name)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[name] = try String(contentsOf: path, encoding: .utf8)
        }
        return FleetText(files)
    }

    func tree(order: ([String]) -> [String] = { $0 }) -> RepositoryTree {
        let files = files
        return RepositoryTree(entries: order(files.keys.sorted()).map { RepositoryTree.Entry(path: $0) }) { path in
            guard let text = files[path] else { throw Missing() }
            return Array(text.utf8)
        }
    }

    static let day = CalendarDate(secondsSince1970: 1_767_225_600)  // 2026-01-01

    func resolve(applied: AppliedTree? = nil) -> Fleet.Resolution {
        Fleet.validate(FleetFiles.load(tree()), applied: applied, on: Self.day)
    }

    /// The findings, one on a line, without their codes' prefix paths changed.
    func findings(applied: AppliedTree? = nil) -> [String] {
        resolve(applied: applied).diagnostics.map(\.line)
    }

    func desired(_ environment: String = "sandbox", on day: CalendarDate = FleetText.day) throws -> DesiredState {
        let resolution = Fleet.resolve(FleetFiles.load(tree()))
        guard let fleet = resolution.fleet else { throw Refused(lines: resolution.diagnostics.map(\.line)) }
        let (state, diagnostics) = fleet.desiredState(environment: environment, on: day)
        guard let state else { throw Refused(lines: diagnostics.map(\.line)) }
        return state
    }

    struct Refused: Error, CustomStringConvertible {
        let lines: [String]
        var description: String { lines.joined(separator: "\n") }
    }

    static let small: [String: String] = [
        "reconcile.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Fleet
        metadata: {name: small}
        spec:
          features:
            nft: {type: boolean, default: false}
          environments:
            - name: sandbox
              cluster: {sandbox: {}, namespacePrefix: tenant-}
              identity: {sandbox: {}}
              blueprints: {app: 1.0.0}

        """,
        "tiers/basic.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Tier
        metadata: {name: basic}
        spec:
          limits: {users: 3, storage: 10Gi}
          overridable: [users]

        """,
        "roles/operator.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Role
        metadata: {name: operator}
        spec:
          admin: true
          realmRoles: [app-operator]
          clusterRole: edit

        """,
        "roles/viewer.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Role
        metadata: {name: viewer}
        spec: {}

        """,
        "blueprints/app/1.0.0/blueprint.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Blueprint
        metadata: {name: app}
        spec:
          version: 1.0.0
          values: {replicas: 2, color: blue}
          tenantValues: [replicas]
          manifests:
            - path: manifests/*.yaml

        """,
        "blueprints/app/1.0.0/manifests/settings.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          tenant: ${tenant.displayName}
          replicas: ${values.replicas}
          users: "${limits.users}"

        """,
        "tenants/acme.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Tenant
        metadata:
          name: acme
        spec:
          displayName: Acme Corporation
          tier: basic
          environments: [sandbox]
          values: {app: {replicas: 3}}

        """,
        "users/acme.csv": "email,role\nada@acme.example,operator\n",
    ]
}
