"""A fleet of any size in files: three tiers, nested values, expressions in every manifest, 20 objects for each tenant; every hundredth
tenant also has a workspace for each of its operators (a blueprint of scope user).

usage: scale.py FOLDER [TENANTS [PEOPLE]]      PEOPLE in all, evenly over the tenants; the fleet is not committed
"""
import pathlib
import sys

TIERS = ("basic", "professional", "enterprise")
GIVEN = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Tony", "Zoë", "José")
FAMILY = ("Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Hoare", "Núñez", "O'Brien")

FLEET = """apiVersion: reconcile.dev/v1
kind: Fleet
metadata: {name: scale}
spec:
  features:
    nft: {type: boolean, default: false}
    theme: {type: string, default: light}
  environments:
    - name: prod
      cluster: {sandbox: {}, namespacePrefix: tenant-}
      identity: {sandbox: {}, manageRoles: true}
      blueprints: {platform: 1.0.0, workspace: 1.0.0}
      values: {platform: {web: {domain: scale.example, resources: {cpu: 200m}}}}
  limits: {maxChangedTenants: 1000000}
"""

BLUEPRINT = """apiVersion: reconcile.dev/v1
kind: Blueprint
metadata: {name: platform}
spec:
  version: 1.0.0
  values:
    web: {replicas: 2, domain: example, resources: {cpu: 100m, memory: 128Mi}, hosts: [www, app]}
    api: {replicas: 2, resources: {cpu: 100m, memory: 128Mi}, settings: {level: info, cache: {size: 64, ttl: 30}}}
    database: {storage: 5Gi, parameters: {connections: 100, shared: 64MB}}
  valuesSchema: values.schema.json
  tenantValues: [web.replicas, web.resources, api, database.storage]
  secrets:
    credentials: {password: {generate: {length: 32}}, token: {generate: {length: 64}}}
  manifests:
    - path: manifests/*.yaml
    - {path: each/host.yaml, forEach: values.web.hosts, as: host}
  outputs: {url: "https://${tenant.name}.${values.web.domain}"}
"""

SCHEMA = """{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "web": {"type": "object", "properties": {"replicas": {"type": "integer", "minimum": 0}, "domain": {"type": "string"},
      "resources": {"$ref": "#/$defs/resources"}, "hosts": {"type": "array", "items": {"type": "string"}}}},
    "api": {"type": "object", "properties": {"replicas": {"type": "integer"}, "resources": {"$ref": "#/$defs/resources"},
      "settings": {"type": "object", "properties": {"level": {"enum": ["debug", "info", "error"]},
        "cache": {"type": "object", "properties": {"size": {"type": "integer"}, "ttl": {"type": "integer"}}}}}}},
    "database": {"type": "object", "properties": {"storage": {"type": "string"},
      "parameters": {"type": "object", "properties": {"connections": {"type": "integer"}, "shared": {"type": "string"}}}}}
  },
  "$defs": {"resources": {"type": "object", "properties": {"cpu": {"type": "string"}, "memory": {"type": "string"}}}}
}
"""

WORKSPACE = """apiVersion: reconcile.dev/v1
kind: Blueprint
metadata: {name: workspace}
spec:
  version: 1.0.0
  scope: user
  values: {cpu: 100m}
  manifests: [{path: manifests/*.yaml}]
  outputs: {url: "https://${tenant.name}.example/${user.label}"}
"""

HOST = """apiVersion: v1
kind: ConfigMap
metadata: {name: "host-${host}"}
data: {host: "${host}.${tenant.name}.${values.web.domain}"}
"""


def settings(name):
    return f"""apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}}}
data:
  title: ${{tenant.displayName}}
  tier: ${{tenant.tier}}
  level: ${{values.api.settings.level}}
  cache: "${{values.api.settings.cache.size}} for ${{values.api.settings.cache.ttl}}s"
  theme: ${{tenant.features.theme}}
  color: "${{has(tenant.branding.primaryColor) ? tenant.branding.primaryColor : '#000000'}}"
"""


