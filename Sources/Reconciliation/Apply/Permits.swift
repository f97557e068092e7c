/// At most so many at once; whoever comes later waits in line.
actor Permits {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        free = max(1, count)
    }

    /// Runs the body with a permit held.
    nonisolated func within<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
        await take()
        let value = await body()
        await give()
        return value
    }

    private func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
