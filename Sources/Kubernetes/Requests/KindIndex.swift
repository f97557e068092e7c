import Formats
import KubernetesModel
import Planning
import Synchronization

/// The kinds that the server knows beside the built-in ones, as far as they were looked up.
final class KindIndex: Sendable {
    private let known = Mutex<[GroupVersionKind: ResourceKind]>([:])

    /// A built-in kind, or one that was remembered.
    func find(_ gvk: GroupVersionKind) -> ResourceKind? {
        BuiltinKinds.kind(gvk) ?? known.withLock { $0[gvk] }
    }

    func remember(_ kinds: [ResourceKind]) {
        known.withLock { known in
            for kind in kinds { known[kind.gvk] = kind }
        }
    }
}

extension Cluster {
    /// The kind as the server calls it in paths, or nil where it has none of that name.
    func kind(_ gvk: GroupVersionKind) async throws(Failure) -> ResourceKind? {
        if let kind = kinds.find(gvk) { return kind }
        let base = gvk.group.isEmpty ? "/api/\(gvk.version)" : "/apis/\(Percent.encode(gvk.group))/\(gvk.version)"
        let call = Call(attempt: "look up \(gvk.kind) of \(gvk.apiVersion)", method: .get, path: base)
        let answer = try await exchange(call)
        if answer.status == 404 { return nil }
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        guard answer.body["kind"]?.string == "APIResourceList" else {
            throw unusable(call, "it answered no APIResourceList", .other)
        }
        kinds.remember(Discovery.kinds(group: gvk.group, version: gvk.version, resources: answer.body["resources"]))
        return kinds.find(gvk)
    }

    /// The kind, which has to be there.
    func demandKind(_ gvk: GroupVersionKind, for attempt: String) async throws(Failure) -> ResourceKind {
        if let kind = try await kind(gvk) { return kind }
        throw Failure(
            .rejected, "cannot \(attempt) on \(origin): the server has no kind \(gvk.kind) in \(gvk.apiVersion)")
    }

    /// Every kind that the server knows, each in its preferred version; two requests where it speaks aggregated discovery.
    func allKinds() async throws(Failure) -> Discovered {
        var all: [ResourceKind] = []
        var silent: [String] = []
        for path in ["/api", "/apis"] {
            let call = Call(attempt: "discover kinds", method: .get, path: path, accept: MediaType.discovery)
            let body = try await demand(call)
            switch body["kind"]?.string {
            case "APIGroupDiscoveryList":
                all += Discovery.kinds(aggregated: body)
                silent += Discovery.silentVersions(body)
            case "APIVersions": all += try await kinds(ofVersions: ["v1"], group: "")
            case "APIGroupList":
                for group in body["groups"]?.array ?? [] {
                    let version = group[path: "preferredVersion", "version"]?.string ?? ""
                    all += try await kinds(ofVersions: [version], group: group["name"]?.string ?? "")
                }
            default: throw unusable(call, "it answered no list of groups", .other)
            }
        }
        kinds.remember(all)
        return Discovered(kinds: all, silent: silent)
    }

    private func kinds(ofVersions versions: [String], group: String) async throws(Failure) -> [ResourceKind] {
        var all: [ResourceKind] = []
        for version in versions {
            let path = group.isEmpty ? "/api/\(version)" : "/apis/\(Percent.encode(group))/\(version)"
            let body = try await demand(Call(attempt: "discover kinds of \(group)", method: .get, path: path))
            all += Discovery.kinds(group: group, version: version, resources: body["resources"])
        }
        return all
    }
}

/// What a server says that it serves.
struct Discovered: Sendable {
    let kinds: [ResourceKind]
    /// Versions of aggregated APIs that did not answer when the server asked them: `metrics.k8s.io/v1beta1`
    let silent: [String]
}

/// Reads the documents of discovery.
enum Discovery {
    /// > "Stale" indicates that the discovery document is not up to date, as of an aggregated API that is down.
    static func silentVersions(_ list: JSON) -> [String] {
        (list["items"]?.array ?? []).flatMap { group in
            (group["versions"]?.array ?? []).filter { $0["freshness"]?.string == "Stale" }.map { version in
                "\(group[path: "metadata", "name"]?.string ?? "")/\(version["version"]?.string ?? "")"
            }
        }
    }

    /// `APIResourceList.resources`
    static func kinds(group: String, version: String, resources: JSON?) -> [ResourceKind] {
        (resources?.array ?? []).compactMap { resource in
            guard let plural = resource["name"]?.string, !plural.contains("/"), let kind = resource["kind"]?.string
            else {
                return nil
            }
            return ResourceKind(
                gvk: GroupVersionKind(
                    group: resource["group"]?.string ?? group, version: resource["version"]?.string ?? version,
                    kind: kind),
                plural: plural, singular: resource["singularName"]?.string ?? "",
                isNamespaced: resource["namespaced"]?.bool ?? false, verbs: verbs(resource))
        }
    }

    /// `APIGroupDiscoveryList`: of each group the first version, which is the preferred one.
    static func kinds(aggregated list: JSON) -> [ResourceKind] {
        (list["items"]?.array ?? []).flatMap { group -> [ResourceKind] in
            let name = group[path: "metadata", "name"]?.string ?? ""
            guard let version = group["versions"]?.array?.first, let versionName = version["version"]?.string else {
                return []
            }
            return (version["resources"]?.array ?? []).compactMap { resource in
                guard let plural = resource["resource"]?.string,
                    let kind = resource[path: "responseKind", "kind"]?.string
                else { return nil }
                return ResourceKind(
                    gvk: GroupVersionKind(group: name, version: versionName, kind: kind), plural: plural,
                    singular: resource["singularResource"]?.string ?? "",
                    isNamespaced: resource["scope"]?.string == "Namespaced", verbs: verbs(resource))
            }
        }
    }

    private static func verbs(_ resource: JSON) -> [String] { (resource["verbs"]?.array ?? []).compactMap(\.string) }
}
