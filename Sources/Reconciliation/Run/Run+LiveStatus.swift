package import Formats
import Kubernetes
package import KubernetesModel
import Planning
import Tenancy

/// How one environment stands at this moment.
package struct LiveStatus: Sendable {
    /// One tenant, or the environment's own objects.
    package struct Part: Sendable {
        /// Nil for what is there once.
        package let tenant: String?
        /// Objects that are there and ours by name.
        package let objects: Int
        /// Titles and reasons of those that are not ready.
        package let unready: [(title: String, readiness: Readiness)]
        /// Changes that an apply would carry out, and such that are blocked.
        package let pending: Int
    }

    package let environment: String
    /// `3f2a91c (main)`, `the work tree`
    package let source: String
    /// By name, the environment's own first.
    package let parts: [Part]
    /// Systems that could not be read.
    package let diagnostics: [Diagnostic]

    package var isReady: Bool { diagnostics.isEmpty && parts.allSatisfy(\.unready.isEmpty) }
}

extension Run {
    /// Looks at the live systems: what is ready, and what is not as the files say.
    package func liveStatus() async throws(Problem) -> [LiveStatus] {
        let result = try await plan()
        guard result.isSound else {
            throw Problem(.invalid, "the fleet's files have errors: run `reconcile validate`")
        }
        return result.planned.map { planned in
            let pending = Dictionary(planned.plan.sections.map { ($0.tenant, $0.changes.count) }) { first, _ in first }
            let tenants = planned.desired.tenants.filter { isAsked($0.name) }
            let own: [(String?, [DesiredObject])] = request.tenants.isEmpty ? [(nil, planned.desired.objects)] : []
            let parts = (own + tenants.map { ($0.name as String?, $0.objects) }).map { name, objects in
                part(of: name, objects, planned.live.cluster.value, pending: pending[name] ?? 0)
            }
            return LiveStatus(
                environment: planned.plan.environment, source: planned.plan.source.title,
                parts: parts.filter { $0.tenant != nil || $0.objects > 0 || $0.pending > 0 },
                diagnostics: planned.plan.diagnostics.filter { $0.severity == .error })
        }
    }

    private func isAsked(_ tenant: String) -> Bool { request.tenants.isEmpty || request.tenants.contains(tenant) }

    private func part(
        of tenant: String?, _ objects: [DesiredObject], _ cluster: LiveCluster?, pending: Int
    ) -> LiveStatus.Part {
        let live = objects.compactMap { object in cluster?.objects[object.id].map { (object, $0) } }
        let unready = live.compactMap { object, live -> (title: String, readiness: Readiness)? in
            let readiness = object.readiness(of: live.object)
            return readiness.isReady ? nil : (object.id.description, readiness)
        }
        return LiveStatus.Part(tenant: tenant, objects: live.count, unready: unready, pending: pending)
    }
}
