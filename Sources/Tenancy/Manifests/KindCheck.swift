import Formats
import KubernetesModel

/// Whether the API server has a kind.
enum KindCheck {
    struct Fault {
        let message: String
        /// The kind is right, its apiVersion is not.
        var isOfVersion = false
    }

    /// What is wrong with the kind or its version; nil where nothing is, and for groups that are no part of the server.
    static func fault(of gvk: GroupVersionKind, _ custom: CustomKinds) -> Fault? {
        guard BuiltinKinds.kind(gvk) == nil, custom[gvk] == nil else { return nil }
        let defined = custom.kinds(of: gvk.group)
        if let version = defined.first(where: { $0.kind == gvk.kind }) {
            return ofVersion(gvk, "its definition has \(version.version)")
        }
        let known = defined.map(\.kind)
        if let near = Suggestion.nearest(gvk.kind, among: known) {
            return Fault(message: "there is no kind '\(gvk.kind)' in \(gvk.apiVersion); did you mean '\(near)'?")
        }
        let group = BuiltinKinds.all.filter { $0.group == gvk.group && $0.isStored }
        guard !group.isEmpty else { return nil }
        let versions = group.filter { $0.kind == gvk.kind }.map(\.apiVersion)
        if let version = versions.first {
            return ofVersion(gvk, "it is in \(version)")
        }
        if let other = BuiltinKinds.all.first(where: { $0.kind == gvk.kind && $0.isStored }) {
            return ofVersion(gvk, "it is in \(other.apiVersion)")
        }
        let hint = Suggestion.phrase(for: gvk.kind, among: group.map(\.kind))
        return Fault(message: "there is no kind '\(gvk.kind)' in \(gvk.apiVersion)\(hint)")
    }

    private static func ofVersion(_ gvk: GroupVersionKind, _ right: String) -> Fault {
        Fault(message: "there is no \(gvk.kind) in \(gvk.apiVersion); \(right)", isOfVersion: true)
    }
}
