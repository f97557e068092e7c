import Planning

extension Cluster {
    /// How many requests of one reading are under way at once.
    static let readers = 8

    /// Does something with each, so many at a time, and returns the results in order; or throws the first failure in that order.
    func allOf<Item: Sendable, Value: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) async throws(Failure) -> Value
    ) async throws(Failure) -> [Value] {
        typealias Numbered = (index: Int, result: Result<Value, Failure>)
        @Sendable func one(_ index: Int) async -> Numbered {
            do throws(Failure) {
                let value = try await body(items[index])
                return (index, .success(value))
            } catch {
                return (index, .failure(error))
            }
        }
        let results = await withTaskGroup(of: Numbered.self) { group in
            var results: [Int: Result<Value, Failure>] = [:]
            var next = 0
            while next < min(Self.readers, items.count) {
                group.addTask { [next] in await one(next) }
                next += 1
            }
            while let done = await group.next() {
                results[done.index] = done.result
                if next < items.count {
                    group.addTask { [next] in await one(next) }
                    next += 1
                }
            }
            return results
        }
        var values: [Value] = []
        for index in items.indices {
            if let result = results[index] { values.append(try result.get()) }
        }
        return values
    }
}