def workload(kind, name, more=""):
    return f"""apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec:
  replicas: ${{values.{"web" if name == "web" else "api"}.replicas}}
  {more}selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{revision: "${{secrets.credentials.revision}}"}}}}
    spec:
      serviceAccountName: app
      containers:
        - name: {name}
          image: "registry.example/{name}:${{blueprint.version}}"
          ports: [{{name: http, containerPort: 8080}}]
          env:
            - {{name: TENANT, value: "${{tenant.name}}"}}
            - {{name: MAX_USERS, value: "${{limits.users}}"}}
            - {{name: PLAN, value: "${{tier.displayName}} of ${{fleet.name}} in ${{environment.name}}"}}
          resources:
            requests: {{cpu: "${{values.api.resources.cpu}}", memory: "${{values.api.resources.memory}}"}}
            limits: {{memory: "${{values.web.resources.memory}}"}}
          livenessProbe: {{httpGet: {{path: /health, port: http}}, periodSeconds: 10}}
          envFrom: [{{configMapRef: {{name: settings}}}}, {{secretRef: {{name: credentials}}}}]
"""


def service(name):
    return f"""apiVersion: v1
kind: Service
metadata: {{name: {name}, annotations: {{tenant: "${{tenant.name}}"}}}}
spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80, targetPort: http}}]}}
"""


MANIFESTS = {
    "settings": settings("settings"), "branding": settings("branding"), "service-api": service("api"), "service-web": service("web"),
    "api": workload("Deployment", "api"), "web": workload("Deployment", "web"),
    "database": workload("StatefulSet", "database", "serviceName: api\n  "),
    "scaling": """apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: ${values.web.replicas}
  maxReplicas: ${values.web.replicas * 2 + 1}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
""",
    "ingress": """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - host: ${tenant.name}.${values.web.domain}
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
""",
    "backup": """apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: "${tenant.tier == 'enterprise' ? '7 * * * *' : '17 2 * * *'}"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: dump, image: "registry.example/dump:${blueprint.version}", args: ["${tenant.name}"]}]
""",
    "account": 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, annotations: {tier: "${tier.name}"}}\n',
    "isolation": """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, labels: {tier: "${tier.name}"}}
spec: {podSelector: {}, policyTypes: [Ingress]}
""",
    "quota": 'apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: tier}\nspec: {hard: {pods: "${limits.pods}", requests.storage: "${limits.storage}"}}\n',
    "claim": """apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: "${values.database.storage}"}}}
""",
    "range": """apiVersion: v1
kind: LimitRange
metadata: {name: containers}
spec: {limits: [{type: Container, defaultRequest: {cpu: "${values.api.resources.cpu}"}}]}
""",
}

PERSONAL = {
    "workspace": """apiVersion: apps/v1
kind: Deployment
metadata: {name: "workspace-${user.label}", labels: {app: "workspace-${user.label}"}}
spec:
  replicas: 1
  selector: {matchLabels: {app: "workspace-${user.label}"}}
  template:
    metadata: {labels: {app: "workspace-${user.label}"}}
    spec:
      containers:
        - name: editor
          image: registry.example/editor:1.0.0
          env: [{name: OWNER, value: "${user.email}"}]
          resources: {requests: {cpu: "${values.cpu}"}}
""",
    "settings": 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "workspace-${user.label}"}\ndata: {owner: "${user.givenName} ${user.familyName}"}\n',
}


def tier(name, rank):
    return f"""apiVersion: reconcile.dev/v1
kind: Tier
metadata: {{name: {name}}}
spec:
  displayName: {name.capitalize()}
  limits: {{users: {10 ** (5 + rank)}, pods: {20 * (rank + 1)}, storage: {10 * (rank + 1)}Gi}}
  overridable: [users, storage]
  features: {{nft: {"true" if rank else "false"}}}
  values:
    platform:
      web: {{replicas: {rank + 2}, resources: {{memory: {128 << rank}Mi}}}}
      api: {{settings: {{cache: {{size: {64 << rank}}}}}}}
"""


