import Cryptography
import Formats

/// All realms, and what of them is remembered in the journal.
final class IdentityStore {
    /// The journal's part for this half of the sandbox.
    private static let part = "identity"

    private(set) var realms: [Realm] = []
    /// Signs the tokens.
    private(set) var key: [UInt8] = []
    private let journal: Journal?
    /// What the transaction under way has made and taken away.
    private var created: [Realm] = []
    private var removed: [Realm] = []

    /// A store with what the journal holds; without a journal everything is forgotten in the end.
    init(journal: Journal?) throws(JournalError) {
        self.journal = journal
        for record in journal?.records(of: Self.part) ?? [] {
            for change in record.array ?? [] { restore(change) }
        }
        guard key.isEmpty else { return }
        key = Random.bytes(32)
        try journal?.append(Self.part, [["kind": "key", "row": .string(Hex.encode(key))]])
    }

    func realm(named name: String) -> Realm? { realms.first { $0.name == name } }

    func add(_ realm: Realm) {
        realms.append(realm)
        created.append(realm)
    }

    func remove(_ realm: Realm) {
        realms.removeAll { $0 === realm }
        removed.append(realm)
    }

    /// Carries out the work as a whole: when it throws, or cannot be written down, nothing has happened.
    func transact<T>(_ work: () throws(Refusal) -> T) throws(Refusal) -> T {
        do {
            let result = try work()
            try write()
            for realm in realms { realm.keepChanges() }
            (created, removed) = ([], [])
            return result
        } catch {
            for realm in realms { realm.undoChanges() }
            realms.removeAll { realm in created.contains { $0 === realm } }
            realms += removed
            (created, removed) = ([], [])
            throw error
        }
    }

    private func write() throws(Refusal) {
        guard let journal else { return }
        var records: [JSON] = removed.map { ["kind": "realm", "gone": .string($0.id)] }
        for realm in realms { records += realm.changes.map { $0.record(in: realm.id) } }
        guard !records.isEmpty else { return }
        do {
            try journal.append(Self.part, .array(records))
        } catch {
            throw Refusal.unknownError
        }
    }

    private func restore(_ record: JSON) {
        switch (record["kind"]?.string, record["realm"]?.string) {
        case ("key", _): key = record["row"]?.string.flatMap(Hex.decode) ?? []
        case ("realm", _): realms.removeAll { $0.id == record["gone"]?.string }
        case (_, let id?):
            if let realm = realms.first(where: { $0.id == id }) {
                Change(record: record, of: realm).map(realm.restore)
            } else if let settings = record["row"].flatMap(RealmSettings.init(record:)) {
                // A realm begins with its settings.
                realms.append(Realm(id: id, settings: settings))
            }
        default: break
        }
    }
}
