import Dispatch
import Synchronization

/// Both results, made at the same time.
package func inParallel<First: Sendable, Second: Sendable>(
    _ first: @Sendable () -> First, _ second: @Sendable () -> Second
) -> (First, Second) {
    let finished = Mutex<(first: First?, second: Second?)>((nil, nil))
    DispatchQueue.concurrentPerform(iterations: 2) { index in
        if index == 0 {
            let result = first()
            finished.withLock { $0.first = result }
        } else {
            let result = second()
            finished.withLock { $0.second = result }
        }
    }
    let (one, other) = finished.withLock { $0 }
    // Nothing is missing once the loop is over.
    return (one ?? first(), other ?? second())
}

/// The results of the elements, in their order, made by as many threads as there are processors.
///
/// One element alone is not worth a second thread.
package func parallelMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ transform: @Sendable (Element) -> Result
) -> [Result] {
    guard elements.count > 1 else { return elements.map(transform) }
    // Few elements may be large ones, such as long files; of many a chunk holds enough to be worth the queue.
    let chunk = min(32, max(1, elements.count / 32))
    let chunks = (elements.count + chunk - 1) / chunk
    let finished = Mutex<[Int: [Result]]>([:])
    DispatchQueue.concurrentPerform(iterations: chunks) { index in
        let results = elements[index * chunk..<min(elements.count, (index + 1) * chunk)].map(transform)
        finished.withLock { $0[index] = results }
    }
    return finished.withLock { results in (0..<chunks).flatMap { results[$0] ?? [] } }
}
