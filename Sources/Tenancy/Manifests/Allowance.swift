/// Something risky that `policy.allow` in reconcile.yaml can let a blueprint do.
enum Allowance: String, Sendable, CaseIterable {
    /// Volumes of type hostPath.
    case hostPath
    /// hostNetwork, hostPID, hostIPC.
    case hostNamespaces
    case hostPorts
    /// Privileged containers, and what else lifts the protections between container and node.
    case privileged
    /// Added capabilities other than NET_BIND_SERVICE.
    case capabilities
    /// Roles with `*`, with rights to give rights, to secrets or to accounts' tokens.
    case wideRoles
    /// Bindings to cluster-admin and to the system's roles, and to subjects that many share.
    case wideBindings
    /// Annotations by which an ingress controller runs configuration as it is written, or asks others who may come in.
    case ingressAnnotations
    /// Addresses that a Service takes from the network.
    case externalIPs
    case finalizers
    /// Namespaces that let privileged pods in.
    case privilegedNamespaces
    /// Objects in the namespaces of the system.
    case systemNamespaces
}
