import Formats

// How rows are written to the journal. Members that are empty are left out.

extension User {
    var record: JSON {
        var record: JSON = [
            "id": .string(id), "username": .string(username), "created": .int(created),
            "enabled": .bool(isEnabled), "emailVerified": .bool(isEmailVerified),
        ]
        record["email"] = email.map(JSON.string)
        record["firstName"] = firstName.map(JSON.string)
        record["lastName"] = lastName.map(JSON.string)
        record["attributes"] = attributes.isEmpty ? nil : .lists(attributes)
        record["requiredActions"] = .sorted(requiredActions)
        record["notBefore"] = notBefore == 0 ? nil : .int(notBefore)
        record["groups"] = .sorted(groups)
        record["roles"] = .sorted(roles)
        record["credentials"] = credentials.isEmpty ? nil : .array(credentials.map(\.record))
        record["identities"] = identities.isEmpty ? nil : .array(identities.map(\.record))
        record["serviceAccountOf"] = serviceAccountOf.map(JSON.string)
        return record
    }

    init?(record: JSON) {
        guard let id = record["id"]?.string, let username = record["username"]?.string,
            let created = record["created"]?.int
        else { return nil }
        self.init(id: id, username: username, created: created)
        isEnabled = record["enabled"]?.bool ?? false
        isEmailVerified = record["emailVerified"]?.bool ?? false
        email = record["email"]?.string
        firstName = record["firstName"]?.string
        lastName = record["lastName"]?.string
        attributes = record.lists("attributes")
        requiredActions = record.set("requiredActions")
        notBefore = record["notBefore"]?.int ?? 0
        groups = record.set("groups")
        roles = record.set("roles")
        credentials = (record["credentials"]?.array ?? []).compactMap(Credential.init(record:))
        identities = (record["identities"]?.array ?? []).compactMap(Identity.init(record:))
        serviceAccountOf = record["serviceAccountOf"]?.string
    }
}

extension Credential {
    var record: JSON {
        var record: JSON = [
            "id": .string(id), "created": .int(created), "salt": .string(salt), "hash": .string(hash),
            "data": data.map(JSON.string) ?? .null,
        ]
        record["label"] = label.map(JSON.string)
        return record
    }

    init?(record: JSON) {
        guard let id = record["id"]?.string, let created = record["created"]?.int,
            let salt = record["salt"]?.string, let hash = record["hash"]?.string
        else { return nil }
        // Journals of earlier versions do not say how.
        let data = record["data"].map(\.string) ?? Self.argon2
        self.init(id: id, created: created, salt: salt, hash: hash, data: data, label: record["label"]?.string)
    }
}

extension Identity {
    var record: JSON {
        ["provider": .string(provider), "userID": .string(userID), "userName": .string(userName)]
    }

    init?(record: JSON) {
        guard let provider = record["provider"]?.string, let userID = record["userID"]?.string else { return nil }
        self.init(provider: provider, userID: userID, userName: record["userName"]?.string ?? "")
    }
}

extension Group {
    var record: JSON {
        var record: JSON = ["id": .string(id), "name": .string(name)]
        record["parent"] = parent.map(JSON.string)
        record["description"] = description.map(JSON.string)
        record["attributes"] = attributes.isEmpty ? nil : .lists(attributes)
        record["roles"] = .sorted(roles)
        return record
    }

    init?(record: JSON) {
        guard let id = record["id"]?.string, let name = record["name"]?.string else { return nil }
        self.init(id: id, name: name, parent: record["parent"]?.string)
        description = record["description"]?.string
        attributes = record.lists("attributes")
        roles = record.set("roles")
    }
}

extension Role {
    var record: JSON {
        var record: JSON = [
            "id": .string(id), "name": .string(name), "container": .string(container), "client": .bool(isClientRole),
        ]
        record["description"] = description.map(JSON.string)
        record["attributes"] = attributes.isEmpty ? nil : .lists(attributes)
        record["composites"] = .sorted(composites)
        return record
    }

    init?(record: JSON) {
        guard let id = record["id"]?.string, let name = record["name"]?.string,
            let container = record["container"]?.string
        else { return nil }
        self.init(
            id: id, name: name, description: record["description"]?.string, container: container,
            isClientRole: record["client"]?.bool ?? false)
        attributes = record.lists("attributes")
        composites = record.set("composites")
    }
}

extension Client {
    var record: JSON {
        var record: JSON = ["id": .string(id), "document": document]
        record["secret"] = secret.map(JSON.string)
        return record
    }

    init?(record: JSON) {
        guard let id = record["id"]?.string, let document = record["document"] else { return nil }
        self.init(id: id, document: document, secret: record["secret"]?.string)
    }
}

extension Organization {
    var record: JSON {
        var record: JSON = ["id": .string(id), "document": document]
        record["members"] = .sorted(members)
        return record
    }

    init?(record: JSON) {
        guard let id = record["id"]?.string, let document = record["document"] else { return nil }
        self.init(id: id, document: document, members: record.set("members"))
    }
}

extension AdminEvent {
    var record: JSON { ["id": .string(id), "document": document] }

    init?(record: JSON) {
        guard let id = record["id"]?.string, let document = record["document"] else { return nil }
        self.init(id: id, document: document)
    }
}

extension JSON {
    /// An object of lists of strings.
    static func lists(_ values: [String: [String]]) -> JSON {
        .object(JSONObject(values.map { .init(key: $0.key, value: .strings($0.value)) }))
    }

    static func strings(_ values: some Sequence<String>) -> JSON { .array(values.map(JSON.string)) }

    /// The sorted values, or nil where there are none.
    static func sorted(_ values: Set<String>) -> JSON? { values.isEmpty ? nil : .strings(values.sorted()) }

    func lists(_ member: String) -> [String: [String]] {
        var values: [String: [String]] = [:]
        for entry in self[member]?.object ?? JSONObject() { values[entry.key] = entry.value.strings }
        return values
    }

    func set(_ member: String) -> Set<String> { Set(self[member]?.strings ?? []) }

    var strings: [String] { (array ?? []).compactMap(\.string) }
}
