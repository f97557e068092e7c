"""Fleets of any size for benchmarks: TENANTS tenants of 19 objects each, PEOPLE people with two roles in each."""
import pathlib
import subprocess

BLUEPRINT = """apiVersion: reconcile.dev/v1
kind: Blueprint
metadata: {name: app}
spec:
  version: 1.0.0
  values: {replicas: 2}
  tenantValues: [replicas]
  secrets:
    credentials: {password: {generate: {length: 32}}}
  manifests: [{path: manifests/*.yaml}]
"""

CONTAINERS = """containers: [{name: app, image: "registry.example/app:1.0.0", ports: [{name: http, containerPort: 8080}],
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}}, envFrom: [{configMapRef: {name: settings}}]}]"""


def workload(kind, name, more=""):
    return f"""apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec:
  replicas: ${{values.replicas}}
  {more}selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {CONTAINERS}
"""


def service(name):
    return f"""apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80, targetPort: http}}]}}
"""


def settings(name):
    return f"""apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}}}
data: {{title: "${{tenant.displayName}}", tier: "${{tenant.tier}}", kind: {name}}}
"""


MANIFESTS = [
    settings("settings"), settings("branding"), settings("features"), service("api"), service("web"),
    workload("Deployment", "api"), workload("Deployment", "web"), workload("StatefulSet", "database", "serviceName: api\n  "),
    """apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 4}
""",
    """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {rules: [{host: "${tenant.name}.example", http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]}
""",
    """apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: "17 2 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: dump, image: "registry.example/dump:1.0.0"}]}}}}
""",
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app}\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: default-deny}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n",
    "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: tier}\nspec: {hard: {pods: 100}}\n",
    "apiVersion: v1\nkind: LimitRange\nmetadata: {name: containers}\nspec: {limits: [{type: Container, defaultRequest: {cpu: 50m}}]}\n",
]


def role(name, admin):
    return (f"apiVersion: reconcile.dev/v1\nkind: Role\nmetadata: {{name: {name}}}\n"
            f"spec: {{admin: {str(admin).lower()}, realmRoles: [{name}], clusterRole: view}}\n")


def people(tenant, count):
    rows = [f"p{number:05}@{tenant}.example,operator;owner,Given{number},Family{number}\n" for number in range(count)]
    return "email,role,given_name,family_name\n" + "".join(rows)


def make(folder, tenants, people_each, cluster="sandbox: {}", identity="sandbox: {}"):
    root = pathlib.Path(folder)
    files = {
        "reconcile.yaml": f"""apiVersion: reconcile.dev/v1
kind: Fleet
metadata: {{name: bench}}
spec:
  environments:
    - name: bench
      cluster: {{{cluster}, namespacePrefix: tenant-}}
      identity: {{{identity}, manageRoles: true}}
      blueprints: {{app: 1.0.0}}
  limits: {{maxChangedTenants: 1000000}}
""",
        "tiers/basic.yaml": "apiVersion: reconcile.dev/v1\nkind: Tier\nmetadata: {name: basic}\nspec: {limits: {users: 1000000}}\n",
        "roles/operator.yaml": role("operator", False), "roles/owner.yaml": role("owner", True),
        "blueprints/app/1.0.0/blueprint.yaml": BLUEPRINT,
        "blueprints/app/1.0.0/manifests/all.yaml": "---\n".join(MANIFESTS),
    }
    for number in range(tenants):
        name = f"t{number:04}"
        files[f"tenants/{name}.yaml"] = (
            f"apiVersion: reconcile.dev/v1\nkind: Tenant\nmetadata: {{name: {name}}}\n"
            f"spec: {{displayName: Tenant {number}, tier: basic, environments: [bench]}}\n")
        files[f"users/{name}.csv"] = people(name, people_each)
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "Begin")
    return root


def git(root, *words):
    subprocess.run(["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", *words], cwd=root, check=True, stdout=subprocess.DEVNULL)


def commit(root, message):
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)
