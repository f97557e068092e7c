/// A fleet of two tenants and three people, small enough to be read at one glance: a ConfigMap, a Secret, a Deployment with its
/// Service in each.
enum SmallFleet {
    static let files: [String: String] = [
        "reconcile.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Fleet
        metadata: {name: small}
        spec:
          environments:
            - name: sandbox
              cluster: {sandbox: {}, namespacePrefix: tenant-}
              identity: {sandbox: {}, manageRoles: true}
              blueprints: {app: 1.0.0}
        """,
        "tiers/basic.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Tier
        metadata: {name: basic}
        spec:
          limits: {users: 10}
        """,
        "roles/operator.yaml": role("operator"),
        "roles/owner.yaml": role("owner", admin: true),
        "blueprints/app/1.0.0/blueprint.yaml": """
        apiVersion: reconcile.dev/v1
        kind: Blueprint
        metadata: {name: app}
        spec:
          version: 1.0.0
          values: {replicas: 1, image: "registry.example/app:1.0.0"}
          tenantValues: [replicas, image]
          secrets:
            credentials:
              password: {generate: {length: 32}}
              key: {generate: {length: 64}}
          manifests:
            - path: manifests/*.yaml
        """,
        "blueprints/app/1.0.0/manifests/app.yaml": """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: branding}
        data: {title: "${tenant.displayName}"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: app}
        spec:
          selector: {app: app}
          ports: [{name: http, port: 80, targetPort: http}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: app}
        spec:
          replicas: ${values.replicas}
          selector: {matchLabels: {app: app}}
          template:
            metadata: {labels: {app: app}}
            spec:
              containers:
                - name: app
                  image: ${values.image}
                  ports: [{name: http, containerPort: 8080}]
                  resources: {requests: {cpu: 500m, memory: 1024Mi}}
                  envFrom: [{configMapRef: {name: branding}}]
        """,
        "tenants/acme.yaml": tenant("acme", "Acme Corporation"),
        "tenants/globex.yaml": tenant("globex", "Globex"),
        "users/acme.csv": "email,role,given_name,family_name\nowner@acme.example,owner,Alan,Turing\n"
            + "ada@acme.example,operator,Ada,Lovelace\n",
        "users/globex.csv": "email,role,given_name,family_name\nowner@globex.example,owner,Hank,Scorpio\n",
    ]

    static func tenant(_ name: String, _ title: String) -> String {
        """
        apiVersion: reconcile.dev/v1
        kind: Tenant
        metadata: {name: \(name)}
        spec:
          displayName: \(title)
          tier: basic
          environments: [sandbox]
        """
    }

    static func role(_ name: String, admin: Bool = false) -> String {
        """
        apiVersion: reconcile.dev/v1
        kind: Role
        metadata: {name: \(name)}
        spec: {admin: \(admin), realmRoles: [\(name)]}
        """
    }
}
