import Cryptography
import HTTPServer

/// Who may use the embedded cluster, and how clients know that it is the one: TLS with an authority of its own, since kubectl sends
/// no credentials over plain HTTP.
struct ClusterAccess {
    private let secrets: SandboxSecrets

    init(_ secrets: SandboxSecrets) {
        self.secrets = secrets
    }

    func configuration(_ options: SandboxOptions) -> KubernetesSandbox.Configuration {
        KubernetesSandbox.Configuration(
            tokens: [secrets.clusterToken: ClusterUser(name: "admin", groups: [ClusterUser.administrators])],
            signingKey: secrets.signingKey, controllers: options.hasControllers ? ControllerPace() : nil,
            authority: secrets.authority.identity.certificate)
    }

    /// A certificate for this run, signed by the folder's own authority.
    func tls() throws(CryptographyError) -> TLSIdentity {
        let leaf = try secrets.authority.server(commonName: "127.0.0.1", names: ["IP:127.0.0.1", "DNS:localhost"])
        return TLSIdentity(certificate: leaf.certificate, key: leaf.privateKey)
    }

    /// One cluster, one user, one context.
    func kubeconfig(_ address: String) -> String {
        let authority = Base64.encode(Array(secrets.authority.identity.certificate.utf8))
        return """
            apiVersion: v1
            kind: Config
            current-context: sandbox
            clusters:
              - name: sandbox
                cluster:
                  server: \(address)
                  certificate-authority-data: \(authority)
            users:
              - name: admin
                user:
                  token: \(secrets.clusterToken)
            contexts:
              - name: sandbox
                context:
                  cluster: sandbox
                  user: admin

            """
    }
}
