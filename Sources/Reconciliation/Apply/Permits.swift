/// At most so many at once; whoever comes later waits in line.
actor Permits {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// How many of those in line have had their turn: taking each off the front would move all the others.
    private var served = 0

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
        guard served < waiting.count else {
            free += 1
            return
        }
        let next = waiting[served]
        served += 1
        if served == waiting.count {
            waiting = []
            served = 0
        }
        next.resume()
    }
}
