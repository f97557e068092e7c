/// A pattern's program as a table: one look-up for each scalar. Built where the table stays small.
struct Automaton: Sendable {
    private static let stateLimit = 400
    private static let workLimit = 400_000
    /// The state from which every text matches.
    private static let matched: Int32 = 0

    /// The lowest scalar of each class of scalars that no instruction tells apart.
    private let classStarts: [UInt32]
    private let asciiClasses: [UInt8]
    /// By state and class the next state.
    private let transitions: [Int32]
    /// By state whether a text that ends there matches.
    private let acceptsEnd: [Bool]
    private let start: Int32

    /// Nil where the table would be large.
    init?(_ program: [Pattern.Instruction]) {
        var builder = AutomatonBuilder(program)
        guard builder.classStarts.count <= 250 else { return nil }
        let start = builder.state(from: [0], isAtStart: true)
        var transitions: [Int32] = []
        var state = 0
        while state < builder.states.count {
            guard state < Self.stateLimit, builder.work < Self.workLimit else { return nil }
            for first in builder.classStarts {
                transitions.append(Int32(builder.next(state, first)))
            }
            state += 1
        }
        self.start = Int32(start)
        self.transitions = transitions
        classStarts = builder.classStarts
        acceptsEnd = builder.states.indices.map { builder.acceptsEnd($0, isAtStart: $0 == start) }
        asciiClasses = (UInt32(0)..<128).map { code in UInt8(Self.index(code, builder.classStarts)) }
    }

    func matches(_ text: String) -> Bool {
        let count = classStarts.count
        var state = start
        for scalar in text.unicodeScalars {
            if state == Self.matched { return true }
            let code = scalar.value
            let index = code < 128 ? Int(asciiClasses[Int(code)]) : Self.index(code, classStarts)
            state = transitions[Int(state) * count + index]
        }
        return acceptsEnd[Int(state)]
    }

    /// The class of the scalar: the last whose start is not above it.
    private static func index(_ code: UInt32, _ starts: [UInt32]) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= code { low = middle } else { high = middle }
        }
        return low
    }
}

/// Finds the sets of instructions that a text can lead to, each of which is one state.
private struct AutomatonBuilder {
    private let program: [Pattern.Instruction]
    let classStarts: [UInt32]
    /// The instructions of each state, ascending; state 0 stands for the match.
    private(set) var states: [[Int]] = [[]]
    private var numbers: [[Int]: Int] = [:]
    private(set) var work = 0
    /// For each instruction the last search that came to it.
    private var seen: [Int]
    private var searches = 0

    init(_ program: [Pattern.Instruction]) {
        self.program = program
        seen = Array(repeating: 0, count: program.count)
        var starts: Set<UInt32> = [0]
        for case .scalar(let set) in program { starts.formUnion(set.boundaries) }
        classStarts = starts.sorted()
    }

    /// The state of what can be reached from the instructions; 0 where the match can.
    mutating func state(from instructions: [Int], isAtStart: Bool) -> Int {
        guard let reached = reach(instructions, isAtStart: isAtStart, isAtEnd: false) else { return 0 }
        // The very beginning is no state to come back to: `^` holds only there.
        if !isAtStart, let known = numbers[reached] { return known }
        states.append(reached)
        if !isAtStart { numbers[reached] = states.count - 1 }
        return states.count - 1
    }

    mutating func next(_ state: Int, _ code: UInt32) -> Int {
        guard state != 0, let scalar = UnicodeScalar(code) ?? UnicodeScalar(0xe000) else { return 0 }
        work += states[state].count
        var targets = [0]
        for index in states[state] {
            if case .scalar(let set) = program[index], set.contains(scalar) { targets.append(index + 1) }
        }
        return self.state(from: targets, isAtStart: false)
    }

    mutating func acceptsEnd(_ state: Int, isAtStart: Bool) -> Bool {
        state == 0 || reach(states[state] + [0], isAtStart: isAtStart, isAtEnd: true) == nil
    }

    /// The instructions that wait for a scalar or the end, ascending; nil where the match is reached.
    private mutating func reach(_ instructions: [Int], isAtStart: Bool, isAtEnd: Bool) -> [Int]? {
        searches += 1
        var waiting: [Int] = []
        var stack = instructions
        while let index = stack.popLast() {
            guard seen[index] != searches else { continue }
            seen[index] = searches
            work += 1
            switch program[index] {
            case .match: return nil
            case .jump(let target): stack.append(target)
            case .split(let one, let other): stack += [one, other]
            case .start: if isAtStart { stack.append(index + 1) }
            case .end: if isAtEnd { stack.append(index + 1) } else { waiting.append(index) }
            case .scalar: waiting.append(index)
            }
        }
        return waiting.sorted()
    }
}
