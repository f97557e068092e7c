import Foundation
import Testing

/// The tests of systems in trouble: they take minutes, and run where `RECONCILE_FAULT_TESTS` is set.
enum FaultTests {
    static let onRequest = ConditionTrait.enabled(
        if: ProcessInfo.processInfo.environment["RECONCILE_FAULT_TESTS"] != nil, "RECONCILE_FAULT_TESTS is not set")
}
