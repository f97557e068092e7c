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

    private enum Signal: Sendable {
        case event(StoreEvent)
        case due(Item)
    }

    private let controllers: [any Controller]
    private let context: ControllerContext
    private let signals: AsyncStream<Signal>
    private let continuation: AsyncStream<Signal>.Continuation
    private let running = Mutex<(task: Task<Void, Never>?, watcher: Int?)>((nil, nil))

    static let all: [any Controller] = [
        NamespaceController(), GarbageCollector(), DeploymentController(), ReplicaSetController(),
        StatefulSetController(), JobController(), PodController(), ClaimController(), BudgetController(),
        QuotaController(),
    ]

    init(_ controllers: [any Controller], _ context: ControllerContext) {
        self.controllers = controllers
        self.context = context
        (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
    }

    /// Looks at everything that is there already, then at everything that happens.
    func start() {
        let continuation = self.continuation
        let watcher = ClusterStore.Watcher(resource: nil, namespace: nil) { continuation.yield(.event($0)) }
        guard let begun = try? context.store.watch(watcher, after: nil) else { return }
        for resource in begun.state.resources {
            for object in begun.state.objects(resource) {
                let event = StoreEvent(kind: .added, version: object.version, object: object, previous: nil)
                continuation.yield(.event(event))
            }
        }
        let task = Task { await self.run() }
        running.withLock { $0 = (task, begun.id) }
    }

    func stop() {
        let (task, watcher) = running.withLock { running in
            defer { running = (nil, nil) }
            return running
        }
        if let watcher { context.store.unwatch(watcher) }
        continuation.finish()
        task?.cancel()
    }

    private func run() async {
        for await signal in signals {
            guard !Task.isCancelled else { return }
            switch signal {
            case .event(let event):
                for (index, controller) in controllers.enumerated() {
                    for key in controller.affected(by: event, context) {
                        reconcile(Item(controller: index, key: key))
                    }
                }
            case .due(let item): reconcile(item)
            }
        }
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
        let continuation = self.continuation
        Task {
            try? await Task.sleep(for: pause)
            continuation.yield(.due(item))
        }
    }
}
