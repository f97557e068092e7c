/// The lines in which two texts differ, with three lines around each change.
enum UnifiedDiff {
    private enum Line {
        case same(String), old(String), new(String)
    }

    static func text(_ old: [String], _ new: [String]) -> String {
        let lines = compared(old, new)
        let changed = lines.indices.filter { if case .same = lines[$0] { false } else { true } }
        var out = ""
        var rest = changed[...]
        while let first = rest.first {
            var last = first
            while let next = rest.first, next - last <= 6 {
                last = next
                rest.removeFirst()
            }
            out += hunk(lines, max(0, first - 3)...min(lines.count - 1, last + 3))
        }
        return out
    }

    private static func hunk(_ lines: [Line], _ range: ClosedRange<Int>) -> String {
        func counts(_ part: ArraySlice<Line>) -> (old: Int, new: Int) {
            part.reduce(into: (0, 0)) { counts, line in
                switch line {
                case .same: counts = (counts.0 + 1, counts.1 + 1)
                case .old: counts.0 += 1
                case .new: counts.1 += 1
                }
            }
        }
        let (before, inside) = (counts(lines[..<range.lowerBound]), counts(lines[range]))
        var out = "@@ -\(before.old + 1),\(inside.old) +\(before.new + 1),\(inside.new) @@\n"
        for line in lines[range] {
            switch line {
            case .same(let text): out += " \(text)\n"
            case .old(let text): out += "-\(text)\n"
            case .new(let text): out += "+\(text)\n"
            }
        }
        return out
    }

    /// By the longest common subsequence; of a change what goes comes before what comes.
    private static func compared(_ old: [String], _ new: [String]) -> [Line] {
        var length = [[Int]](repeating: [Int](repeating: 0, count: new.count + 1), count: old.count + 1)
        for one in old.indices.reversed() {
            for other in new.indices.reversed() {
                length[one][other] =
                    old[one] == new[other]
                    ? length[one + 1][other + 1] + 1 : max(length[one + 1][other], length[one][other + 1])
            }
        }
        var out: [Line] = []
        var (one, other) = (0, 0)
        while one < old.count || other < new.count {
            if one < old.count, other < new.count, old[one] == new[other] {
                out.append(.same(old[one]))
                (one, other) = (one + 1, other + 1)
            } else if one < old.count, other == new.count || length[one + 1][other] >= length[one][other + 1] {
                out.append(.old(old[one]))
                one += 1
            } else {
                out.append(.new(new[other]))
                other += 1
            }
        }
        return out
    }
}
