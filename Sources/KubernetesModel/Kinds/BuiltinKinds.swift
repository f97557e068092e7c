/// The kinds that every API server knows, as a server of version 1.36 listed them.
package enum BuiltinKinds {
    /// Of that version's `1.36`.
    package static let minorVersion = 36

    /// In the order of discovery: by group version, then by plural.
    package static var all: [ResourceKind] { APIModel.shared.kinds }

    /// Group versions in the order of discovery; within a group the preferred one first.
    package static var groupVersions: [(group: String, version: String)] { APIModel.shared.groupVersions }

    package static func kind(_ gvk: GroupVersionKind) -> ResourceKind? { APIModel.shared.byKind[gvk] }

    package static func kind(apiVersion: String, kind: String) -> ResourceKind? {
        self.kind(GroupVersionKind(apiVersion: apiVersion, kind: kind))
    }

    /// The kind behind the plural of a path.
    package static func kind(group: String, version: String, plural: String) -> ResourceKind? {
        APIModel.shared.byPlural["\(group)/\(version)/\(plural)"]
    }

    package static func kinds(group: String, version: String) -> [ResourceKind] {
        all.filter { $0.group == group && $0.version == version }
    }
}
