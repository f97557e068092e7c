import Formats

// What a client's tokens say beside the usual: kept as it is given, without effect here.

extension Call {
    private static let order = ["id", "name", "protocol", "protocolMapper", "consentRequired", "config"]

    private func mappers(of client: Client) -> [JSON] { client.document["protocolMappers"]?.array ?? [] }

    private func clientToChange() throws(Refusal) -> Client {
        let client = try client()
        try access.require(access.manageClients && !client.isAdministration(of: realm))
        return client
    }

    private func index(in mappers: [JSON]) throws(Refusal) -> Int {
        guard let index = mappers.firstIndex(where: { $0["id"]?.string == parameters[1] }) else {
            throw .error(404, "Model not found")
        }
        return index
    }

    private func put(_ mappers: [JSON], to client: Client) {
        var client = client
        client.document["protocolMappers"] = mappers.isEmpty ? nil : .array(mappers)
        realm.put(client)
    }

    /// All of them, or those of the protocol that the path names.
    func listMappers() throws(Refusal) -> Reply {
        let client = try client()
        try access.require(access.viewClients)
        let found = mappers(of: client).filter { parameters.count < 2 || $0["protocol"]?.string == parameters[1] }
        return .ok(.array(found))
    }

    func getMapper() throws(Refusal) -> Reply {
        let client = try client()
        try access.require(access.viewClients)
        let mappers = mappers(of: client)
        return .ok(mappers[try index(in: mappers)])
    }

    func createMapper() throws(Refusal) -> Reply {
        let client = try clientToChange()
        guard let body = try representation(.protocolMapper) else { throw .unknownError }
        var mappers = mappers(of: client)
        guard let kind = body["protocolMapper"]?.string, kind.hasPrefix("oidc-") || kind.hasPrefix("saml-") else {
            throw .error(404, "ProtocolMapper provider not found")
        }
        guard let name = body["name"]?.string else { throw .described(409, "conflict", "Duplicate resource error") }
        guard !mappers.contains(where: { $0["name"]?.string == name }) else {
            throw .message(409, "Protocol mapper exists with same name")
        }
        let made = complete(body, id: newID())
        mappers.append(made)
        put(mappers, to: client)
        let path = "clients/\(client.id)/protocol-mappers/models/\(made["id"]?.string ?? "")"
        note(.create, "PROTOCOL_MAPPER", path, complete(body, id: nil).written(in: Self.order))
        return .created("\(realmURL)/\(path)")
    }

    func updateMapper() throws(Refusal) -> Reply {
        let client = try clientToChange()
        guard let body = try representation(.protocolMapper) else { throw .unknownError }
        var mappers = mappers(of: client)
        let index = try index(in: mappers)
        mappers[index] = complete(body, id: parameters[1])
        put(mappers, to: client)
        note(
            .update, "PROTOCOL_MAPPER", "clients/\(client.id)/protocol-mappers/models/\(parameters[1])",
            complete(body, id: body["id"]?.string).written(in: Self.order))
        return .noContent
    }

    func deleteMapper() throws(Refusal) -> Reply {
        let client = try clientToChange()
        var mappers = mappers(of: client)
        mappers.remove(at: try index(in: mappers))
        put(mappers, to: client)
        note(.delete, "PROTOCOL_MAPPER", "clients/\(client.id)/protocol-mappers/models/\(parameters[1])", nil)
        return .noContent
    }

    private func complete(_ body: JSON, id: String?) -> JSON {
        var mapper = body
        mapper["id"] = id.map(JSON.string)
        mapper["consentRequired"] = false
        mapper["config"] = body["config"] ?? [:]
        return mapper
    }
}
