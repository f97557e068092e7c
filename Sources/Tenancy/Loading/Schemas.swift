import CLibZstd
import EmbeddedData
package import Formats

/// The JSON Schemas of the kinds, as `schemas/` holds them.
package enum Schemas {
    /// From the kind's name in lower case to its schema.
    package static let documents: [String: JSON] = {
        guard case .object(let object) = try? JSON.parse(decompressed()) else { return [:] }
        return Dictionary(uniqueKeysWithValues: object.members.map { ($0.key, $0.value) })
    }()

    /// Empty where the embedded bytes are damaged, which no build that passed its tests has.
    private static func decompressed() -> [UInt8] {
        let size = ZSTD_getFrameContentSize(reconcile_schemas_data(), reconcile_schemas_size)
        guard size < 1 << 24 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            let written = ZSTD_decompress(
                buffer.baseAddress, buffer.count, reconcile_schemas_data(), reconcile_schemas_size)
            count = ZSTD_isError(written) == 0 ? written : 0
        }
    }
}
