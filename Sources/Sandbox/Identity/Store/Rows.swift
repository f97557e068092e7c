import Formats

/// Something that a realm remembers: one row of one of its tables.
protocol StoredRow: Equatable, Sendable {
    var id: String { get }
    /// The row as the journal keeps it.
    var record: JSON { get }
    init?(record: JSON)
}

/// A person, or the service account of a client.
struct User: StoredRow {
    let id: String
    /// Lower case, unique in the realm.
    var username: String
    /// Lower case.
    var email: String?
    var firstName: String?
    var lastName: String?
    var isEmailVerified = false
    var isEnabled = false
    /// Milliseconds.
    var created: Int64
    var attributes: [String: [String]] = [:]
    var requiredActions: Set<String> = []
    /// Tokens issued before this second are not taken any more.
    var notBefore: Int64 = 0
    var groups: Set<String> = []
    /// Ids of the roles that are mapped directly.
    var roles: Set<String> = []
    var credentials: [Credential] = []
    /// The client whose service account this is.
    var serviceAccountOf: String?
    /// Other providers by which the person logs in.
    var identities: [Identity] = []

    init(id: String, username: String, created: Int64) {
        self.id = id
        self.username = username
        self.created = created
    }
}

/// Who a person is at another provider.
struct Identity: Equatable, Sendable {
    /// Its alias.
    let provider: String
    let userID: String
    let userName: String
}

/// A password: never the text itself.
struct Credential: Equatable, Sendable {
    let id: String
    let created: Int64
    let salt: String
    let hash: String
    /// How it was hashed, as the server says; nil where it was given without a text to hash.
    var data: String?
    var label: String?

    /// What the server says of the passwords that it hashed itself.
    static let argon2 =
        "{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"hashLength\":[\"32\"],"
        + "\"memory\":[\"7168\"],\"type\":[\"id\"],\"version\":[\"1.3\"],\"parallelism\":[\"1\"]}}"
}

struct Group: StoredRow {
    let id: String
    var name: String
    var parent: String?
    var description: String?
    var attributes: [String: [String]] = [:]
    var roles: Set<String> = []

    init(id: String, name: String, parent: String?) {
        self.id = id
        self.name = name
        self.parent = parent
    }
}

struct Role: StoredRow {
    let id: String
    var name: String
    var description: String?
    /// The id of the realm, or of the client whose role it is.
    let container: String
    let isClientRole: Bool
    var attributes: [String: [String]] = [:]
    /// Ids of the roles that it stands for as well.
    var composites: Set<String> = []

    init(id: String, name: String, description: String?, container: String, isClientRole: Bool) {
        self.id = id
        self.name = name
        self.description = description
        self.container = container
        self.isClientRole = isClientRole
    }
}

struct Client: StoredRow {
    let id: String
    /// Its representation without id, secret and access.
    var document: JSON
    var secret: String?

    var clientID: String { document["clientId"]?.string ?? "" }
    func isOn(_ member: String) -> Bool { document[member]?.bool ?? false }
}

struct Organization: StoredRow {
    let id: String
    /// Its representation without the id.
    var document: JSON
    var members: Set<String> = []

    var name: String { document["name"]?.string ?? "" }
    var alias: String { document["alias"]?.string ?? "" }
    var domains: [String] { (document["domains"]?.array ?? []).compactMap { $0["name"]?.string } }
}

/// An entry of the audit trail.
struct AdminEvent: StoredRow {
    let id: String
    let document: JSON
}
