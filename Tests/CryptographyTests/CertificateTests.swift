import Foundation
import Testing

@testable import Cryptography

@Suite final class CertificateTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(Random.alphanumeric(12))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ text: String, _ name: String) throws -> String {
        let url = folder.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    private func openssl(_ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test func serverIsAcceptedForItsNamesOnly() throws {
        let authority = try CertificateAuthority(commonName: "sandbox")
        let server = try authority.server(commonName: "sandbox server")
        let ca = try write(authority.identity.certificate, "ca.pem")
        let leaf = try write(server.certificate, "server.pem")
        for name in [["-verify_ip", "127.0.0.1"], ["-verify_hostname", "localhost"]] {
            let result = try openssl(
                "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca, name[0], name[1], leaf)
            #expect(result.status == 0, "\(result.output)")
        }
        for name in [["-verify_ip", "127.0.0.2"], ["-verify_hostname", "example.com"]] {
            #expect(try openssl("verify", "-CAfile", ca, name[0], name[1], leaf).status != 0)
        }
        #expect(try openssl("verify", "-purpose", "sslclient", "-CAfile", ca, leaf).status != 0)
        let stranger = try write(try CertificateAuthority(commonName: "sandbox").identity.certificate, "other.pem")
        #expect(try openssl("verify", "-CAfile", stranger, leaf).status != 0)
    }

    @Test func keyBelongsToTheCertificate() throws {
        let server = try CertificateAuthority(commonName: "sandbox").server(commonName: "s")
        let fromKey = try openssl("pkey", "-in", write(server.privateKey, "key.pem"), "-pubout")
        let fromCertificate = try openssl("x509", "-in", write(server.certificate, "c.pem"), "-noout", "-pubkey")
        #expect(fromKey.status == 0)
        #expect(fromKey.output == fromCertificate.output)
        #expect(server.privateKey.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    }

    @Test func clientCarriesUserAndGroups() throws {
        // Taken up again from its texts, as a restarted server does.
        let made = try CertificateAuthority(commonName: "sandbox")
        let authority = CertificateAuthority(made.identity)
        let client = try authority.client(commonName: "ada", organizations: ["system:masters", "Größe"])
        let ca = try write(authority.identity.certificate, "ca.pem")
        let path = try write(client.certificate, "client.pem")
        let verified = try openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", ca, path)
        #expect(verified.status == 0, "\(verified.output)")
        let subject = try openssl("x509", "-in", path, "-noout", "-subject", "-nameopt", "utf8,sep_comma_plus")
        #expect(subject.output.contains("O=system:masters,O=Größe,CN=ada"), "\(subject.output)")
    }

    @Test func serialsDiffer() throws {
        let authority = try CertificateAuthority(commonName: "sandbox")
        #expect(try authority.client(commonName: "a").certificate != authority.client(commonName: "a").certificate)
    }

    @Test func errorsNameTheReason() throws {
        let broken = CertificateAuthority(CertifiedKey(certificate: "no PEM", privateKey: "no PEM"))
        let error = #expect(throws: CryptographyError.self) { try broken.client(commonName: "a") }
        #expect(error?.description == "cannot read the private key: unsupported")
        let authority = try CertificateAuthority(commonName: "sandbox")
        #expect(throws: CryptographyError.self) { try authority.server(commonName: "s", names: ["nonsense"]) }
        #expect(throws: CryptographyError.self) {
            try authority.client(commonName: String(repeating: "x", count: 65))
        }
    }
}
