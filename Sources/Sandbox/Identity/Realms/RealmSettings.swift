import Formats

/// What a realm is set to: its representation, its user profile, and what new people get.
struct RealmSettings: Equatable, Sendable {
    /// The representation without id, `defaultRole` and `attributes`.
    var document: JSON
    /// The attributes that were set; others are answered with their defaults.
    var attributes: [String: String]
    var profile: JSON
    /// The id of the role that every person has.
    var defaultRole: String
    /// Ids of the groups that a new person joins.
    var defaultGroups: [String] = []
    /// The representations of other providers by which people may log in.
    var identityProviders: [JSON] = []
    /// The required actions that were changed, by alias.
    var requiredActions: [String: JSON] = [:]

    init(name: String, document: JSON, attributes: [String: String], profile: JSON, defaultRole: String) {
        self.document = document
        self.attributes = attributes
        self.profile = profile
        self.defaultRole = defaultRole
        self.document["realm"] = .string(name)
    }

    var name: String { document["realm"]?.string ?? "" }
    func isOn(_ member: String) -> Bool { document[member]?.bool ?? false }
    func seconds(_ member: String) -> Int64 { document[member]?.int ?? 0 }

    /// Attributes with the defaults of those that were not set.
    var shownAttributes: JSON {
        var shown: [String: String] = [
            "cibaBackchannelTokenDeliveryMode": "poll", "cibaExpiresIn": "120",
            "cibaAuthRequestedUserHint": "login_hint", "cibaInterval": "5", "parRequestUriLifespan": "60",
        ]
        if name != RealmTemplate.master {
            shown["oauth2DeviceCodeLifespan"] = "600"
            shown["oauth2DevicePollingInterval"] = "5"
        }
        for (name, value) in attributes { shown[name] = value }
        return .object(JSONObject(shown.map { .init(key: $0.key, value: .string($0.value)) }))
    }

    var record: JSON {
        [
            "document": document, "profile": profile, "defaultRole": .string(defaultRole),
            "attributes": .object(JSONObject(attributes.map { .init(key: $0.key, value: .string($0.value)) })),
            "defaultGroups": .strings(defaultGroups), "identityProviders": .array(identityProviders),
            "requiredActions": .object(
                JSONObject(
                    requiredActions.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) })),
        ]
    }

    init?(record: JSON) {
        guard let document = record["document"], let profile = record["profile"],
            let defaultRole = record["defaultRole"]?.string
        else { return nil }
        self.document = document
        self.profile = profile
        self.defaultRole = defaultRole
        attributes = record.texts("attributes")
        defaultGroups = record["defaultGroups"]?.strings ?? []
        identityProviders = record["identityProviders"]?.array ?? []
        for member in record["requiredActions"]?.object ?? JSONObject() { requiredActions[member.key] = member.value }
    }
}

extension JSON {
    /// An object of strings; other scalars are taken as they are written.
    func texts(_ member: String) -> [String: String] {
        var values: [String: String] = [:]
        for entry in self[member]?.object ?? JSONObject() { values[entry.key] = entry.value.scalarText }
        return values
    }

    /// A string as it is, a number or boolean as it is written.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .bool, .int, .double: self.text
        case .null, .array, .object: nil
        }
    }
}
