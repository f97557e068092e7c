import Glibc
import Synchronization
import TestSupport

/// Holds back the first answer to a write of that path until it is let go.
final class Gate: Sendable {
    private let reached = Atomic<Bool>(false)
    private let isOpen = Atomic<Bool>(false)

    func hold(_ part: String) -> FaultProxy.Replacement {
        { exchange in
            guard exchange.isWrite, exchange.path.contains(part), let answer = exchange.answer() else { return nil }
            self.reached.store(true, ordering: .releasing)
            return [.hold(until: { self.isOpen.load(ordering: .acquiring) }), .answer(answer)]
        }
    }

    /// Holds back the first request of that method and path itself.
    func holdBefore(_ method: String, _ part: String) -> FaultProxy.Replacement {
        { exchange in
            guard exchange.request.method == method, exchange.path.contains(part),
                !self.reached.exchange(true, ordering: .acquiringAndReleasing)
            else { return nil }
            while !self.isOpen.load(ordering: .acquiring) { usleep(2_000) }
            return nil
        }
    }

    func wait() async throws {
        try await eventually("a write arrives") { self.reached.load(ordering: .acquiring) }
    }

    func open() { isOpen.store(true, ordering: .releasing) }
}
