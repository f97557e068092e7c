package import Formats
import Glibc
import HTTPServer

/// What a sandbox is started with.
package struct SandboxOptions: Sendable {
    package var folder: String
    /// Whether controllers run and the fleet's realm is there; without, the servers are as bare as they were recorded.
    package var hasControllers: Bool
    package var kubernetesPort: UInt16
    package var identityPort: UInt16

    package init(
        folder: String, hasControllers: Bool = true, kubernetesPort: UInt16 = 0, identityPort: UInt16 = 0
    ) {
        self.folder = folder
        self.hasControllers = hasControllers
        self.kubernetesPort = kubernetesPort
        self.identityPort = identityPort
    }
}

/// The sandbox as it runs: both servers on loopback over one data folder.
package final class SandboxServer: Sendable {
    /// The realm and the client that a fleet uses when it says no more than `identity: {sandbox: {}}`.
    package static let realm = "sandbox"
    package static let client = "reconcile"

    /// What `server.json` holds.
    package let report: JSON
    package let activity = Activity()
    private let folder: SandboxFolder
    private let inode: UInt64?
    private let journal: Journal
    private let identity: IdentitySandbox
    private let identityListener: HTTPListener
    private let kubernetes: KubernetesSandbox
    private let kubernetesListener: HTTPListener

    /// Starts the servers; when this returns they answer, and `server.json` says where.
    package init(_ options: SandboxOptions) throws {
        let journal = try Journal(folder: options.folder)
        let folder = SandboxFolder(options.folder)
        let secrets = try SandboxSecrets(folder, bare: !options.hasControllers)
        let administrator = IdentitySandbox.Administrator(username: "admin", password: secrets.password)
        let identity = try IdentitySandbox(journal: journal, administrator: administrator)
        if options.hasControllers {
            try identity.prepareFleet(realm: Self.realm, client: Self.client, secret: secrets.clientSecret)
            try folder.write(Array(secrets.clientSecret.utf8), to: SandboxFolder.clientSecret)
        }
        guard let log = RequestLog(path: folder.file(SandboxFolder.requests)) else {
            throw JournalError.system("write \(folder.file(SandboxFolder.requests))")
        }
        let faults = Faults(user: administrator.username, password: administrator.password)
        let activity = activity
        func serving(_ handler: @escaping ServerHandler, named name: String) -> ServerHandler {
            activity.around(log.around(faults.around(handler, named: name), named: name))
        }
        let cluster = ClusterAccess(secrets)
        let kubernetes = try KubernetesSandbox(cluster.configuration(options), journal: journal)
        let webhooks = WebhookControl(
            kubernetes.webhooks, user: administrator.username, password: administrator.password)
        identityListener = try HTTPListener(
            port: options.identityPort,
            handler: webhooks.around(faults.control(serving(identity.handler, named: "identity"))))
        kubernetesListener = try HTTPListener(
            port: options.kubernetesPort, tls: try cluster.tls(),
            handler: serving(kubernetes.handler, named: "kubernetes"))
        let address = "https://127.0.0.1:\(kubernetesListener.port)"
        try folder.write(Array(cluster.kubeconfig(address).utf8), to: SandboxFolder.kubeconfig)
        var report: JSON = [
            "kubernetes": .string(address), "kubeconfig": .string(folder.file(SandboxFolder.kubeconfig)),
            "identity": .string("http://127.0.0.1:\(identityListener.port)"), "user": "admin",
            "password": .string(secrets.password), "pid": .int(Int64(getpid())),
        ]
        if options.hasControllers {
            report["realm"] = .string(Self.realm)
            report["clientId"] = .string(Self.client)
        }
        self.report = report
        self.journal = journal
        self.folder = folder
        self.identity = identity
        self.kubernetes = kubernetes
        inode = folder.inode
        try folder.write(report.encoded(), to: SandboxFolder.report)
    }

    /// Whether the data folder is still there.
    package var hasFolder: Bool { inode.map(folder.isSame(as:)) ?? false }

    package func stop() async {
        folder.remove(SandboxFolder.report)
        kubernetes.stop()
        await kubernetesListener.stop()
        await identityListener.stop()
        journal.close()
    }
}
