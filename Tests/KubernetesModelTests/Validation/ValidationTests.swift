import Formats
import KubernetesModel
import Testing

/// Rules that the recordings do not reach, or not from every side.
@Suite struct ValidationTests {
    private static func problems(_ object: JSON, live: JSON? = nil) throws -> [String] {
        let kind = try #require(
            BuiltinKinds.kind(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? ""))
        return Validation.problems(in: object, kind, live: live).map(\.line)
    }

    @Test(arguments: [
        ("* * * * *", nil), ("*/5 0-6,12 1 jan-mar mon", nil), ("@daily", nil),
        ("0 2 * * 7", "end of range (7) above maximum (6): 7"),
        ("0 2 * *", "expected exactly 5 fields, found 4: [0 2 * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"), ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"), ("@often", "unrecognized descriptor: @often"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
    ])
    func readsSchedules(schedule: String, fault: String?) throws {
        let object: JSON = [
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": ["name": "a"],
            "spec": [
                "schedule": .string(schedule), "concurrencyPolicy": "Allow",
                "jobTemplate": [
                    "spec": [
                        "template": [
                            "spec": [
                                "restartPolicy": "Never", "dnsPolicy": "Default",
                                "containers": [
                                    [
                                        "name": "a", "image": "a:1", "terminationMessagePolicy": "File",
                                        "imagePullPolicy": "Always",
                                    ]
                                ],
                            ]
                        ]
                    ]
                ],
            ],
        ]
        let want = fault.map { ["spec.schedule: Invalid value: \"\(schedule)\": \($0)"] } ?? []
        #expect(try Self.problems(object) == want)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.1.0.0/16", true), ("10.0.0.0/8", "10.0.0.0/8", false), ("10.0.0.0/8", "11.0.0.0/16", false),
        ("2001:db8::/32", "2001:db8:1::/48", true), ("2001:db8::/32", "10.0.0.0/16", false),
    ])
    func knowsBlocksOfAddresses(cidr: String, except: String, isPart: Bool) throws {
        let object: JSON = [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": ["name": "a"],
            "spec": [
                "podSelector": [:],
                "ingress": [["from": [["ipBlock": ["cidr": .string(cidr), "except": [.string(except)]]]]]],
            ],
        ]
        #expect(try Self.problems(object).isEmpty == isPart)
    }

    @Test(arguments: [
        ("acme", true), ("a-1", true), ("Acme", false), ("-a", false), ("a.b", false), ("", false), ("a\n", false),
        (String(repeating: "a", count: 64), false), ("аcme", false),
    ])
    func knowsNamesOfNamespaces(name: String, isValid: Bool) throws {
        let object: JSON = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        #expect(try Self.problems(object).isEmpty == isValid)
    }

    @Test func checksLabels() throws {
        let object: JSON = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "a", "labels": ["good.example/name": "ok", "bad key": "", "k": "-v"]],
        ]
        let found = try Self.problems(object)
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.hasPrefix("metadata.labels: Invalid value: ") })
    }

    @Test func keepsWhatCannotChange() throws {
        var live: JSON = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["k": "1"], "immutable": true,
        ]
        var object = live
        object["data"] = ["k": "2"]
        #expect(
            try Self.problems(object, live: live) == ["data: Forbidden: field is immutable when `immutable` is set"])
        live["immutable"] = nil
        #expect(try Self.problems(object, live: live).isEmpty)
    }

    /// Counts asserted so that a table that lost its rules would be noticed.
    @Test func findsEverythingAtOnce() throws {
        let object: JSON = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "-a"],
            "spec": [
                "type": "ClusterIP", "sessionAffinity": "Sometimes",
                "ports": [
                    ["port": 0, "protocol": "TCP", "targetPort": "UPPER"],
                    ["name": "a", "port": 80, "protocol": "ICMP", "targetPort": 80, "nodePort": 30000],
                    ["name": "a", "port": 80, "protocol": "ICMP", "targetPort": 99999],
                ],
            ],
        ]
        #expect(
            try Self.problems(object).map { String($0.prefix { $0 != ":" }) } == [
                "metadata.name", "spec.ports[0].name", "spec.ports[0].port", "spec.ports[0].targetPort",
                "spec.ports[0].targetPort", "spec.ports[1].protocol", "spec.ports[2].name", "spec.ports[2].protocol",
                "spec.ports[2].targetPort", "spec.sessionAffinity", "spec.ports[1].nodePort", "spec.ports[2]",
            ])
    }
}
