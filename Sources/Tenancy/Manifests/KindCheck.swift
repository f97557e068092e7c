import Formats
import KubernetesModel

/// Whether the API server has a kind.
enum KindCheck {
    /// What is wrong with the kind or its version; nil where nothing is, and for groups that are no part of the server.
    static func fault(of gvk: GroupVersionKind, _ custom: CustomKinds) -> String? {
        guard BuiltinKinds.kind(gvk) == nil, custom[gvk] == nil else { return nil }
        let defined = custom.kinds(of: gvk.group)
        if let version = defined.first(where: { $0.kind == gvk.kind }) {
            return "there is no \(gvk.kind) in \(gvk.apiVersion); its definition has \(version.version)"
        }
        let known = defined.map(\.kind)
        if let near = Suggestion.nearest(gvk.kind, among: known) {
            return "there is no kind '\(gvk.kind)' in \(gvk.apiVersion); did you mean '\(near)'?"
        }
        let group = BuiltinKinds.all.filter { $0.group == gvk.group && $0.isStored }
        guard !group.isEmpty else { return nil }
        let versions = group.filter { $0.kind == gvk.kind }.map(\.apiVersion)
        if let version = versions.first {
            return "there is no \(gvk.kind) in \(gvk.apiVersion); it is in \(version)"
        }
        if let other = BuiltinKinds.all.first(where: { $0.kind == gvk.kind && $0.isStored }) {
            return "there is no \(gvk.kind) in \(gvk.apiVersion); it is in \(other.apiVersion)"
        }
        let hint = Suggestion.phrase(for: gvk.kind, among: group.map(\.kind))
        return "there is no kind '\(gvk.kind)' in \(gvk.apiVersion)\(hint)"
    }
}
