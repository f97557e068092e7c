import Formats

extension TableColumns {
    private static let api = "io.k8s.api.core.v1"

    static let pods: [TableColumn] = [
        TableColumn(name: "Ready", description: "The aggregate readiness state of this pod for accepting traffic.") {
            let ready = $0.list("status", "containerStatuses").count { $0["ready"]?.bool == true }
            return .string("\(ready)/\($0.list("spec", "containers").count)")
        },
        TableColumn(name: "Status", description: "The aggregate status of the containers in this pod.") {
            .string(podStatus($0))
        },
        TableColumn(
            name: "Restarts",
            description: "The number of times the containers in this pod have been restarted and when the last "
                + "container in this pod has restarted."
        ) { row in
            let restarts = row.list("status", "containerStatuses").map { $0["restartCount"]?.int ?? 0 }
            return .string(String(restarts.reduce(0, +)))
        },
        age,
        text("IP", SchemaText.field("\(api).PodStatus", "podIP"), at: ["status", "podIP"], or: "<none>", priority: 1),
        text(
            "Node", SchemaText.field("\(api).PodSpec", "nodeName"), at: ["spec", "nodeName"], or: "<none>", priority: 1),
        text(
            "Nominated Node", SchemaText.field("\(api).PodStatus", "nominatedNodeName"),
            at: ["status", "nominatedNodeName"], or: "<none>", priority: 1),
        TableColumn(
            name: "Readiness Gates", priority: 1, description: SchemaText.field("\(api).PodSpec", "readinessGates")
        ) { _ in "<none>" },
    ]

    /// The phase, or what keeps the containers from running.
    private static func podStatus(_ row: TableRow) -> String {
        if row["metadata", "deletionTimestamp"] != nil { return "Terminating" }
        for container in row.list("status", "containerStatuses") {
            if let reason = container["state"]?["waiting"]?["reason"]?.string { return reason }
            if let reason = container["state"]?["terminated"]?["reason"]?.string { return reason }
        }
        return row.text("status", "reason", or: row.text("status", "phase"))
    }

    static let events: [TableColumn] = [
        TableColumn(name: "Last Seen", description: SchemaText.field("\(api).Event", "lastTimestamp")) {
            .string($0.age(["lastTimestamp"]))
        },
        text("Type", SchemaText.field("\(api).Event", "type"), at: ["type"]),
        text("Reason", SchemaText.field("\(api).Event", "reason"), at: ["reason"]),
        TableColumn(name: "Object", description: SchemaText.field("\(api).Event", "involvedObject")) { row in
            .string("\(row.text("involvedObject", "kind").lowercased())/\(row.text("involvedObject", "name"))")
        },
        text(
            "Subobject", SchemaText.field("\(api).ObjectReference", "fieldPath"), at: ["involvedObject", "fieldPath"],
            priority: 1),
        text("Source", SchemaText.field("\(api).Event", "source"), at: ["source", "component"], priority: 1),
        TableColumn(name: "Message", description: SchemaText.field("\(api).Event", "message")) {
            .string($0.text("message").trimmingSpaces())
        },
        TableColumn(name: "First Seen", priority: 1, description: SchemaText.field("\(api).Event", "firstTimestamp")) {
            .string($0.age(["firstTimestamp"]))
        },
        TableColumn(name: "Count", priority: 1, description: SchemaText.field("\(api).Event", "count")) {
            .string("\($0.number("count"))")
        },
        TableColumn(name: "Name", priority: 1, description: SchemaText.field(meta, "name")) {
            $0["metadata", "name"] ?? ""
        },
    ]
}
