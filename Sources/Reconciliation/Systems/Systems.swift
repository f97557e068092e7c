import Glibc
import HTTP
import Identity
import Kubernetes
import Planning
import Tenancy

/// The systems of one environment, each reached or not at all: one that cannot be reached does not stop the other.
struct Systems: Sendable {
    /// Nil where the environment has none, or the run leaves it alone.
    let cluster: Result<Cluster, Problem>?
    let realm: Result<Realm, Problem>?
}

extension Run {
    /// Finds the environment's systems and their credentials. Nothing is asked of them yet.
    func connect(_ desired: DesiredState) -> Systems {
        let environment = desired.environment
        let wanted = (cluster: request.only != .identity, realm: request.only != .cluster)
        return Systems(
            cluster: wanted.cluster ? environment.cluster.map(cluster) : nil,
            realm: wanted.realm ? environment.identity.map { realm($0, RealmScope(desired)) } : nil)
    }

    /// The environment's cluster alone; nil where it has none.
    func cluster(of environment: Environment) throws(Problem) -> Cluster? {
        try environment.cluster.map(cluster)?.get()
    }

    private func cluster(_ cluster: Environment.Cluster) -> Result<Cluster, Problem> {
        do throws(Problem) {
            let connection = try connection(cluster)
            var configuration = connection.http
            configuration.deadlines.whole = request.timeout
            let plain = try transport(configuration)
            let transport = connection.tokens.map { $0.source.around(plain, for: $0.origin) } ?? plain
            return .success(Cluster(base: connection.server, settings: connection.settings, send: transport))
        } catch {
            return .failure(error)
        }
    }

    private func connection(_ cluster: Environment.Cluster) throws(Problem) -> Kubeconfig.Connection {
        do throws(Failure) {
            switch cluster {
            case .sandbox:
                return try Kubeconfig([sandboxServer().kubeconfig], read: PlainFile.read).connection()
            case .kubernetes(let context):
                return try Kubeconfig(kubeconfigPaths, read: PlainFile.read).connection(
                    context: context, http: surroundings.http, plugins: plugins,
                    allowsUnverified: request.allowsUnverifiedCluster)
            case .inCluster:
                return try ServiceAccount(read: PlainFile.read).connection(http: surroundings.http) { surroundings[$0] }
            }
        } catch {
            switch error.kind {
            case .unreachable: throw Problem(.unreachable, error.message)
            case .rejected: throw Problem(.refused, error.message)
            case .conflict: throw Problem(.unexpected, error.message)
            }
        }
    }

    /// Credential plugins see what we were started with, except for credentials of our own.
    private var plugins: Kubeconfig.Plugins {
        let environment = surroundings.variables.filter { name, _ in
            !name.hasPrefix("RECONCILE_") && !name.hasPrefix("KEYCLOAK_")
        }
        return Kubeconfig.Plugins(
            environment: environment, now: surroundings.now,
            repository: PlainFile.repository(around: surroundings.absolute(request.repository ?? ".")))
    }

    private func sandboxServer() throws(Failure) -> SandboxProgram.Server {
        do throws(Problem) {
            return try SandboxProgram(surroundings).start()
        } catch {
            throw Failure(.unreachable, error.message)
        }
    }

    /// `KUBECONFIG`, else `~/.kube/config`.
    private var kubeconfigPaths: [String] {
        if let list = surroundings["KUBECONFIG"] {
            return list.split(separator: ":").map { surroundings.absolute(String($0)) }
        }
        return ["\(surroundings["HOME"] ?? "")/.kube/config"]
    }

    func realm(_ identity: Environment.Identity, _ scope: RealmScope) -> Result<Realm, Problem> {
        do throws(Problem) {
            let settings = try settings(identity)
            let transport = try transport(configuration())
            return .success(Realm(settings: settings, scope: scope, transport: transport))
        } catch {
            return .failure(error)
        }
    }

    private func settings(_ identity: Environment.Identity) throws(Problem) -> KeycloakSettings {
        switch identity {
        case .sandbox:
            let program = SandboxProgram(surroundings)
            let server = try program.start()
            return KeycloakSettings(
                url: server.identity, realm: server.realm, clientId: server.clientId,
                secret: try program.clientSecret())
        case .keycloak(let keycloak):
            try requireSameOrigin(keycloak.url)
            guard let secret = try surroundings.secret("KEYCLOAK_CLIENT_SECRET") else {
                throw Problem(
                    .unreachable,
                    "no secret for client '\(keycloak.clientId)' at \(keycloak.url): set KEYCLOAK_CLIENT_SECRET or "
                        + "KEYCLOAK_CLIENT_SECRET_FILE")
            }
            return KeycloakSettings(
                url: keycloak.url, realm: keycloak.realm, clientId: keycloak.clientId, secret: secret)
        }
    }

    /// A repository names the server, the environment says for which server the secret is: both have to agree.
    private func requireSameOrigin(_ url: String) throws(Problem) {
        guard let trusted = surroundings["KEYCLOAK_URL"] else {
            throw Problem(
                .unreachable,
                "the fleet names \(url): set KEYCLOAK_URL to say that the client's secret is meant for it")
        }
        let (named, meant): (HTTP.Origin, HTTP.Origin)
        do throws(HTTPError) {
            (named, meant) = (try HTTP.Origin(of: url), try HTTP.Origin(of: trusted))
        } catch {
            throw Problem(.unreachable, error.message)
        }
        guard named == meant else {
            throw Problem(.refused, "the client's secret is for \(meant) (KEYCLOAK_URL), and the fleet names \(named)")
        }
    }

    /// Trust, proxy and deadlines as the user's variables and flags say.
    private func configuration() -> HTTPConfiguration {
        var configuration = surroundings.http
        configuration.deadlines.whole = request.timeout
        return configuration
    }

    /// Time and chance, in which nobody waits on once the run was told to stop.
    var world: Retrying.World {
        var world = Retrying.World.system
        world.sleep = { [stop] seconds in try await stop.sleep(seconds) }
        return world
    }

    /// A client with retries, and with the points where tests end the process.
    private func transport(_ configuration: HTTPConfiguration) throws(Problem) -> Transport {
        do throws(HTTPError) {
            let client = try HTTPClient(configuration)
            // What --timeout allows one request is all that repeating it may take.
            let retrying = Retrying(client.transport, policy: .init(budget: request.timeout), world: world)
            return failPoints.around(fence.around(retrying.transport))
        } catch {
            throw Problem(.unreachable, error.message)
        }
    }
}
