import Glibc

/// Comparison of strings by their UTF-8 bytes.
///
/// Swift's own `==` and `<` take differently normalised spellings for the same string; keys and values of
/// documents are the same only when their bytes are.
package enum ByteOrder {
    package static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && compare(left, right) == 0
    }

    package static func precedes(_ left: String, _ right: String) -> Bool {
        compare(left, right) < 0
    }

    /// Negative, zero or positive as `left` comes before, equals or comes after `right`.
    package static func compare(_ left: String, _ right: String) -> Int {
        let order = left.utf8.withContiguousStorageIfAvailable { one in
            right.utf8.withContiguousStorageIfAvailable { other in compare(one, other) }
        }
        // Every native string is contiguous; the way over arrays is for what is left.
        return (order ?? nil) ?? compareArrays([UInt8](left.utf8), [UInt8](right.utf8))
    }

    private static func compareArrays(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.withUnsafeBufferPointer { one in right.withUnsafeBufferPointer { other in compare(one, other) } }
    }

    static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let shared = min(left.count, right.count)
        if shared > 0, let one = left.baseAddress, let other = right.baseAddress {
            let order = memcmp(one, other, shared)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }
}
