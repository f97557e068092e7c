/// The known name that a mistyped one is likely to mean: at most a third of its letters differ; nil where none is that near.
func nearest(to name: String, among known: [String]) -> String? {
    let written = Array(name.lowercased().unicodeScalars)
    guard written.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in known.sorted() {
        let distance = distance(written, Array(candidate.lowercased().unicodeScalars))
        guard distance <= max(1, written.count / 3), distance < written.count, distance < best?.distance ?? .max else {
            continue
        }
        best = (candidate, distance)
    }
    return best?.name
}

/// Insertions, removals, replacements and swaps of neighbours that make one of the other.
private func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1..<(left.count + 1) {
        var current = [row]
        for column in 1..<(right.count + 1) {
            let cost = left[row - 1] == right[column - 1] ? 0 : 1
            var least = min(current[column - 1] + 1, last[column] + 1, last[column - 1] + cost)
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                least = min(least, beforeLast[column - 2] + 1)
            }
            current.append(least)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
