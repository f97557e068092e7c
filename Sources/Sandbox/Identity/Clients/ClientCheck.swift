import Formats

/// What the server looks at before it takes a client.
enum ClientCheck {
    static func check(_ body: JSON) throws(Refusal) {
        func refuse(_ text: String) -> Refusal { .described(400, "invalid_input", text) }
        if let name = body["clientId"]?.string, Validation.isBlank(name) { throw refuse("Client ID cannot be blank") }
        if let name = body["protocol"]?.string, !["openid-connect", "saml"].contains(name) {
            throw refuse("Invalid protocol: \(name)")
        }
        for (member, name) in [("rootUrl", "Root URL"), ("adminUrl", "Admin URL"), ("baseUrl", "Base URL")] {
            guard let address = body[member]?.string, !address.isEmpty, !address.hasPrefix("${") else { continue }
            guard !hasIllegalScheme(address) else { throw refuse("\(name) uses an illegal scheme") }
            guard isAddress(address) else { throw refuse("\(name) is not a valid URL") }
        }
        for uri in body["redirectUris"]?.strings ?? [] {
            guard !hasIllegalScheme(uri) else { throw refuse("A redirect URI uses an illegal scheme") }
            guard !uri.contains("#") else { throw refuse("A redirect URI must not contain an URL fragment") }
            guard isAddress(uri) else { throw refuse("A redirect URI is not a valid URI") }
        }
    }

    /// Schemes that run what follows them.
    private static func hasIllegalScheme(_ address: String) -> Bool {
        ["javascript:", "data:"].contains { address.lowercased().hasPrefix($0) }
    }

    private static func isAddress(_ address: String) -> Bool {
        !address.unicodeScalars.contains { $0.value <= 0x20 || "<>\"{}|\\^`".unicodeScalars.contains($0) }
    }

    /// Whether the server's columns hold what the client says of itself.
    static func fits(_ name: String, _ body: JSON) -> Bool {
        ([name, body["name"]?.string ?? "", body["description"]?.string ?? ""]
            + (body["attributes"]?.object?.keys.map { $0 } ?? [])).allSatisfy { $0.utf16.count <= 255 }
    }

    /// Whether mappers name their kind, and flows that log in are the realm's own.
    static func isComplete(_ body: JSON) -> Bool {
        (body["protocolMappers"]?.array ?? []).allSatisfy { $0["protocolMapper"] != nil && $0["protocol"] != nil }
            && (body["authenticationFlowBindingOverrides"]?.object ?? JSONObject()).allSatisfy { $0.value == "" }
    }
}
