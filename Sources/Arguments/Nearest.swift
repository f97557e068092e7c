/// The candidate that is most likely meant: the only one that begins with the word, else the one that differs least, if that is
/// little enough.
func nearest(_ word: String, among candidates: [String]) -> String? {
    let longer = word.isEmpty ? [] : candidates.filter { $0.hasPrefix(word) }
    if longer.count == 1 { return longer[0] }
    let ranked = candidates.map { (distance(Array(word), Array($0)), $0) }.sorted { $0 < $1 }
    guard let (distance, candidate) = ranked.first, distance <= max(1, word.count / 3) else { return nil }
    return distance < max(word.count, candidate.count) ? candidate : nil
}

/// How many insertions, removals, replacements and exchanges of neighbours lead from one to the other.
private func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for (row, character) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (character == other ? 0 : 1))
            if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
