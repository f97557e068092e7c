import Formats
import KubernetesModel
import Testing

/// What is said about single mistakes: one finding each, at its place, with what was meant where it can be guessed.
@Suite struct ManifestCheckTests {
    private static let deployment: JSON = [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "a"],
        "spec": [
            "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
            "template": [
                "metadata": ["labels": ["app": "web"]],
                "spec": [
                    "containers": [
                        [
                            "name": "web", "image": "web:1", "ports": [["name": "http", "containerPort": 80]],
                            "resources": ["requests": ["cpu": "100m"]],
                        ]
                    ]
                ],
            ],
        ],
    ]

    private static func findings(_ manifest: JSON, holes: [String] = []) throws -> [String] {
        let kind = try #require(
            BuiltinKinds.kind(apiVersion: manifest["apiVersion"]?.string ?? "", kind: manifest["kind"]?.string ?? ""))
        let check = try #require(ManifestCheck(kind: kind))
        let problems =
            holes.isEmpty
            ? check.problems(in: manifest)
            : check.shapeProblems(in: manifest, holes: Set(holes.compactMap { JSONPointer(parsing: $0) }))
        return problems.map { "\($0.pointer) \($0.isAboutKey ? "key " : "")\($0.message)" }
    }

    static let cases: [(id: String, at: [String], value: JSON, finding: String)] = [
        (
            "misspelt", ["spec", "replica"], 1,
            "/spec/replica key spec.replica: there is no such field; did you mean 'replicas'?"
        ),
        (
            "one-level-too-deep", ["spec", "template", "spec", "replicas"], 1,
            "/spec/template/spec/replicas key spec.template.spec.replicas: there is no such field; "
                + "'replicas' is a field of 'spec'"
        ),
        (
            "too-high", ["spec", "containers"], [],
            "/spec/containers key spec.containers: there is no such field; 'containers' is a field of 'spec.template.spec'"
        ),
        ("nothing-near", ["spec", "zzz"], 1, "/spec/zzz key spec.zzz: there is no such field"),
        (
            "text-for-number", ["spec", "replicas"], "two",
            "/spec/replicas spec.replicas: expected an integer, found 'two'"
        ),
        ("fraction", ["spec", "replicas"], 1.5, "/spec/replicas spec.replicas: expected an integer, found 1.5"),
        (
            "too-large-for-its-type", ["spec", "replicas"], 3_000_000_000,
            "/spec/replicas spec.replicas: expected an integer of 32 bits, found 3000000000"
        ),
        (
            "map-for-list", ["spec", "template", "spec", "containers"], ["name": "web"],
            "/spec/template/spec/containers spec.template.spec.containers: expected a list, found a map"
        ),
        (
            "list-for-map", ["metadata", "labels"], [["app": "web"]],
            "/metadata/labels metadata.labels: expected a map, found a list"
        ),
        (
            "text-for-switch", ["spec", "paused"], "yes",
            "/spec/paused spec.paused: expected true or false, found 'yes'"
        ),
        ("negative", ["spec", "replicas"], -1, "/spec/replicas spec.replicas: -1: must be greater than or equal to 0"),
        ("nothing", ["spec", "selector"], .null, "/spec/selector spec.selector: missing"),
        (
            "selector-of-others", ["spec", "selector"], ["matchLabels": ["app": "api"]],
            "/spec/template/metadata/labels spec.template.metadata.labels: 'selector' does not match template 'labels'"
                + ": {app: api} is asked for, {app: web} is here"
        ),
        (
            "strategy", ["spec", "strategy"], ["type": "RolingUpdate"],
            "/spec/strategy spec.strategy: 'RolingUpdate': expected one of 'Recreate', 'RollingUpdate'; did you mean 'RollingUpdate'?"
        ),
        (
            "label-name", ["metadata", "labels"], ["-a": "x"],
            "/metadata/labels/-a key metadata.labels.-a: '-a': name part must consist of alphanumeric characters, '-', '_' "
                + "or '.', and must start and end with an alphanumeric character (e.g. 'MyName' or 'my.name' or '123-abc')"
        ),
        (
            "label-value", ["metadata", "labels"], ["app": "a b"],
            "/metadata/labels/app metadata.labels.app: 'a b': a valid label must be an empty string or consist of alphanumeric "
                + "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue' or "
                + "'my_value' or '12345')"
        ),
        (
            "name", ["metadata", "name"], "Web",
            "/metadata/name metadata.name: 'Web': a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                + "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com')"
        ),
    ]

    @Test(arguments: cases.indices) func oneMistakeOneFinding(_ index: Int) throws {
        let (id, path, value, finding) = Self.cases[index]
        #expect(try Self.findings(Self.changed(Self.deployment, path[...], value)) == [finding], "\(id)")
    }

    private static func changed(_ object: JSON, _ path: ArraySlice<String>, _ value: JSON) -> JSON {
        guard let first = path.first else { return value }
        var object = object
        object[first] = changed(object[first] ?? [:], path.dropFirst(), value)
        return object
    }

    private static func container(_ change: (inout JSON) -> Void) -> JSON {
        var container = Self.deployment[path: "spec", "template", "spec", "containers"]?.array?.first ?? .null
        change(&container)
        return changed(Self.deployment, ["spec", "template", "spec", "containers"], [container])
    }

    @Test func withinContainers() throws {
        let prefix = "/spec/template/spec/containers/0"
        let words = "spec.template.spec.containers[0]"
        let misspelt = Self.container {
            $0["imgae"] = $0["image"]
            $0["image"] = nil
        }
        #expect(
            try Self.findings(misspelt) == [
                "\(prefix)/imgae key \(words).imgae: there is no such field; did you mean 'image'?"
            ])
        let nameless = Self.container { $0["name"] = nil }
        #expect(try Self.findings(nameless) == ["\(prefix)/name \(words).name: missing"])
        let amount = Self.container { $0["resources"] = ["requests": ["memory": "1Gi1"]] }
        #expect(
            try Self.findings(amount) == [
                "\(prefix)/resources/requests/memory \(words).resources.requests.memory: '1Gi1' is no amount; "
                    + "expected an amount such as 500m, 0.5 or 1Gi"
            ])
        let twice = Self.container { $0["env"] = [["name": "A", "value": "1"], ["name": "A", "value": "2"]] }
        #expect(
            try Self.findings(twice) == [
                "\(prefix)/env/1 \(words).env[1]: the same name 'A' as \(words).env[0]; the elements of the list have to "
                    + "differ in it"
            ])
        let port = Self.container {
            $0["ports"] = [["name": "http", "containerPort": 80, "protocol": "TCP", "hostPort": 70_000]]
        }
        #expect(
            try Self.findings(port) == [
                "\(prefix)/ports/0/hostPort \(words).ports[0].hostPort: 70000: must be between 1 and 65535, inclusive"
            ])
    }

    private static func pod(_ key: String, _ value: JSON) -> JSON {
        Self.changed(Self.deployment, ["spec", "template", "spec", key], value)
    }

    @Test func whereAndHowPodsRun() throws {
        let spec = "spec.template.spec"
        let pointer = "/spec/template/spec"
        let term: JSON = ["labelSelector": ["matchLabels": ["app": "web"]], "topologyKey": "kubernetes.io/hostname"]
        let weighted: JSON = ["weight": 101, "podAffinityTerm": term]
        let affinity: JSON = ["podAntiAffinity": ["preferredDuringSchedulingIgnoredDuringExecution": [weighted]]]
        let place = "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight"
        #expect(
            try Self.findings(Self.pod("affinity", affinity)).map { $0.split(separator: " ", maxSplits: 1)[1] } == [
                "\(spec).\(place): 101: must be in the range 1-100"
            ])
        let spread: JSON = [
            ["maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotShedule"]
        ]
        #expect(
            try Self.findings(Self.pod("topologySpreadConstraints", spread)) == [
                "\(pointer)/topologySpreadConstraints/0/whenUnsatisfiable "
                    + "\(spec).topologySpreadConstraints[0].whenUnsatisfiable: 'DoNotShedule': expected one of "
                    + "'DoNotSchedule', 'ScheduleAnyway'; did you mean 'DoNotSchedule'?"
            ])
        let field = Self.container {
            $0["env"] = [["name": "A", "valueFrom": ["fieldRef": ["fieldPath": "metadata.nam"]]]]
        }
        #expect(
            try Self.findings(field) == [
                "\(pointer)/containers/0/env/0/valueFrom/fieldRef/fieldPath \(spec).containers[0].env[0].valueFrom"
                    + ".fieldRef.fieldPath: 'metadata.nam': error converting fieldPath: field label not supported: metadata.nam"
            ])
        let hook = Self.container { $0["lifecycle"] = ["preStop": ["exec": [:]]] }
        #expect(
            try Self.findings(hook) == [
                "\(pointer)/containers/0/lifecycle/preStop/exec/command "
                    + "\(spec).containers[0].lifecycle.preStop.exec.command: missing"
            ])
        // A list of the schema stands in where no rule of the kind says it.
        let mount = Self.container {
            $0["volumeMounts"] = [["name": "data", "mountPath": "/data", "mountPropagation": "Both"]]
        }
        let found = try Self.findings(
            Self.changed(mount, ["spec", "template", "spec", "volumes"], [["name": "data", "emptyDir": [:]]]))
        #expect(
            found == [
                "\(pointer)/containers/0/volumeMounts/0/mountPropagation \(spec).containers[0].volumeMounts[0]"
                    + ".mountPropagation: 'Both': expected one of 'Bidirectional', 'HostToContainer', 'None'"
            ])
    }

    @Test func howAutoscalersBehave() throws {
        let policy: JSON = ["type": "Pod", "value": 0, "periodSeconds": 1_801]
        let manifest: JSON = [
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "metadata": ["name": "web", "namespace": "a"],
            "spec": [
                "maxReplicas": 3, "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"],
                "behavior": ["scaleUp": ["policies": [policy], "selectPolicy": "Max"]],
            ],
        ]
        let path = "spec.behavior.scaleUp.policies[0]"
        #expect(
            try Self.findings(manifest).map { $0.split(separator: " ", maxSplits: 1)[1] } == [
                "\(path).periodSeconds: 1801: must be less than or equal to 1800",
                "\(path).type: 'Pod': expected one of 'Percent', 'Pods'; did you mean 'Pods'?",
                "\(path).value: 0: must be greater than zero",
            ])
    }

    @Test func valuesThatAreNotKnownYetAreNoMistakes() throws {
        var manifest = Self.changed(Self.deployment, ["spec", "replicas"], .null)
        manifest["spec"]?["selector"] = .null
        manifest["spec"]?["zzz"] = 1
        #expect(
            try Self.findings(manifest, holes: ["/spec/selector", "/spec/replicas"]) == [
                "/spec/zzz key spec.zzz: there is no such field"
            ])
    }

    @Test func aMistakeDoesNotHideAnother() throws {
        var manifest = Self.container { $0["image"] = nil }
        manifest["spec"]?["replicas"] = -1
        manifest["spec"]?["paused"] = "yes"
        #expect(try Self.findings(manifest).count == 3)
    }

    /// A secret's value is never part of a message.
    @Test func secretsAreNotShown() throws {
        let secret: JSON = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "a", "namespace": "a"],
            "data": ["token": "hunter2!"],
        ]
        #expect(
            try Self.findings(secret) == [
                "/data/token data.token: expected base64, found another character at offset 7"
            ])
    }
}
