import Formats
import KubernetesModel

/// Whose a live object is.
struct Ownership {
    let fleet: String
    let environment: String

    /// Our labels, and an Apply entry of our manager; of Secrets, which are made by POST where their values are
    /// generated, an Update entry of ours that owns the labels.
    func isOurs(_ live: LiveObject) -> Bool {
        let labels = live.labels
        guard labels[Marks.managedBy]?.string == Marks.managedByValue, labels[Marks.fleet]?.string == fleet,
            labels[Marks.environment]?.string == environment
        else { return false }
        let isSecret = live.id.kind == "Secret" && live.id.group.isEmpty
        return live.managedFields.contains { entry in
            guard entry["manager"]?.string == Marks.fieldManager, entry["subresource"] == nil else { return false }
            if entry["operation"]?.string == "Apply" { return true }
            return isSecret && entry[path: "fieldsV1", "f:metadata", "f:labels", "f:\(Marks.fleet)"] != nil
        }
    }

    /// The tenant that our label names.
    func tenant(of live: LiveObject) -> String? { live.labels[Marks.tenant]?.string }

    /// It carries the labels of another fleet or environment.
    func isClaimedElsewhere(_ live: LiveObject) -> Bool {
        guard let fleet = live.labels[Marks.fleet]?.string, let environment = live.labels[Marks.environment]?.string
        else { return false }
        return fleet != self.fleet || environment != self.environment
    }

    /// The fleet and environment whose labels it carries, as `fleet/environment`; nil where it carries none or ours.
    func claimant(of live: LiveObject) -> String? {
        guard isClaimedElsewhere(live), let fleet = live.labels[Marks.fleet]?.string else { return nil }
        return "\(fleet)/\(live.labels[Marks.environment]?.string ?? "")"
    }

    /// Why an object that is there already is left alone, and the way on.
    func refusal(of live: LiveObject, address: String) -> String {
        if isClaimedElsewhere(live) {
            let (fleet, environment) = (live.labels[Marks.fleet]?.string, live.labels[Marks.environment]?.string)
            return "exists and belongs to fleet \(fleet ?? "?"), environment \(environment ?? "?")"
                + (claimant(of: live).map { "; to take it over: reconcile adopt \(address) --from \($0)" } ?? "")
        }
        return "exists and is not ours\(live.holder.map { " (\($0))" } ?? ""); reconcile adopt \(address)"
    }
}

extension LiveObject {
    /// Who else the object belongs to, as far as it tells: a tool's label, else whoever wrote to it first.
    var holder: String? {
        if let tool = labels[Marks.managedBy]?.string, tool != Marks.managedByValue { return "managed by \(tool)" }
        let writers = managedFields.filter { $0["subresource"] == nil }.compactMap { entry in
            entry["manager"]?.string.map { (time: entry["time"]?.string ?? "", name: $0) }
        }
        return writers.min { $0 < $1 }.map { "written by \($0.name)" }
    }

    var managedFields: [JSON] { object[path: "metadata", "managedFields"]?.array ?? [] }
}
