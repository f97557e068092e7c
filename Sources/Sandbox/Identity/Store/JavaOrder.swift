/// The order in which a Java program meets the members of a `HashSet` of strings.
///
/// Keycloak lists required actions and validation errors straight from such sets, so that their order in an answer
/// is fixed, but by nothing that the API speaks of.
enum JavaOrder {
    /// The values as a set with that many buckets lists them; it doubles when three quarters are full.
    static func sorted(_ values: some Collection<String>, buckets: Int = 16) -> [String] {
        var size = buckets
        while values.count > size / 4 * 3 { size *= 2 }
        return values.sorted { left, right in
            let (first, second) = (bucket(left, of: size), bucket(right, of: size))
            return first == second ? left < right : first < second
        }
    }

    static func bucket(_ value: String, of size: Int) -> Int {
        var hash: UInt32 = 0
        for unit in value.utf16 { hash = hash &* 31 &+ UInt32(unit) }
        return Int((hash ^ hash >> 16) & UInt32(size - 1))
    }
}
