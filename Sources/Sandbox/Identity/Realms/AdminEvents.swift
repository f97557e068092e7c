import Cryptography
import Formats

/// What was done to a resource.
enum AdminOperation: String {
    case create = "CREATE"
    case update = "UPDATE"
    case delete = "DELETE"
    case action = "ACTION"
}

extension Call {
    /// Writes an entry of the audit trail, where the realm keeps one.
    func note(_ operation: AdminOperation, _ resource: String, _ path: String?, _ representation: String?) {
        guard realm.settings.isOn("adminEventsEnabled") else { return }
        var event: JSON = [
            "id": .string(newID()), "time": .int(now), "realmId": .string(realm.id),
            "authDetails": [
                "realmId": .string(caller.realm.id), "clientId": .string(caller.client.id),
                "userId": .string(caller.user.id), "ipAddress": "127.0.0.1",
            ],
            "operationType": .string(operation.rawValue), "resourceType": .string(resource),
        ]
        event["resourcePath"] = path.map(JSON.string)
        if realm.settings.isOn("adminEventsDetailsEnabled") {
            event["representation"] = representation.map(JSON.string)
        }
        realm.put(AdminEvent(id: event["id"]?.string ?? "", document: event))
    }

    /// Newest first.
    func listAdminEvents() throws(Refusal) -> Reply {
        try access.require(access.viewEvents)
        let page = try Page(self, defaultMax: 100)
        func asked(_ name: String) -> [String] { request.query.filter { $0.name == name }.map(\.value) }
        let filters: [(member: String, values: [String])] = [
            ("operationType", asked("operationTypes")), ("resourceType", asked("resourceTypes")),
        ]
        let path = text("resourcePath")
        let found = realm.events.reversed().map(\.document).filter { event in
            filters.allSatisfy { $0.values.isEmpty || $0.values.contains(event[$0.member]?.string ?? "") }
                && (path == nil || event["resourcePath"]?.string == path)
        }
        return .ok(.array(page.cut(found)))
    }

    func deleteAdminEvents() throws(Refusal) -> Reply {
        try access.require(access.has(.manageEvents))
        realm.removeEvents()
        return .noContent
    }

    /// Logins are not recorded here.
    func listEvents() throws(Refusal) -> Reply {
        try access.require(access.viewEvents)
        return .ok([])
    }
}

extension JSON {
    /// The object as text, its members in the given order and after them the rest.
    func written(in order: [String]) -> String {
        guard let object else { return text }
        let known = order.filter { object[$0] != nil }
        let rest = object.keys.filter { !known.contains($0) }
        let members = (known + rest).compactMap { key in object[key].map { "\(JSON.string(key).text):\($0.text)" } }
        return "{\(members.joined(separator: ","))}"
    }
}

extension Shape {
    /// The order in which the server writes a user's members.
    static let userOrder = [
        "id", "username", "firstName", "lastName", "email", "emailVerified", "attributes", "enabled", "self", "origin",
        "createdTimestamp", "totp", "federationLink", "serviceAccountClientId", "credentials",
        "disableableCredentialTypes", "requiredActions", "federatedIdentities", "realmRoles", "clientRoles",
        "notBefore",
        "groups",
    ]

    /// The order in which the server writes a group's members.
    static let groupOrder = [
        "id", "name", "description", "path", "parentId", "subGroupCount", "subGroups", "attributes", "realmRoles",
        "clientRoles",
    ]
}
