package import HTTP
package import Planning
import Synchronization

/// One realm of a Keycloak: observed whole, changed one operation at a time.
package struct Realm: Sendable {
    let api: AdminAPI
    let scope: RealmScope
    let directory = Directory()

    package init(settings: KeycloakSettings, scope: RealmScope, transport: @escaping Transport) {
        api = AdminAPI(settings: settings, transport: transport)
        self.scope = scope
    }

    /// `https://sso.example.com/realms/prod`
    package var name: String { "\(api.settings.url)/realms/\(api.settings.realm)" }

    /// Reads what concerns the scope; a failure anywhere makes the whole unknown.
    package func observe() async -> Observed<LiveIdentity> {
        do throws(Failure) {
            return .known(try await Observation(api: api, scope: scope, directory: directory).read())
        } catch {
            return .unknown(reason: error.message)
        }
    }
}

/// Ids that were seen or made during the run: operations name groups by path and roles by name.
final class Directory: Sendable {
    private struct Held {
        var groups: [String: String] = [:]
        var roles: [String: String] = [:]
        var hasProvenMarks = false
    }

    private let held = Mutex(Held())

    func note(group path: String, id: String) { held.withLock { $0.groups[path] = id } }
    func note(role name: String, id: String) { held.withLock { $0.roles[name] = id } }
    func group(_ path: String) -> String? { held.withLock { $0.groups[path] } }
    func role(_ name: String) -> String? { held.withLock { $0.roles[name] } }

    /// Whether the first person made has been read back with the marks on.
    var hasProvenMarks: Bool {
        get { held.withLock { $0.hasProvenMarks } }
        set { held.withLock { $0.hasProvenMarks = newValue } }
    }
}
