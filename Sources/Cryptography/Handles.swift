import CLibCrypto

/// A key pair on the curve P-256, freed with its owner.
struct KeyPair: ~Copyable {
    let pointer: OpaquePointer

    /// Makes a new one.
    init() throws(CryptographyError) {
        pointer = try check("make a P-256 key", crypto_generate_p256())
    }

    init(pem: String) throws(CryptographyError) {
        let bio = try MemoryBuffer(pem)
        pointer = try check("read the private key", PEM_read_bio_PrivateKey(bio.pointer, nil, nil, nil))
    }

    deinit { EVP_PKEY_free(pointer) }

    func pem() throws(CryptographyError) -> String {
        let bio = try MemoryBuffer()
        try check("write the private key", PEM_write_bio_PKCS8PrivateKey(bio.pointer, pointer, nil, nil, 0, nil, nil))
        return bio.text()
    }
}

/// An X.509 certificate, freed with its owner.
struct X509Certificate: ~Copyable {
    let pointer: OpaquePointer

    /// Makes an empty one.
    init() throws(CryptographyError) {
        pointer = try check("make a certificate", X509_new())
    }

    init(pem: String) throws(CryptographyError) {
        let bio = try MemoryBuffer(pem)
        pointer = try check("read the certificate", PEM_read_bio_X509(bio.pointer, nil, nil, nil))
    }

    deinit { X509_free(pointer) }

    func pem() throws(CryptographyError) -> String {
        let bio = try MemoryBuffer()
        try check("write the certificate", PEM_write_bio_X509(bio.pointer, pointer))
        return bio.text()
    }
}

/// libcrypto's buffer in memory, which its PEM functions read from and write to.
struct MemoryBuffer: ~Copyable {
    let pointer: OpaquePointer

    init() throws(CryptographyError) {
        pointer = try check("make a buffer", BIO_new(BIO_s_mem()))
    }

    init(_ text: String) throws(CryptographyError) {
        let made = try check("make a buffer", BIO_new(BIO_s_mem()))
        do {
            try check("fill a buffer", BIO_write(made, text, Int32(clamping: text.utf8.count)))
        } catch {
            BIO_free(made)
            throw error
        }
        pointer = made
    }

    deinit { BIO_free(pointer) }

    func text() -> String {
        var start: UnsafeMutablePointer<CChar>?
        let count = crypto_memory_bytes(pointer, &start)
        guard let start, count > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
