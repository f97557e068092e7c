import CLibCrypto

/// A certificate with its private key, both PEM.
package struct CertifiedKey: Sendable {
    package let certificate: String
    package let privateKey: String

    package init(certificate: String, privateKey: String) {
        self.certificate = certificate
        self.privateKey = privateKey
    }
}

/// A certificate authority of one's own, which issues certificates for a server on loopback and for its clients.
///
/// Keys are EC P-256. The authority is its two PEM texts: whoever keeps those can issue more with it later.
package struct CertificateAuthority: Sendable {
    package let identity: CertifiedKey

    /// Makes a new authority, valid from an hour ago for that many days.
    package init(commonName: String, days: Int = 3650) throws(CryptographyError) {
        identity = try Self.issue(
            subject: [(NID_commonName, commonName)], days: days, by: nil,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ])
    }

    /// Takes up an authority made earlier.
    package init(_ identity: CertifiedKey) {
        self.identity = identity
    }

    /// A certificate for a server, valid for these names: `IP:127.0.0.1`, `DNS:localhost`.
    package func server(
        commonName: String, names: [String] = ["IP:127.0.0.1", "DNS:localhost"], days: Int = 825
    ) throws(CryptographyError) -> CertifiedKey {
        try Self.issue(
            subject: [(NID_commonName, commonName)], days: days, by: identity,
            extensions: Self.leaf(usage: "serverAuth") + [(NID_subject_alt_name, names.joined(separator: ","))])
    }

    /// A certificate for a client. Kubernetes reads the user from the common name, and groups from the organizations.
    package func client(
        commonName: String, organizations: [String] = [], days: Int = 825
    ) throws(CryptographyError) -> CertifiedKey {
        try Self.issue(
            subject: organizations.map { (NID_organizationName, $0) } + [(NID_commonName, commonName)], days: days,
            by: identity, extensions: Self.leaf(usage: "clientAuth"))
    }

    private typealias Field = (id: Int32, text: String)

    private static func leaf(usage: String) -> [Field] {
        [
            (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
            (NID_ext_key_usage, usage), (NID_subject_key_identifier, "hash"),
            (NID_authority_key_identifier, "keyid:always"),
        ]
    }

    /// A new key and a certificate over it, signed by the issuer, or by itself where there is none.
    private static func issue(
        subject: [Field], days: Int, by issuer: CertifiedKey?, extensions: [Field]
    ) throws(CryptographyError) -> CertifiedKey {
        let key = try KeyPair()
        let certificate = try X509Certificate()
        try fill(certificate, key: key, subject: subject, days: days)
        if let issuer {
            let issuerKey = try KeyPair(pem: issuer.privateKey)
            let issuerCertificate = try X509Certificate(pem: issuer.certificate)
            try sign(certificate, extensions, by: issuerCertificate, issuerKey)
        } else {
            try sign(certificate, extensions, by: certificate, key)
        }
        return CertifiedKey(certificate: try certificate.pem(), privateKey: try key.pem())
    }

    private static func fill(
        _ certificate: borrowing X509Certificate, key: borrowing KeyPair, subject: [Field], days: Int
    ) throws(CryptographyError) {
        let pointer = certificate.pointer
        try check("set the version", X509_set_version(pointer, 2))
        // 127 random bits: positive, and at most the 20 bytes that RFC 5280 allows.
        var serial = Random.bytes(16)
        serial[0] = serial[0] & 0x7f | 0x01
        let number = try check("make a serial number", BN_bin2bn(serial, Int32(serial.count), nil))
        defer { BN_free(number) }
        _ = try check("set the serial number", BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)))
        // From an hour ago, for clients whose clock is slow.
        _ = try check("set the validity", X509_gmtime_adj(X509_getm_notBefore(pointer), -3600))
        _ = try check("set the validity", X509_time_adj_ex(X509_getm_notAfter(pointer), Int32(clamping: days), 0, nil))
        try check("set the public key", X509_set_pubkey(pointer, key.pointer))
        for field in subject {
            let text = Array(field.text.utf8)
            try check(
                "set the subject",
                X509_NAME_add_entry_by_NID(
                    X509_get_subject_name(pointer), field.id, MBSTRING_UTF8, text, Int32(clamping: text.count), -1, 0))
        }
    }

    private static func sign(
        _ certificate: borrowing X509Certificate, _ extensions: [Field], by issuer: borrowing X509Certificate,
        _ issuerKey: borrowing KeyPair
    ) throws(CryptographyError) {
        try check(
            "set the issuer", X509_set_issuer_name(certificate.pointer, X509_get_subject_name(issuer.pointer)))
        var context = X509V3_CTX()
        crypto_extension_context(&context, issuer.pointer, certificate.pointer)
        for field in extensions {
            let made = try check(
                "make the extension '\(field.text)'", X509V3_EXT_conf_nid(nil, &context, field.id, field.text))
            defer { X509_EXTENSION_free(made) }
            try check("add the extension '\(field.text)'", X509_add_ext(certificate.pointer, made, -1))
        }
        try check("sign the certificate", X509_sign(certificate.pointer, issuerKey.pointer, EVP_sha256()))
    }
}
