import Glibc

/// The one thread on which libgit2 runs: it blocks, and Swift's own pool has no thread to lend for that.
///
/// libgit2 keeps its last error per thread, and none of its handles may be used by two threads at once;
/// a handle that is only touched here needs no lock.
@globalActor
package actor GitThread {
    package static let shared = GitThread()

    private nonisolated let executor = ThreadExecutor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs the closure on the thread.
    package static func run<R: Sendable, E: Error>(
        _ body: @GitThread @Sendable () async throws(E) -> R
    ) async throws(E) -> R {
        try await body()
    }
}

/// Runs jobs one after the other on a thread of its own, which starts with the first job and never ends.
// because the queue is only touched under the mutex, and the two C objects never move
private final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var hasStarted = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrival, nil)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        mutex.deallocate()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        let isFirst = !hasStarted
        hasStarted = true
        pthread_cond_signal(arrival)
        pthread_mutex_unlock(mutex)
        if isFirst { start() }
    }

    private func start() {
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { executor in
                guard let executor else { return nil }
                Unmanaged<ThreadExecutor>.fromOpaque(executor).takeRetainedValue().loop()
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(result == 0, "the system gives no thread for Git")
        pthread_detach(thread)
    }

    private func loop() -> Never {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty { pthread_cond_wait(arrival, mutex) }
            let batch = jobs
            jobs = []
            pthread_mutex_unlock(mutex)
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }
}
