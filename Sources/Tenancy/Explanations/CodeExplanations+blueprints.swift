extension DiagnosticCode {
    static let ofBlueprints: [DiagnosticCode: CodeExplanation] = [
        .valueNotAllowed: CodeExplanation(
            "A blueprint lists which of its values tenants may set; the others are for the platform's people.",
            in: "blueprints/app/1.0.0/blueprint.yaml", wrong: "tenantValues: []",
            right: "tenantValues: [replicas]"),
        .valueInvalid: CodeExplanation(
            "The blueprint's own schema says of which form its values are; the message names the file that gave this one, and its layer: blueprint, tier, environment, tenant, tenant in environment, each of which overrides those before it.",
            in: "tenants/acme.yaml", wrong: "values: {app: {replicas: many}}", right: "values: {app: {replicas: 3}}"),
        .unusedValues: CodeExplanation(
            "The values have no effect: the tenant has no such blueprint there.", in: "tenants/acme.yaml",
            wrong: "values: {nft: {chain: main}}", right: "blueprints: {nft: 1.0.0}\nvalues: {nft: {chain: main}}"),
        .expression: CodeExplanation(
            "Expressions are checked before anything is rendered: a name that does not exist, types that do not go together, or text that cannot be read.",
            in: "a manifest", wrong: "replicas: ${values.replicsa}", right: "replicas: ${values.replicas}"),
        .evaluation: CodeExplanation(
            "The expression is sound, but has no value for the tenant that the message names: a field is not set, a list has no such element.",
            in: "a manifest", wrong: "contact: ${tenant.contact}",
            right: "contact: \"${has(tenant.contact) ? tenant.contact : 'nobody'}\""),
        .manifest: CodeExplanation(
            "A manifest is one Kubernetes object, with apiVersion, kind and metadata.name; none of the first two can be an expression.",
            in: "a manifest", wrong: "kind: ConfigMap\ndata: {a: b}",
            right: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}"),
        .noManifest: CodeExplanation(
            "A path that matches nothing is a mistake in writing, or a file that was not committed.",
            in: "blueprints/app/1.0.0/blueprint.yaml", wrong: "manifests:\n  - path: manifest/*.yaml",
            right: "manifests:\n  - path: manifests/*.yaml"),
        .duplicateObject: CodeExplanation(
            "Two manifests of one tenant make the same object; the second would overwrite the first at every run.",
            in: "blueprints/app/1.0.0/manifests/",
            wrong: "a.yaml: ConfigMap settings\nb.yaml: ConfigMap settings",
            right: "a.yaml: ConfigMap settings\nb.yaml: ConfigMap features"),
        .unclearNumber: CodeExplanation(
            "Readers of YAML disagree on such a number: 012 is 12 to one and 10 to another.", in: "a manifest",
            wrong: "defaultMode: 0644", right: "defaultMode: 420      # 0644 in octal"),
        .wrongSchema: CodeExplanation(
            "The values of a blueprint are checked by a JSON Schema (draft 2020-12); a keyword that is not known would check nothing.",
            in: "blueprints/app/1.0.0/values.schema.json", wrong: "{\"type\": \"object\", \"propertys\": {}}",
            right: "{\"type\": \"object\", \"properties\": {}}"),
    ]

    static let ofPolicies: [DiagnosticCode: CodeExplanation] = [
        .kindNotAllowed: CodeExplanation(
            "A tenant's blueprint makes namespaced objects of common kinds. What belongs to the whole cluster, runs on every node or gives rights beyond the namespace does not come with a tenant.",
            in: "reconcile.yaml", wrong: "policy: {}",
            right: "policy:\n  tenantKinds: [postgresql.cnpg.io/Cluster]"),
        .foreignNamespace: CodeExplanation(
            "A tenant's objects lie in the tenant's namespace, in each environment another one.", in: "a manifest",
            wrong: "metadata:\n  name: settings\n  namespace: tenant-acme", right: "metadata:\n  name: settings"),
        .markWritten: CodeExplanation(
            "By these labels reconcile knows what is its own; whoever could write them could have other objects removed.",
            in: "a manifest", wrong: "metadata:\n  labels: {reconcile.dev/tenant: globex}",
            right: "metadata:\n  labels: {app: backend}"),
        .listOfObjects: CodeExplanation(
            "Objects inside a list would not be seen by the checks.", in: "a manifest",
            wrong: "kind: List\nitems:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
            right: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---"),
        .generatedName: CodeExplanation(
            "With generateName every run would make a new object.", in: "a manifest",
            wrong: "metadata:\n  generateName: migrate-", right: "metadata:\n  name: migrate"),
        .privilegedRole: CodeExplanation(
            "A users file gives roles of this fleet. Groups by path and the roles by which Keycloak governs itself would reach beyond the tenant.",
            in: "users/acme.csv", wrong: "email,role\nada@acme.example,realm-admin",
            right: "email,role\nada@acme.example,operator"),
        .privilegedNamespace: CodeExplanation(
            "The label lets pods run as root on the node, which no tenant's blueprint may ask for.",
            in: "a manifest of kind Namespace", wrong: "labels: {pod-security.kubernetes.io/enforce: privileged}",
            right: "labels: {pod-security.kubernetes.io/enforce: baseline}"),
        .foreignCredential: CodeExplanation(
            "A secret that could read any variable could read the credentials of reconcile itself.",
            in: "blueprints/app/1.0.0/blueprint.yaml", wrong: "token: {env: KEYCLOAK_CLIENT_SECRET}",
            right: "token: {env: RECONCILE_SECRET_TOKEN}"),
    ]
}
