import TestSupport

/// Chance that is the same for the same seed.
struct Dice: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(max(sides, 1))) }

    /// True once in so many throws.
    mutating func once(in sides: Int) -> Bool { roll(sides) == 0 }

    mutating func pick<Value>(_ values: [Value]) -> Value? { values.isEmpty ? nil : values[roll(values.count)] }

    /// An element of a list of which everybody can see that it is not empty.
    mutating func one<Value>(_ first: Value, _ more: Value...) -> Value {
        let index = roll(more.count + 1)
        return index == 0 ? first : more[index - 1]
    }
}
