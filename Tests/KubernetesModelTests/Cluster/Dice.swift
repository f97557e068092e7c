/// Chance that is the same for the same seed.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

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
