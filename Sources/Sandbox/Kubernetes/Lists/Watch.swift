import Formats
import HTTPServer

/// Watches: what is there, or what has happened since a version, and then everything as it happens.
extension APIServer {
    func watch(_ request: APIRequest, _ options: ListOptions) throws -> ServerResponse {
        let form = try Negotiation.choose(request.accept, isList: true).form
        var options = options
        if let name = request.name { options.fields = options.fields.and("metadata.name", name) }
        let (events, continuation) = AsyncStream.makeStream(of: StoreEvent.self)
        let watcher = ClusterStore.Watcher(
            resource: request.resource.qualifiedName, namespace: request.namespace
        ) { continuation.yield($0) }
        let begun: (id: Int, state: ClusterState, missed: ArraySlice<StoreEvent>)
        let asksForNow = (options.version ?? 0) == 0 || options.sendsInitialEvents
        do {
            begun = try store.watch(watcher, after: asksForNow ? nil : options.version)
        } catch {
            let message = "too old resource version: \(options.version ?? 0) (\(error.compacted))"
            let line = WatchLine(request, options, form, now: now).error(APIFailure(410, "Expired", message))
            return Self.stream(
                AsyncStream { stream in
                    stream.yield(line)
                    stream.finish()
                })
        }
        var feed = WatchFeed(lines: WatchLine(request, options, form, now: now))
        if asksForNow {
            feed.start(with: begun.state.objects(request.resource.qualifiedName, namespace: request.namespace))
            if options.sendsInitialEvents, options.allowsBookmarks {
                feed.pending.append(feed.lines.bookmark(begun.state.version, endsInitialEvents: true))
            }
        }
        for event in begun.missed { feed.add(event) }
        let store = self.store
        return Self.stream(
            feed.run(events, seconds: options.timeoutSeconds, version: { store.snapshot().version }) {
                continuation.finish()
                store.unwatch(begun.id)
            })
    }

    private static func stream(_ body: AsyncStream<[UInt8]>) -> ServerResponse {
        ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: .stream(body))
    }
}

/// What a watch sends: first what is pending, then the lines of the events that come.
struct WatchFeed: Sendable {
    var lines: WatchLine
    var pending: [[UInt8]] = []

    /// Seconds between two bookmarks, for those who allow them.
    private static let bookmarkInterval = 20

    init(lines: WatchLine) {
        self.lines = lines
    }

    mutating func start(with objects: ArraySlice<StoredObject>) {
        for object in objects where lines.matches(object) { pending.append(lines.line("ADDED", object)) }
    }

    mutating func add(_ event: StoreEvent) {
        if let line = lines.line(event) { pending.append(line) }
    }

    /// The stream of lines, which ends after some seconds or when nobody reads it any more.
    func run(
        _ events: AsyncStream<StoreEvent>, seconds: Int?, version: @escaping @Sendable () -> Int64,
        end: @escaping @Sendable () -> Void
    ) -> AsyncStream<[UInt8]> {
        AsyncStream { stream in
            for line in pending { stream.yield(line) }
            let lines = self.lines
            let forwarding = Task {
                var lines = lines
                for await event in events {
                    if let line = lines.line(event) { stream.yield(line) }
                }
                stream.finish()
            }
            let clock = Task {
                var left = seconds ?? 1800 + Int.random(in: 0..<1800)
                while left > 0, !Task.isCancelled {
                    let pause = min(left, Self.bookmarkInterval)
                    try? await Task.sleep(for: .seconds(pause))
                    left -= pause
                    if left > 0, lines.allowsBookmarks { stream.yield(lines.bookmark(version())) }
                }
                if !Task.isCancelled { stream.finish() }
            }
            stream.onTermination = { _ in
                clock.cancel()
                forwarding.cancel()
                end()
            }
        }
    }
}