def role(name, more=""):
    return (f"apiVersion: reconcile.dev/v1\nkind: Role\nmetadata: {{name: {name}}}\n"
            f"spec: {{admin: {'true' if name == 'owner' else 'false'}, realmRoles: [{name}]{more}}}\n")


def tenant(number):
    rank = number % 3
    more = "\n  limits: {users: 200000, storage: 100Gi}" if number % 7 == 0 else ""
    return f"""# Tenant {number} of the benchmark.
apiVersion: reconcile.dev/v1
kind: Tenant
metadata:
  name: t{number:05}
spec:
  displayName: Tenant {number}
  tier: {TIERS[rank]}
  environments:
    prod: {{domains: [t{number:05}.customers.example]}}
  contact: admin@t{number:05}.example
  features: {{theme: {"dark" if number % 2 else "light"}}}
  branding: {{companyName: "Tenant {number} & Sons", primaryColor: "#{number % 4096:06x}"}}
  attributes: {{stripeCustomerId: cus_{number}, region: eu-{number % 4}}}{more}
  values:
    platform:
      web: {{replicas: {number % 5 + 1}, resources: {{cpu: {100 + number % 9 * 50}m}}}}
      api: {{settings: {{level: info, cache: {{ttl: {number % 60}}}}}}}
"""


def people(number, count, has_workspaces):
    """Nearly all are viewers; the first few have more to do. The second person is a member of the tenant before as well."""
    rows = ["email,role,id,given_name,family_name,active,expires\n"]
    for index in range(count):
        home = number - 1 if index == 1 and number else number
        key = 10_000_000 + home * 100_000 + (0 if index == 1 and number else index)
        name = "owner;operator" if index == 0 else "developer" if has_workspaces else "viewer"
        expires = "2090-06-30" if index % 10 == 9 else ""
        who = key % 100_000
        rows.append(f"p{who:05}@t{home:05}.example,{name},u-{key},{GIVEN[who % 10]},{FAMILY[who // 10 % 10]},true,{expires}\n")
    return "".join(rows)


def make(folder, tenants, persons, names=tuple(MANIFESTS)):
    """`names` are those of the platform's manifests; with fewer of them there is more to see of the files alone."""
    root = pathlib.Path(folder)
    for name in ("tiers", "roles", "tenants", "users", "blueprints/platform/1.0.0/manifests", "blueprints/platform/1.0.0/each",
                 "blueprints/workspace/1.0.0/manifests"):
        (root / name).mkdir(parents=True, exist_ok=True)
    platform, workspace = root / "blueprints/platform/1.0.0", root / "blueprints/workspace/1.0.0"
    (root / "reconcile.yaml").write_text(FLEET)
    (platform / "blueprint.yaml").write_text(BLUEPRINT)
    (platform / "values.schema.json").write_text(SCHEMA)
    if len(names) < len(MANIFESTS):
        each = [line for line in BLUEPRINT.splitlines(True) if "each/" in line]
        (platform / "blueprint.yaml").write_text(BLUEPRINT.replace(each[0], ""))
    else:
        (platform / "each/host.yaml").write_text(HOST)
    (workspace / "blueprint.yaml").write_text(WORKSPACE)
    for name in names:
        (platform / f"manifests/{name}.yaml").write_text(MANIFESTS[name])
    for name, text in PERSONAL.items():
        (workspace / f"manifests/{name}.yaml").write_text(text)
    for rank, name in enumerate(TIERS):
        (root / f"tiers/{name}.yaml").write_text(tier(name, rank))
    for name, more in (("owner", ", clusterRole: edit"), ("operator", ""), ("viewer", ""), ("developer", ", blueprint: workspace")):
        (root / f"roles/{name}.yaml").write_text(role(name, more))
    for number in range(tenants):
        (root / f"tenants/t{number:05}.yaml").write_text(tenant(number))
        count = persons * (number + 1) // tenants - persons * number // tenants
        if count:
            (root / f"users/t{number:05}.csv").write_text(people(number, count, number % 100 == 50))
    return root


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000, int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
