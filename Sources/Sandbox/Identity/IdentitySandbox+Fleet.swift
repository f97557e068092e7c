import Cryptography
import Formats

extension IdentitySandbox {
    /// Makes what a fleet needs, where it is missing: a realm whose people may have attributes that the profile does
    /// not declare, and a confidential client whose service account manages its people.
    package func prepareFleet(realm name: String, client clientID: String, secret: String) throws(JournalError) {
        do {
            try change { (store, now) throws(Refusal) in
                guard store.realm(named: name) == nil else { return }
                let realm = RealmTemplate.makeRealm(named: name, in: store)
                var settings = realm.settings
                settings.document["enabled"] = true
                settings.document["displayName"] = "Sandbox"
                settings.profile["unmanagedAttributePolicy"] = "ADMIN_EDIT"
                realm.put(settings)
                var document = RealmTemplate.client
                document["clientId"] = .string(clientID)
                document["serviceAccountsEnabled"] = true
                document["standardFlowEnabled"] = false
                let client = Client(id: Random.uuid(), document: document, secret: secret)
                realm.put(client)
                var account = User(id: Random.uuid(), username: "service-account-\(clientID)", created: now)
                account.isEnabled = true
                account.serviceAccountOf = client.id
                account.roles = [settings.defaultRole]
                if let management = realm.client(named: RealmTemplate.managementClient) {
                    for role in [AdminRole.manageUsers, .viewRealm, .manageRealm] {
                        if let role = realm.role(named: role.rawValue, in: management.id) {
                            account.roles.insert(role.id)
                        }
                    }
                }
                realm.put(account)
            }
        } catch {
            throw JournalError(cause: .system, description: "cannot write the realm \(name) to the journal")
        }
    }
}
