/// A regular expression as JSON Schema's `pattern` uses it: searched anywhere in the text, over Unicode scalars, and in
/// time linear in the text's length whatever the expression is.
///
/// Literals, `.`, `[a-z]`, `[^…]`, `\d \w \s` and their opposites, `\p{L}` by general category, `\t \n \r \f \v \0 \xHH \uHHHH \u{H}`, `|`, groups,
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
