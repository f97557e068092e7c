extension DiagnosticCode {
    /// What the API server would refuse.
    static let ofManifests: [DiagnosticCode: (title: String, remedy: String)] = [
        .unknownField: (
            "a field that the kind does not have", "Correct its name, or move it to where the message says."
        ),
        .wrongFieldType: (
            "a value of another type than its field", "Write a value of the type that the message names."
        ),
        .missingField: ("a field that the kind cannot do without", "Add it."),
        .refusedValue: ("a value that the API server refuses", "See what was expected in the message."),
        .unknownKind: (
            "a kind or a version that the API server does not have", "Correct `kind` or `apiVersion`."
        ),
        .missingObject: (
            "a reference to something that nothing in the tenant makes",
            "Correct the name, add a manifest, or list the object under `external` in the blueprint if somebody else makes it."
        ),
        .unmatchedSelector: (
            "a selector that finds none of the tenant's pods", "Let it name labels of a pod template."
        ),
    ]

    /// What no blueprint may make, or only one that reconcile.yaml lets.
    static let ofPolicy: [DiagnosticCode: (title: String, remedy: String)] = [
        .kindNotAllowed: (
            "a kind that tenants may not have",
            "Move it to a blueprint of scope environment, or list a namespaced kind under `policy.tenantKinds` in reconcile.yaml."
        ),
        .foreignNamespace: (
            "an object outside its tenant's namespace, or in one of the system",
            "Remove metadata.namespace: it is filled in. A blueprint of scope environment names one that is nobody else's."
        ),
        .markWritten: ("a label or annotation that reconcile or Kubernetes sets", "Remove it: it is filled in."),
        .listOfObjects: ("a manifest that holds several objects", "Write each object as a document of its own."),
        .generatedName: ("a manifest without a fixed name", "Give it metadata.name."),
        .privilegedRole: ("a role of the identity provider itself", "Use a role that roles/ defines."),
        .privilegedNamespace: (
            "a namespace with fewer protections", "Remove the label, or \(letting(.privilegedNamespaces))"
        ),
        .foreignCredential: (
            "an environment variable that secrets may not read", "Begin its name with RECONCILE_SECRET_."
        ),
        .hostAccess: (
            "a pod that reaches its node", "Do without it, or \(letting(.hostPath, .hostNamespaces, .hostPorts))"
        ),
        .privilegedContainer: (
            "a container with rights over its node", "Do without it, or \(letting(.privileged, .capabilities))"
        ),
        .wideRole: (
            "a role that gives more than it should", "List what is needed by name, or \(letting(.wideRoles))"
        ),
        .wideBinding: (
            "a binding to a role or to subjects beyond the tenant",
            "Bind a role of the tenant to its own group or accounts, or \(letting(.wideBindings))"
        ),
        .foreignAccount: (
            "pods that run as an account that is not the tenant's",
            "Add a manifest for the ServiceAccount, or name one that the tenant has."
        ),
        .riskyAnnotation: (
            "an annotation that changes what an ingress controller does for everybody",
            "Do without it, or \(letting(.ingressAnnotations))"
        ),
        .externalAddress: (
            "a Service that takes addresses from the network",
            "Use a Service of type LoadBalancer, or \(letting(.externalIPs))"
        ),
        .finalizerWritten: (
            "a finalizer in a manifest", "Leave it to the controller that takes it off, or \(letting(.finalizers))"
        ),
    ]

    private static func letting(_ allowances: Allowance...) -> String {
        let words = allowances.map { "`\($0.rawValue)`" }.joined(separator: " or ")
        return "list \(words) for the blueprint under `policy.allow` in reconcile.yaml."
    }
}
