import CLibCrypto

/// Why libcrypto did not do what was asked: what was attempted, why.
package struct CryptographyError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ operation: String) {
        let reason = crypto_last_reason().map { String(cString: $0) }
        description = "cannot \(operation): \(reason ?? "libcrypto gave no reason")"
        ERR_clear_error()
    }
}

/// The value that libcrypto made, or an error with the reason that it left behind.
func check<T>(_ operation: String, _ value: T?) throws(CryptographyError) -> T {
    guard let value else { throw CryptographyError(operation) }
    return value
}

/// Throws unless libcrypto answered with its 1 for success.
func check(_ operation: String, _ result: Int32) throws(CryptographyError) {
    guard result > 0 else { throw CryptographyError(operation) }
}
