/// A regular expression as JSON Schema's `pattern` uses it: searched anywhere in the text, over Unicode scalars, and in
/// time linear in the text's length whatever the expression is.
///
/// Literals, `.`, `[a-z]`, `[^…]`, `\d \w \s` and their opposites, `\t \n \r \f \v \0 \xHH \uHHHH \u{H}`, `|`, groups,
/// `* + ? {n} {n,} {n,m}`, `^` and `$`, which stand for the text's very beginning and end: a line feed at the end is
/// no end. Look-around, back references and `\b` are refused.
package struct Pattern: Sendable {
    package struct ParseError: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    package let source: String
    private let program: [Instruction]
    /// Nil where the expression is too large for a table; the program is then followed step by step.
    private let automaton: Automaton?

    enum Instruction: Sendable {
        case scalar(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case match
    }

    /// How many instructions an expression may come to; counted repetitions multiply.
    static let programLimit = 20_000

    package init(_ source: String) throws(ParseError) {
        self.source = source
        var parser = PatternParser(source)
        program = try parser.program()
        automaton = Automaton(program)
    }

    /// About how many steps a search costs: one for 64 bytes where there is a table, else one for every instruction that they meet.
    package func cost(of text: String) -> Int {
        1 + (text.utf8.count + 1) * (automaton == nil ? program.count : 1) / 64
    }

    /// Whether the expression is found anywhere in the text.
    package func matches(_ text: String) -> Bool {
        automaton?.matches(text) ?? follows(text)
    }

    private func follows(_ text: String) -> Bool {
        var current = Threads(program.count)
        var next = Threads(program.count)
        var isAtStart = true
        for scalar in text.unicodeScalars {
            if follow(0, &current, isAtStart: isAtStart, isAtEnd: false) { return true }
            isAtStart = false
            next.removeAll()
            var isFound = false
            for index in current.list {
                guard case .scalar(let set) = program[index], set.contains(scalar) else { continue }
                next.pending.append(index + 1)
            }
            for index in next.pending where !isFound {
                isFound = follow(index, &next, isAtStart: false, isAtEnd: false)
            }
            if isFound { return true }
            swap(&current, &next)
        }
        return finish(current, isAtStart: isAtStart)
    }

    /// What waits for the end of the text may go on now.
    private func finish(_ waiting: Threads, isAtStart: Bool) -> Bool {
        var last = Threads(program.count)
        if follow(0, &last, isAtStart: isAtStart, isAtEnd: true) { return true }
        for index in waiting.list {
            guard case .end = program[index] else { continue }
            if follow(index, &last, isAtStart: isAtStart, isAtEnd: true) { return true }
        }
        return false
    }

    /// Adds what can be reached from the instruction without a scalar; true when that is the match.
    private func follow(_ start: Int, _ threads: inout Threads, isAtStart: Bool, isAtEnd: Bool) -> Bool {
        var stack = [start]
        while let index = stack.popLast() {
            guard threads.insert(index) else { continue }
            switch program[index] {
            case .match: return true
            case .jump(let target): stack.append(target)
            case .split(let one, let other):
                stack.append(other)
                stack.append(one)
            case .start: if isAtStart { stack.append(index + 1) }
            case .end: if isAtEnd { stack.append(index + 1) }
            case .scalar: break
            }
        }
        return false
    }

    /// A set of instructions that keeps the order of insertion.
    private struct Threads {
        var list: [Int] = []
        var pending: [Int] = []
        private var isMember: [Bool]

        init(_ count: Int) { isMember = Array(repeating: false, count: count) }

        mutating func insert(_ index: Int) -> Bool {
            guard !isMember[index] else { return false }
            isMember[index] = true
            list.append(index)
            return true
        }

        mutating func removeAll() {
            for index in list { isMember[index] = false }
            list.removeAll(keepingCapacity: true)
            pending.removeAll(keepingCapacity: true)
        }
    }
}

/// Unicode scalars by ranges; those of ASCII also as bits.
struct ScalarSet: Sendable {
    private var ranges: [ClosedRange<UInt32>]
    private var isNegated: Bool
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
        for code in UInt32(0)..<128 where ranges.contains(where: { $0.contains(code) }) != isNegated {
            if code < 64 { low |= 1 << UInt64(code) } else { high |= 1 << UInt64(code - 64) }
        }
    }

    func contains(_ scalar: UnicodeScalar) -> Bool {
        let code = scalar.value
        if code < 64 { return low >> UInt64(code) & 1 == 1 }
        if code < 128 { return high >> UInt64(code - 64) & 1 == 1 }
        return ranges.contains { $0.contains(code) } != isNegated
    }

    /// Where a run of scalars begins that are all members, or all not.
    var boundaries: [UInt32] { ranges.flatMap { [$0.lowerBound, $0.upperBound + 1] } }

    static let digit: [ClosedRange<UInt32>] = [0x30...0x39]
    static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a]
    static let space: [ClosedRange<UInt32>] = [
        0x09...0x0d, 0x20...0x20, 0xa0...0xa0, 0x1680...0x1680, 0x2000...0x200a, 0x2028...0x2029, 0x202f...0x202f,
        0x205f...0x205f, 0x3000...0x3000, 0xfeff...0xfeff,
    ]
    static let lineEnd: [ClosedRange<UInt32>] = [0x0a...0x0a, 0x0d...0x0d, 0x2028...0x2029]

    static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10ffff { result.append(next...0x10ffff) }
        return result
    }
}
