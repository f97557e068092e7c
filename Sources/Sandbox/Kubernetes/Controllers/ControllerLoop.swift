import Formats
import Synchronization

/// Keeps objects of some kinds as their specification says.
protocol Controller: Sendable {
    /// The objects to look at after the event.
    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey]

    /// Brings the object one step on. Returns when to look again, where nothing but time has to pass.
    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration?
}

/// Runs the controllers: one after the other, woken by writes and by time.
final class ControllerLoop: Sendable {
    private struct Item: Hashable, Sendable {
        let controller: Int
        let key: ObjectKey
    }

    /// What has to be looked at: what has happened comes before what is merely due, so that nothing is skipped.
    private struct Agenda: Sendable {
        var events: [StoreEvent] = []
        var due: [Item] = []
        var task: Task<Void, Never>?
        var watcher: Int?
    }

    private let controllers: [any Controller]
    private let context: ControllerContext
    private let agenda = Mutex(Agenda())
    private let wakeUps: AsyncStream<Void>
    private let alarm: AsyncStream<Void>.Continuation

    static let all: [any Controller] = [
        NamespaceController(), GarbageCollector(), DeploymentController(), ReplicaSetController(),
        StatefulSetController(), JobController(), PodController(), ClaimController(), BudgetController(),
        QuotaController(), RoleAggregator(), AutoscalerController(),
    ]

    init(_ controllers: [any Controller], _ context: ControllerContext) {
        self.controllers = controllers
        self.context = context
        (wakeUps, alarm) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Looks at everything that is there already, then at everything that happens.
    func start() {
        let watcher = ClusterStore.Watcher(resource: nil, namespace: nil) { [weak self] event in
            self?.agenda.withLock { $0.events.append(event) }
            self?.alarm.yield()
        }
        guard let begun = try? context.store.watch(watcher, after: nil) else { return }
        let present = begun.state.resources.flatMap { begun.state.objects($0) }.map { object in
            StoreEvent(kind: .added, version: object.version, object: object, previous: nil)
        }
        let task = Task { await self.run() }
        agenda.withLock { agenda in
            agenda.events = present + agenda.events
            agenda.task = task
            agenda.watcher = begun.id
        }
        alarm.yield()
    }

    func stop() {
        let (task, watcher) = agenda.withLock { agenda in
            defer { agenda = Agenda() }
            return (agenda.task, agenda.watcher)
        }
        if let watcher { context.store.unwatch(watcher) }
        alarm.finish()
        task?.cancel()
    }

    private func run() async {
        for await _ in wakeUps {
            while !Task.isCancelled, work() { await Task.yield() }
        }
    }

    /// Does the next thing; false where there is none.
    private func work() -> Bool {
        let (events, item) = agenda.withLock { agenda -> ([StoreEvent], Item?) in
            guard agenda.events.isEmpty else {
                defer { agenda.events = [] }
                return (agenda.events, nil)
            }
            return ([], agenda.due.isEmpty ? nil : agenda.due.removeFirst())
        }
        guard events.isEmpty else {
            affected(by: events).forEach(reconcile)
            return true
        }
        guard let item else { return false }
        reconcile(item)
        return true
    }

    /// What has to be looked at after the events, each once.
    private func affected(by events: [StoreEvent]) -> [Item] {
        var seen: Set<Item> = []
        return events.flatMap { event in
            controllers.indices.flatMap { index in
                controllers[index].affected(by: event, context).map { Item(controller: index, key: $0) }
            }
        }.filter { seen.insert($0).inserted }
    }

    private func reconcile(_ item: Item) {
        do {
            guard let pause = try controllers[item.controller].reconcile(item.key, context) else { return }
            later(item, pause)
        } catch {
            // Another writer was faster, or something is still missing: time helps with both.
            later(item, context.pace.start)
        }
    }

    private func later(_ item: Item, _ pause: Duration) {
        Task { [weak self] in
            try? await Task.sleep(for: pause)
            self?.agenda.withLock { $0.due.append(item) }
            self?.alarm.yield()
        }
    }
}
