import Formats
import KubernetesModel
import Tenancy

extension ClusterComparison {
    func update(of desired: DesiredObject, _ live: LiveObject) -> Change? {
        if let keys = desired.secret { return update(ofGenerated: desired, keys, live) }
        if desired.id.isSecret { return update(ofPlain: desired, live) }
        return nil
    }
}
