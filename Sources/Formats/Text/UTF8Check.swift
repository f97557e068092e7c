/// Where bytes stop being UTF-8.
package enum UTF8Check {
    /// The number of bytes before the first that is not UTF-8; the count when all are.
    package static func validPrefix(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
        do {
            _ = try UTF8Span(validating: Span(_unsafeElements: bytes))
            return bytes.count
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}
