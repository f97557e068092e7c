/// Where a realm is, and the client that we are there.
package struct KeycloakSettings: Sendable, CustomStringConvertible {
    /// `https://sso.example.com`, without a final slash.
    package let url: String
    package let realm: String
    package let clientId: String
    let secret: String

    package init(url: String, realm: String, clientId: String, secret: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.realm = realm
        self.clientId = clientId
        self.secret = secret
    }

    /// Without the secret.
    package var description: String { "realm \(realm) at \(url) as \(clientId)" }
}
