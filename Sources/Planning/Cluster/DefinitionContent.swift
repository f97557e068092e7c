import Formats
import KubernetesModel

/// What would go with a definition without being meant to go: objects of the kind that it defines.
struct DefinitionContent {
    private let staying: [ObjectID]

    init(of definition: LiveObject, in comparison: ClusterComparison) {
        guard definition.id.kind == "CustomResourceDefinition", definition.id.group == "apiextensions.k8s.io",
            let group = definition.object[path: "spec", "group"]?.string,
            let kind = definition.object[path: "spec", "names", "kind"]?.string
        else {
            staying = []
            return
        }
        let live = comparison.live
        staying = Set(live.foreign.keys).union(live.objects.keys)
            .filter { $0.kind == kind && $0.group == group }
            .filter { !comparison.isOurs($0) || comparison.desiredIDs.contains($0) }.sorted()
    }

    var refusal: String? {
        guard let first = staying.first else { return nil }
        let more = staying.count > 1 ? " and \(staying.count - 1) more" : ""
        return "\(first)\(more) would go with it; remove them first"
    }
}
