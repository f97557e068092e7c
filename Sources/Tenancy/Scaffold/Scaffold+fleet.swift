extension Scaffold {
    /// A whole fleet: one environment on the embedded systems, one tenant, two people.
    package static func fleet(named name: String) throws(Refusal) -> [File] {
        try checkName(name, of: "fleet")
        return [
            file(.fleet, "reconcile.yaml", name: name, spec: environments), tier("basic"),
            role("admin", isAdmin: true), role("member"), firstTenant,
            File("users/example.csv", people),
            File("README.md", readme(name)),
        ] + blueprint("app", "1.0.0") + schemas
    }

    private static let environments = """
          environments:
            - name: sandbox
              # The embedded systems: nothing to install. A real environment says where its systems are:
              #   cluster: {kubernetes: {context: prod}, namespacePrefix: tenant-}
              #   identity: {keycloak: {url: "https://sso.example.com", realm: prod, clientId: reconcile}}
              cluster: {sandbox: {}, namespacePrefix: tenant-}
              identity: {sandbox: {}, manageRoles: true}
              blueprints: {app: 1.0.0}
          # What one run may remove before it asks.
          limits: {maxDeletePercent: 25, maxDeletes: 50, maxTenantRemovals: 1, minAdmins: 1}

        """

    private static let firstTenant = file(
        .tenant, "tenants/example.yaml", name: "example",
        spec: """
              displayName: Example
              tier: basic
              environments: [sandbox]

            """)

    private static let people =
        "email,role,given_name,family_name\nada@example.com,admin,Ada,Lovelace\ngrace@example.com,member,Grace,Hopper\n"

    static func tier(_ name: String) -> File {
        file(
            .tier, "tiers/\(name).yaml", name: name,
            spec: """
                  # Quantities by name; manifests read them as ${limits.users}.
                  limits: {users: 10}
                  # The limits that a tenant may set for itself.
                  overridable: [users]

                """)
    }

    static func role(_ name: String, isAdmin: Bool = false) -> File {
        file(
            .role, "roles/\(name).yaml", name: name,
            spec: """
                  # Whether an active tenant keeps at least one person with this role.
                  admin: \(isAdmin)
                  tenants: all
                  realmRoles: [app-\(name)]
                  clusterRole: \(isAdmin ? "edit" : "view")

                """)
    }

    private static func readme(_ name: String) -> String {
        """
        # \(name)

        | path | what |
        | --- | --- |
        | `reconcile.yaml` | the environments, and what a run may remove |
        | `tiers/` `roles/` | what tenants get, and what people may do |
        | `blueprints/app/1.0.0/` | what a tenant is made of |
        | `tenants/` `users/` | one file for each tenant, and one with its people |

            reconcile validate                     every mistake at once
            reconcile plan                         what would change
            reconcile apply --yes                  make it so, from the commit that is checked out
            reconcile new tenant NAME              one more tenant
            reconcile new user EMAIL --tenant NAME --role member

        """
    }
}
