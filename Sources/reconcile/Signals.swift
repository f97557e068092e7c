import Glibc
import Reconciliation
import Synchronization

/// SIGINT and SIGTERM: the first lets what is in flight finish, the second ends at once.
enum Signals {
    private static let received = Atomic<Int32>(0)
    private static let stop = StopSignal()

    /// The code to end with, where a signal came.
    static var code: ExitCode? {
        switch received.load(ordering: .acquiring) {
        case SIGINT: .interrupted
        case SIGTERM: .terminated
        default: nil
        }
    }

    /// To be called by commands that write: from now on the first signal only sets the value that is returned.
    static func stopGently() -> StopSignal {
        // Both values exist before a handler can ask for them: it may do nothing but touch atomics.
        let stop = stop
        _ = received.load(ordering: .relaxed)
        for signal in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in Signals.receive(number) }
            action.sa_flags = SA_RESTART
            sigaction(signal, &action, nil)
        }
        return stop
    }

    private static func receive(_ number: Int32) {
        if received.exchange(number, ordering: .acquiringAndReleasing) != 0 { _exit(128 + number) }
        stop.set()
    }
}
