/// Finds elements of an array again by a hash; in four bytes for each element, since there may be a million.
struct HashIndex {
    /// The number of an element and one; 0 is a free slot.
    private var slots: [UInt32]
    private let mask: Int

    /// - Parameter capacity: how many elements there can be at most.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        mask = size - 1
    }

    /// The element that was put in before and is the same, or nil where there is none and this one is put in.
    ///
    /// - Parameter isSame: asked for elements whose slots are near; it looks at the whole hash first.
    mutating func insert(_ element: Int, hash: UInt64, isSame: (Int) -> Bool) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let other = Int(slots[slot] - 1)
            if isSame(other) { return other }
            slot = (slot &+ 1) & mask
        }
        slots[slot] = UInt32(element + 1)
        return nil
    }
}
