import Dispatch
import Synchronization

/// The results of the elements, in their order, made by as many threads as there are processors.
///
/// Few elements are not worth a second thread.
package func parallelMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ transform: @Sendable (Element) -> Result
) -> [Result] {
    let chunk = 32
    guard elements.count > chunk else { return elements.map(transform) }
    let chunks = (elements.count + chunk - 1) / chunk
    let finished = Mutex<[Int: [Result]]>([:])
    DispatchQueue.concurrentPerform(iterations: chunks) { index in
        let results = elements[index * chunk..<min(elements.count, (index + 1) * chunk)].map(transform)
        finished.withLock { $0[index] = results }
    }
    return finished.withLock { results in (0..<chunks).flatMap { results[$0] ?? [] } }
}
