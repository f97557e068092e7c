import Formats

extension TableColumns {
    private static let apps = "io.k8s.api.apps.v1"
    private static let batch = "io.k8s.api.batch.v1"
    private static let template = ["spec", "template"]

    static let workloads: [String: [TableColumn]] = [
        "deployments.apps": [
            ready, status("Up-to-date", "updatedReplicas", of: "Deployment"),
            status("Available", "availableReplicas", of: "Deployment"), age,
        ] + containers(at: template) + [selector(SchemaText.field("\(apps).DeploymentSpec", "selector"))],
        "statefulsets.apps": [ready, age] + containers(at: template),
        "replicasets.apps": [
            number(
                "Desired", SchemaText.field("\(apps).ReplicaSetSpec", "replicas"), at: ["spec", "replicas"],
                type: "integer"),
            status("Current", "replicas", of: "ReplicaSet", type: "integer"),
            status("Ready", "readyReplicas", of: "ReplicaSet", type: "integer"), age,
        ] + containers(at: template) + [selector(SchemaText.field("\(apps).ReplicaSetSpec", "selector"))],
        "daemonsets.apps": [
            status("Desired", "desiredNumberScheduled", of: "DaemonSet", type: "integer"),
            status("Current", "currentNumberScheduled", of: "DaemonSet", type: "integer"),
            status("Ready", "numberReady", of: "DaemonSet", type: "integer"),
            status("Up-to-date", "updatedNumberScheduled", of: "DaemonSet", type: "integer"),
            status("Available", "numberAvailable", of: "DaemonSet", type: "integer"), nodes, age,
        ] + containers(at: template) + [selector(SchemaText.field("\(apps).DaemonSetSpec", "selector"))],
        "controllerrevisions.apps": [
            controller,
            number("Revision", SchemaText.field("\(apps).ControllerRevision", "revision"), at: ["revision"]),
            age,
        ],
        "jobs.batch": jobs,
        "cronjobs.batch": cronJobs,
    ]

    private static let ready = TableColumn(name: "Ready", description: "Number of the pod with ready state") { row in
        .string("\(row.number("status", "readyReplicas"))/\(row.number("spec", "replicas"))")
    }

    private static func status(
        _ name: String, _ field: String, of kind: String, type: String = "string"
    ) -> TableColumn {
        number(name, SchemaText.field("\(apps).\(kind)Status", field), at: ["status", field], type: type)
    }

    private static func selector(_ description: String, at path: [String] = ["spec", "selector"]) -> TableColumn {
        TableColumn(name: "Selector", priority: 1, description: description) {
            .string(selector($0.object[path: path]))
        }
    }

    private static let nodes = TableColumn(
        name: "Node Selector", description: SchemaText.field("io.k8s.api.core.v1.PodSpec", "nodeSelector")
    ) { row in
        let labels = (row["spec", "template", "spec", "nodeSelector"]?.object ?? [:]).map {
            "\($0.key)=\($0.value.string ?? "")"
        }
        return .string(labels.isEmpty ? "<none>" : labels.joined(separator: ","))
    }

    private static let controller = TableColumn(name: "Controller", description: "Controller of the object") { row in
        let owner = row.list("metadata", "ownerReferences").first { $0["controller"]?.bool == true }
        guard let kind = owner?["kind"]?.string, let name = owner?["name"]?.string else { return "<none>" }
        return .string("\(kind.lowercased()).apps/\(name)")
    }

    private static let jobs: [TableColumn] =
        [
            TableColumn(name: "Status", description: "Status of the job.") { row in
                if row["metadata", "deletionTimestamp"] != nil { return "Terminating" }
                let held = row.list("status", "conditions").filter { $0["status"]?.string == "True" }
                let types = held.compactMap { $0["type"]?.string }
                let shown = ["Complete", "Failed", "Suspended", "FailureTarget"].first(where: types.contains)
                return .string(shown ?? "Running")
            },
            TableColumn(name: "Completions", description: SchemaText.field("\(batch).JobStatus", "succeeded")) { row in
                let wanted = row["spec", "completions"]?.int ?? row["spec", "parallelism"]?.int ?? 1
                return .string("\(row.number("status", "succeeded"))/\(wanted)")
            },
            TableColumn(name: "Duration", description: "Time required to complete the job.") { row in
                guard let begin = row["status", "startTime"]?.string.flatMap(RFC3339.seconds) else { return "" }
                let end = row["status", "completionTime"]?.string.flatMap(RFC3339.seconds) ?? row.now
                return .string(HumanDuration.text(end - begin))
            },
            age,
        ] + containers(at: template) + [selector(SchemaText.field("\(batch).JobSpec", "selector"))]

    private static let cronJobs: [TableColumn] =
        [
            text("Schedule", SchemaText.field("\(batch).CronJobSpec", "schedule"), at: ["spec", "schedule"]),
            text(
                "Timezone", SchemaText.field("\(batch).CronJobSpec", "timeZone"), at: ["spec", "timeZone"],
                or: "<none>"),
            TableColumn(
                name: "Suspend", type: "boolean", description: SchemaText.field("\(batch).CronJobSpec", "suspend")
            ) { $0["spec", "suspend"]?.bool == true ? "True" : "False" },
            TableColumn(
                name: "Active", type: "integer", description: SchemaText.field("\(batch).CronJobStatus", "active")
            ) { .int(Int64($0.list("status", "active").count)) },
            TableColumn(
                name: "Last Schedule", description: SchemaText.field("\(batch).CronJobStatus", "lastScheduleTime")
            ) { row in
                .string(row["status", "lastScheduleTime"] == nil ? "<none>" : row.age(["status", "lastScheduleTime"]))
            },
            age,
        ] + containers(at: ["spec", "jobTemplate", "spec", "template"])
        + [
            selector(
                SchemaText.field("\(batch).JobSpec", "selector"), at: ["spec", "jobTemplate", "spec", "selector"])
        ]
}
