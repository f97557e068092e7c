import Formats
import Planning

extension AdminAPI {
    /// How many entries of a page are asked for again with the next one.
    private static let overlap = 10

    /// All entries of a listing, each once, in order.
    ///
    /// Offsets shift when entries before them are deleted meanwhile, and living ones would be skipped. So each page
    /// begins with the last entries of the one before; where those are not found, the walk goes back a page.
    func walk(_ path: String, _ query: [(String, String)] = []) async throws(Failure) -> [JSON] {
        try await walk(path, query) { $0 }
    }

    /// The same, of each entry only what is needed of it: a realm's pages together are far larger.
    func walk<Entry: Sendable>(
        _ path: String, _ query: [(String, String)] = [], page size: Int = 500,
        _ reading: @Sendable (JSON) -> Entry?
    ) async throws(Failure) -> [Entry] {
        var entries: [Entry] = []
        var known: Set<String> = []
        var first = 0
        var steps = 0
        while true {
            steps += 1
            guard steps < 100_000 else {
                throw Failure(.unreachable, "\(settings.url) never comes to the end of \(path)")
            }
            let window = [("first", String(first)), ("max", String(size))]
            guard let page = try await get(path, query + window).array else {
                throw Failure(.unreachable, "\(settings.url) answered GET \(path) with something other than a list")
            }
            let ids = page.map { $0["id"]?.string ?? "" }
            let isJoined = first == 0 || ids.contains(where: known.contains)
            for (entry, id) in zip(page, ids) where known.insert(id).inserted {
                if let read = reading(entry) { entries.append(read) }
            }
            if !isJoined {
                first = max(0, first - size)
            } else if page.count < size {
                return entries
            } else {
                first += size - Self.overlap
            }
        }
    }
}

/// The body's value or failure as a value: `async let` forgets the type of what is thrown.
func outcome<Value: Sendable>(_ body: () async throws(Failure) -> Value) async -> Result<Value, Failure> {
    do throws(Failure) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}

/// Runs the body for every element, at most `width` at once; the results keep the order. The first failure ends it.
func concurrently<Element: Sendable, Value: Sendable>(
    _ elements: [Element], width: Int = 16, _ body: @escaping @Sendable (Element) async throws(Failure) -> Value
) async throws(Failure) -> [Value] {
    let results = await withTaskGroup(of: (Int, Result<Value, Failure>).self) { group in
        var results: [Int: Result<Value, Failure>] = [:]
        var next = 0
        func add() {
            guard next < elements.count else { return }
            let (index, element) = (next, elements[next])
            next += 1
            group.addTask {
                (index, await outcome { () async throws(Failure) in try await body(element) })
            }
        }
        for _ in 0..<width { add() }
        for await (index, result) in group {
            results[index] = result
            if case .success = result { add() }
        }
        return results
    }
    var values: [Value] = []
    values.reserveCapacity(elements.count)
    for index in elements.indices {
        // A missing result was not begun because an earlier one failed, which comes first in order or below.
        if let result = results[index] { values.append(try result.get()) }
    }
    for result in results.values { _ = try result.get() }
    return values
}
