extension DiagnosticCode {
    static let ofObjects: [DiagnosticCode: CodeExplanation] = [
        .unknownField: CodeExplanation(
            "The kind has no such field there: the API server refuses the whole object. The message names the nearest field, or where one of that name belongs.",
            in: "a manifest of kind Deployment", wrong: "spec:\n  replica: 2", right: "spec:\n  replicas: 2"),
        .wrongFieldType: CodeExplanation(
            "The field takes another type, or a text of another form: an amount, a time, base64.",
            in: "a manifest of kind Deployment", wrong: "resources: {requests: {memory: 1Gi1}}",
            right: "resources: {requests: {memory: 1Gi}}"),
        .missingField: CodeExplanation(
            "Without the field the API server refuses the object. Where an expression gives null, the field is not there.",
            in: "a manifest of kind Deployment", wrong: "containers:\n  - name: web",
            right: "containers:\n  - name: web\n    image: registry.example/web:1.4.0"),
        .refusedValue: CodeExplanation(
            "The value has the right type and breaks a rule of its kind. The rules are those of the API server, so that an apply does not end half-way. Where an expression gave the value, the finding is where it was written.",
            in: "a manifest of kind Service", wrong: "ports: [{port: 80000}]", right: "ports: [{port: 8000}]"),
        .unknownKind: CodeExplanation(
            "The group is one of the API server's own, and has no such kind in that version.", in: "a manifest",
            wrong: "apiVersion: apps/v1beta1\nkind: Deployment", right: "apiVersion: apps/v1\nkind: Deployment"),
        .missingObject: CodeExplanation(
            "A pod that names a ConfigMap, a Secret or a claim waits for it for ever, unless the reference is optional. An error where no pod could start, a warning where something may not work or a controller may make the object.",
            in: "blueprints/app/1.0.0/blueprint.yaml", wrong: "manifests: [{path: manifests/*.yaml}]",
            right: "manifests: [{path: manifests/*.yaml}]\nexternal: [Secret/registry, ConfigMap/trust-*]"),
        .unmatchedSelector: CodeExplanation(
            "The Service would have no endpoint: none of the tenant's pods carries these labels, or has a port of that name.",
            in: "a manifest of kind Service", wrong: "selector: {app: wbe}", right: "selector: {app: web}"),
    ]

    static let ofObjectPolicies: [DiagnosticCode: CodeExplanation] = [
        .hostAccess: CodeExplanation(
            "What reaches the node reaches every other tenant on it.", in: "reconcile.yaml", wrong: "policy: {}",
            right: "policy:\n  allow: {monitoring: [hostPath, hostNamespaces]}"),
        .privilegedContainer: CodeExplanation(
            "A container with these rights can leave its isolation.", in: "a manifest",
            wrong: "securityContext: {privileged: true}",
            right: "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}"),
        .wideRole: CodeExplanation(
            "A role with `*`, with rights to secrets or with rights to give rights is a way to all that anybody in the namespace has.",
            in: "a manifest of kind Role",
            wrong: "rules:\n  - {apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"]}",
            right: "rules:\n  - {apiGroups: [\"\"], resources: [pods], verbs: [get, list]}"),
        .wideBinding: CodeExplanation(
            "Who is bound has the role's rights in the tenant's namespace: its own groups and accounts, nobody else.",
            in: "a manifest of kind RoleBinding",
            wrong: "subjects:\n  - {kind: Group, name: \"system:authenticated\"}",
            right: "subjects:\n  - {kind: Group, name: \"${tenant.group}/operator\"}"),
        .foreignAccount: CodeExplanation(
            "A pod has the rights of the account it runs as, and does not start without it.", in: "a manifest",
            wrong: "serviceAccountName: operator",
            right:
                "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: operator}\n---\n…\nserviceAccountName: operator"
        ),
        .riskyAnnotation: CodeExplanation(
            "An ingress controller serves every tenant: text that goes into its configuration reaches them all, and so do requests that it sends elsewhere first.",
            in: "reconcile.yaml", wrong: "policy: {}", right: "policy:\n  allow: {platform: [ingressAnnotations]}"),
        .externalAddress: CodeExplanation(
            "Traffic to these addresses from anywhere in the cluster would come to this Service.",
            in: "a manifest of kind Service", wrong: "spec: {externalIPs: [203.0.113.1]}",
            right: "spec: {type: LoadBalancer}"),
        .finalizerWritten: CodeExplanation(
            "An object with a finalizer stays until some controller takes it off, and its namespace with it.",
            in: "a manifest", wrong: "metadata:\n  name: data\n  finalizers: [example.com/keep]",
            right: "metadata:\n  name: data"),
    ]
}
