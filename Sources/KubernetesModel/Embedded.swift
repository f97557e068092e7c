import CLibZstd
import EmbeddedData

/// Data that the programs carry, compressed with zstd.
enum Embedded {
    /// Lines as `scripts/kubernetes_model.py` describes them.
    static func model() -> [UInt8] { decompress(reconcile_kubernetes_data(), reconcile_kubernetes_size) }

    /// One JSON object from a document's name (`apis_apps_v1`) to the document.
    static func openAPI() -> [UInt8] { decompress(reconcile_openapi_data(), reconcile_openapi_size) }

    /// Empty when the data are not what scripts/embed.py made, which the tests would notice.
    private static func decompress(_ data: UnsafePointer<UInt8>, _ size: Int) -> [UInt8] {
        let length = ZSTD_getFrameContentSize(data, size)
        guard length < 64 << 20 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            let written = ZSTD_decompress(buffer.baseAddress, buffer.count, data, size)
            count = ZSTD_isError(written) == 0 ? written : 0
        }
    }
}
