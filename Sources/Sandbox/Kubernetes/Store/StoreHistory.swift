/// The last writes, oldest first: what a watch begins with, and what takes a list back to an earlier version.
struct StoreHistory: Sendable {
    /// The last version whose events are no longer known.
    private(set) var compacted: Int64
    private var events: [StoreEvent] = []
    private let limit: Int

    init(compacted: Int64, limit: Int) {
        self.compacted = compacted
        self.limit = limit
    }

    /// The events after that version, or nil where some of them are no longer known.
    func events(after version: Int64) -> ArraySlice<StoreEvent>? {
        guard version >= compacted else { return nil }
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].version <= version { low = middle + 1 } else { high = middle }
        }
        return events[low...]
    }

    mutating func append(_ event: StoreEvent) {
        events.append(event)
        if events.count > limit + limit / 4 { forget(events.count - limit) }
    }

    /// Forgets all events, as a real server does some minutes later: what began before has to begin again.
    mutating func compact(to version: Int64) {
        events = []
        compacted = version
    }

    private mutating func forget(_ count: Int) {
        guard count > 0 else { return }
        compacted = events[count - 1].version
        events.removeFirst(count)
    }
}
