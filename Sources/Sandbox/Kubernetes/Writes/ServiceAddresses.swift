import Cryptography
import Formats

/// Hands out the addresses and ports of services.
struct ServiceAddresses: Sendable {
    private let store: ClusterStore

    /// Of 10.0.0.0/16; the first 256 addresses are kept for those that are asked for.
    private static let network = "10.0"

    init(_ store: ClusterStore) {
        self.store = store
    }

    private var services: ArraySlice<StoredObject> { store.snapshot().objects("services") }

    func freeAddress() -> String {
        let taken = Set(services.compactMap { $0.value["spec"]?["clusterIP"]?.string })
        while true {
            let bytes = Random.bytes(2)
            let address = "\(Self.network).\(bytes[0] | 1).\(max(1, min(254, bytes[1])))"
            if !taken.contains(address) { return address }
        }
    }

    /// The service with a port on every node for each of its ports, where its type asks for that.
    func withNodePorts(_ service: JSON, live: JSON?) -> JSON {
        guard ["NodePort", "LoadBalancer"].contains(service["spec"]?["type"]?.string ?? ""),
            service["spec"]?["allocateLoadBalancerNodePorts"]?.bool != false
        else { return service }
        let used = services.flatMap { $0.value["spec"]?["ports"]?.array ?? [] }.compactMap { $0["nodePort"]?.int }
        var taken = Set(used)
        let before = live?["spec"]?["ports"]?.array ?? []
        let ports = (service["spec"]?["ports"]?.array ?? []).map { port -> JSON in
            guard port["nodePort"]?.int ?? 0 == 0 else { return port }
            let same = before.first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }
            let number = same?["nodePort"]?.int ?? Self.freePort(beside: taken)
            taken.insert(number)
            var port = port
            port["nodePort"] = .int(number)
            return port
        }
        var service = service
        service["spec"]?["ports"] = .array(ports)
        return service
    }

    private static func freePort(beside taken: Set<Int64>) -> Int64 {
        while true {
            let port = Int64.random(in: 30_000...32_767)
            if !taken.contains(port) { return port }
        }
    }
}

/// What admission adds to pods.
enum PodAdmission {
    private static let tolerations: [JSON] = ["not-ready", "unreachable"].map {
        [
            "key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "effect": "NoExecute",
            "tolerationSeconds": 300,
        ]
    }

    static func prepare(_ pod: JSON) -> JSON {
        var pod = pod
        var spec = pod["spec"] ?? [:]
        if spec["tolerations"] == nil { spec["tolerations"] = .array(tolerations) }
        if spec["priority"] == nil { spec["priority"] = 0 }
        if spec["preemptionPolicy"] == nil { spec["preemptionPolicy"] = "PreemptLowerPriority" }
        pod["spec"] = spec
        return pod
    }
}
