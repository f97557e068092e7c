import Cryptography
package import Formats
package import HTTPServer

/// A small Kubernetes API server: its objects in memory, its answers those of the real one.
package final class KubernetesSandbox: Sendable {
    package struct Configuration: Sendable {
        /// Who a verified client certificate is, by the common name of its subject.
        package var certificates: [String: ClusterUser]
        /// Who a bearer token is.
        package var tokens: [String: ClusterUser]
        /// Signs the tokens of service accounts; they outlive a restart when the key does.
        package var signingKey: [UInt8]
        /// Nil for the bare API, as it is without a controller manager.
        package var controllers: ControllerPace?
        /// The certificate authority that namespaces publish, in PEM.
        package var authority: String
        /// How many writes are remembered: older watches and lists expire.
        package var historyLimit: Int
        /// Seconds since 1970.
        package var now: @Sendable () -> Int64

        package init(
            certificates: [String: ClusterUser] = [:], tokens: [String: ClusterUser] = [:],
            signingKey: [UInt8] = Random.bytes(32), controllers: ControllerPace? = ControllerPace(),
            authority: String = "", historyLimit: Int = 16_384,
            now: @escaping @Sendable () -> Int64 = { RFC3339.now() }
        ) {
            self.certificates = certificates
            self.tokens = tokens
            self.signingKey = signingKey
            self.controllers = controllers
            self.authority = authority
            self.historyLimit = historyLimit
            self.now = now
        }
    }

    /// What tests have admission webhooks do.
    package let webhooks = Webhooks()
    private let server: APIServer
    private let store: ClusterStore
    private let controllers: ControllerLoop?

    /// - Parameter journal: what it has recorded is taken over, and every write is recorded in it.
    package init(_ configuration: Configuration, journal: Journal? = nil) throws {
        store = ClusterStore(historyLimit: configuration.historyLimit) { event in
            try journal?.append(StoreJournal.part, StoreJournal.record(event))
        }
        for record in journal?.records(of: StoreJournal.part) ?? [] {
            guard StoreJournal.replay(record, into: store) != nil else {
                throw JournalError(
                    cause: .damaged, description: "the journal holds no object: \(record.text.prefix(80))")
            }
        }
        try Bootstrap.prepare(store, now: configuration.now())
        let server = APIServer(
            store: store, catalog: APICatalog(store: store),
            authenticator: Authenticator(
                certificates: configuration.certificates, tokens: configuration.tokens,
                serviceAccounts: ServiceAccountTokens(key: configuration.signingKey, now: configuration.now),
                store: store),
            authorizer: Authorizer(store: store), webhooks: webhooks, now: configuration.now)
        self.server = server
        controllers = configuration.controllers.map {
            ControllerLoop(
                ControllerLoop.all, ControllerContext(server: server, pace: $0, authority: configuration.authority))
        }
        controllers?.start()
    }

    /// Answers the requests of one connection after the other, or of many at once.
    package var handler: ServerHandler {
        { [server] request in await server.respond(to: request) }
    }

    /// Ends the controllers; the handler goes on answering.
    package func stop() { controllers?.stop() }

    /// Forgets the history, as a real server does some minutes later: older versions are expired from now on.
    package func compact() { store.compact() }

    /// Every object, whole, by resource and then by namespace and name.
    package func dump() -> JSON {
        let state = store.snapshot()
        return .object(
            JSONObject(
                state.resources.map { resource in
                    .init(key: resource, value: .array(state.objects(resource).map(\.value)))
                }))
    }
}
