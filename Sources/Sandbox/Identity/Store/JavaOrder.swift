/// The order in which a Java program meets the members of a `HashSet` of strings.
///
/// Keycloak lists required actions and validation errors straight from such sets, so that their order in an answer
/// is fixed, but by nothing that the API speaks of.
enum JavaOrder {
    /// The values as a set with that many buckets lists them; it doubles when three quarters are full. Values that share
    /// a bucket stay in the order given.
    static func sorted(_ values: [String], buckets: Int = 16) -> [String] {
        var size = buckets
        while values.count > size / 4 * 3 { size *= 2 }
        return values.enumerated()
            .map { (bucket: bucket($0.element, of: size), index: $0.offset, value: $0.element) }
            .sorted { ($0.bucket, $0.index) < ($1.bucket, $1.index) }
            .map(\.value)
    }

    static func bucket(_ value: String, of size: Int) -> Int {
        var hash: UInt32 = 0
        for unit in value.utf16 { hash = hash &* 31 &+ UInt32(unit) }
        return Int((hash ^ hash >> 16) & UInt32(size - 1))
    }
}
