import Formats
import KubernetesModel
import Testing

@Suite struct ValueTests {
    @Test(arguments: [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
        ("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z"), ("2025-12-31T23:30:00-00:30", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00Z"), ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
    ])
    func readsTimes(text: String, canonical: String) {
        #expect(Timestamp(text)?.text == canonical)
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+2:00", "٢026-01-01T00:00:00Z",
    ])
    func refusesOtherTimes(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func keepsMicroseconds() {
        #expect(Timestamp("2026-01-01T00:00:00.5Z")?.textWithMicroseconds == "2026-01-01T00:00:00.500000Z")
        #expect(Timestamp(seconds: 0).text == "1970-01-01T00:00:00Z")
    }

    @Test(arguments: [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\nYmFy", "foobar")])
    func readsBase64(text: String, plain: String) throws {
        #expect(try Base64.decode(text) == [UInt8](plain.utf8))
        #expect(try Base64.decode(Base64.encode([UInt8](plain.utf8))) == [UInt8](plain.utf8))
    }

    @Test(arguments: [
        ("YWJj2", 4), ("a b", 1), ("YQ", 0), ("YQ=", 3), ("YQ==x", 4), ("=", 0), ("Y===", 1), ("YWJjA", 4),
    ])
    func saysWhereBase64Ends(text: String, offset: Int) {
        #expect(throws: Base64.Problem(offset: offset)) { try Base64.decode(text) }
    }

    @Test func writesObjectsInOneSpelling() throws {
        let schema = try #require(ObjectSchema.of(.init(apiVersion: "v1", kind: "Service"))).root
        let given: JSON = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "a", "labels": [:], "creationTimestamp": .null],
            "spec": [
                "externalIPs": [], "publishNotReadyAddresses": false, "loadBalancerIP": "",
                "allocateLoadBalancerNodePorts": false, "ports": [["port": 80.0, "targetPort": .null]],
            ],
            "unknown": 1,
        ]
        #expect(
            try schema.canonical(given) == [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "a"],
                "spec": ["allocateLoadBalancerNodePorts": false, "ports": [["port": 80, "targetPort": 0]]],
                "status": ["loadBalancer": [:]],
            ])
    }

    @Test func saysWhatCannotBeRead() throws {
        let kind = try #require(BuiltinKinds.kind(apiVersion: "apps/v1", kind: "Deployment"))
        let writer = try #require(ObjectWriter(kind: kind, manager: "m", time: "2026-01-01T00:00:00Z"))
        let manifest: JSON = ["metadata": ["name": "a"], "spec": ["replicas": "two"]]
        #expect(throws: APIStatus.self) { try writer.create(manifest, Allocations(uid: "u")) }
        do throws(APIStatus) { _ = try writer.create(manifest, Allocations(uid: "u")) } catch {
            #expect(
                error.message
                    == "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string into Go "
                    + "struct field DeploymentSpec.spec.replicas of type int32")
        }
    }
}
