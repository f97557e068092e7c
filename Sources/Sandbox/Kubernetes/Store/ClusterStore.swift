import Formats
import Synchronization

/// The objects of the cluster, their history and who watches: every change goes through here, one after the other.
final class ClusterStore: Sendable {
    /// Somebody else wrote the object since it was read: read again and start over.
    struct Raced: Error {}

    /// The versions asked for are no longer known; `compacted` is the oldest that is.
    struct Expired: Error {
        let compacted: Int64
    }

    struct Watcher: Sendable {
        /// Nil watches everything.
        let resource: String?
        let namespace: String?
        /// Called within the store's lock: it must not wait, and must not call the store.
        let deliver: @Sendable (StoreEvent) -> Void

        func wants(_ key: ObjectKey) -> Bool {
            (resource == nil || resource == key.resource) && (namespace == nil || namespace == key.namespace)
        }
    }

    private struct Guarded: Sendable {
        var state: ClusterState
        var history: StoreHistory
        var watchers: [Int: Watcher] = [:]
        var lastWatcher = 0
    }

    private let guarded: Mutex<Guarded>
    private let journal: (@Sendable (StoreEvent) throws -> Void)?

    /// - Parameter journal: called for every write, in order, before it happens; when it throws it does not.
    init(historyLimit: Int = 16_384, journal: (@Sendable (StoreEvent) throws -> Void)? = nil) {
        self.journal = journal
        let first = ClusterState(version: 1)
        guarded = Mutex(Guarded(state: first, history: StoreHistory(compacted: 1, limit: historyLimit)))
    }

    func object(_ key: ObjectKey) -> StoredObject? { guarded.withLock { $0.state.object(key) } }

    /// The state as it is now. Copying is cheap: what is large is shared until the next write.
    func snapshot() -> ClusterState { guarded.withLock { $0.state } }

    /// The state as it was.
    func snapshot(at version: Int64) throws(Expired) -> ClusterState {
        let (now, events, compacted) = guarded.withLock {
            ($0.state, $0.history.events(after: version), $0.history.compacted)
        }
        guard let events else { throw Expired(compacted: compacted) }
        var state = now
        if version < now.version { state.takeBack(events, to: version) }
        return state
    }

    /// Writes the value, if the object still is what was read; nil for one that must not be there yet.
    ///
    /// - Parameter check: looks at the rest of the cluster and may refuse; nothing changes between it and the write.
    func put(
        _ key: ObjectKey, replacing live: StoredObject?, _ value: JSON,
        check: (borrowing ClusterState) throws -> Void = { _ in }
    ) throws -> StoredObject {
        try guarded.withLock { guarded in
            guard guarded.state.object(key) === live else { throw Raced() }
            try check(guarded.state)
            return try publish(guarded.state.putting(key, value), &guarded)
        }
    }

    /// Removes the object, if it still is what was read.
    func remove(_ live: StoredObject) throws -> StoredObject {
        try guarded.withLock { guarded in
            guard guarded.state.object(live.key) === live else { throw Raced() }
            return try publish(guarded.state.removing(live), &guarded)
        }
    }

    private func publish(_ event: StoreEvent, _ guarded: inout Guarded) throws -> StoredObject {
        try journal?(event)
        guarded.state.apply(event)
        guarded.history.append(event)
        for watcher in guarded.watchers.values where watcher.wants(event.object.key) { watcher.deliver(event) }
        return event.object
    }

    /// Adds a watcher, which is told of everything that happens after the state given here.
    ///
    /// - Parameter version: also gives the events since then.
    func watch(_ watcher: Watcher, after version: Int64?) throws(Expired) -> (
        id: Int, state: ClusterState, missed: ArraySlice<StoreEvent>
    ) {
        try guarded.withLock { guarded throws(Expired) in
            let since = version ?? guarded.state.version
            guard let missed = guarded.history.events(after: since) else {
                throw Expired(compacted: guarded.history.compacted)
            }
            guarded.lastWatcher += 1
            guarded.watchers[guarded.lastWatcher] = watcher
            return (guarded.lastWatcher, guarded.state, missed.filter { watcher.wants($0.object.key) }[...])
        }
    }

    func unwatch(_ id: Int) {
        guarded.withLock { _ = $0.watchers.removeValue(forKey: id) }
    }

    /// Forgets the history: older versions are expired from now on.
    func compact() {
        guarded.withLock { $0.history.compact(to: $0.state.version) }
    }

    /// Takes an entry of the journal over, without telling anybody; nil removes.
    func restore(_ key: ObjectKey, _ value: JSON?, version: Int64) {
        guarded.withLock {
            $0.state.restore(key, value, version: version)
            $0.history.compact(to: $0.state.version)
        }
    }
}
