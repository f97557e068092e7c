import Glibc
import KubernetesModel

/// Times as the API writes them, in seconds since 1970.
enum RFC3339 {
    /// `2026-01-31T12:00:00Z`
    static func text(_ seconds: Int64) -> String { Timestamp(seconds: seconds).text }

    static func seconds(_ text: String) -> Int64? { Timestamp(text)?.seconds }

    static func now() -> Int64 { Int64(time(nil)) }
}
