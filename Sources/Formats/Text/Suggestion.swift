/// The guess at what was meant by a name that does not exist.
package enum Suggestion {
    /// The nearest of the names, the first of equally near ones by their bytes; nil where none is near enough: at most
    /// a third of the letters may differ, one for short names, where an exchange of neighbours counts as one.
    package static func nearest(_ name: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
        var best: (name: String, distance: Int)?
        for candidate in names {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(64))
            let limit = max(1, (max(wanted.count, letters.count) + 1) / 3)
            guard abs(wanted.count - letters.count) <= limit else { continue }
            let distance = distance(wanted, letters)
            // A name of one or two letters is near to every other one.
            guard distance <= limit, distance < max(wanted.count, letters.count) else { continue }
            let isNearer = best.map {
                distance < $0.distance || distance == $0.distance && ByteOrder.precedes(candidate, $0.name)
            }
            if isNearer ?? true { best = (candidate, distance) }
        }
        return best?.name
    }

    /// `; did you mean 'tier'?`, or nothing where no name is near.
    package static func phrase(for name: String, among names: some Sequence<String>) -> String {
        nearest(name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// How many insertions, removals, replacements and exchanges of neighbours lead from one to the other.
    private static func distance(_ left: [UnicodeScalar], _ right: [UnicodeScalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
