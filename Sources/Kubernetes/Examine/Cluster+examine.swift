import Formats
import HTTP
import KubernetesModel
package import Planning
package import Tenancy

extension Cluster {
    /// Tries what a plan and an apply need of the server, without a write.
    ///
    /// - Parameter now: Seconds since 1970.
    package func examine(_ desired: DesiredState, now: Int) async -> [Examination] {
        let way = settings.proxy.map { ", through the proxy \($0)" } ?? ""
        var examinations = [Examination.fine("settings", "\(settings.cluster), \(settings.user)\(way)")]
        do throws(Failure) {
            examinations += try await contact(now)
            let needs = AccessNeeds(desired)
            examinations.append(await rights("rights to plan", needs.toPlan))
            examinations.append(await rights("rights to apply", needs.toApply(lease: Self.leaseNamespace)))
            if let bind = await binding(needs) { examinations.append(bind) }
        } catch {
            examinations.append(.failed("address", error))
        }
        return examinations
    }

    private func contact(_ now: Int) async throws(Failure) -> [Examination] {
        let call = Call(attempt: "ask for the version", method: .get, path: "/version")
        var request = call.request(base: base)
        request.asksForPeer = true
        let (answer, response) = try await exchange(call, request)
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        guard let version = answer.body["gitVersion"]?.string else {
            throw unusable(call, "it answered without a version", .other)
        }
        let time = response.header("date").flatMap { HTTPDate.seconds($0) }
        return Examination.contact(
            origin, address: response.peer?.address ?? "an address unknown",
            certificateEnd: response.peer?.certificateEnd, isVerified: settings.isVerified, serverTime: time, now: now)
            + [Self.examined(version)]
    }

    /// Server-side apply is stable since 1.22; what is checked offline is of the version that the built-in kinds are of.
    private static func examined(_ version: String) -> Examination {
        let numbers = version.drop { $0 == "v" }.split(separator: ".")
        guard numbers.count >= 2, numbers[0] == "1", let minor = Int(numbers[1].prefix { $0.isNumber }) else {
            return .warning("version", version, "this program knows Kubernetes 1.\(BuiltinKinds.minorVersion)")
        }
        if minor < 22 {
            return .failed("version", .refused, version, "server-side apply, which is needed, came with 1.22")
        }
        guard minor <= BuiltinKinds.minorVersion else {
            return .warning(
                "version", version,
                "newer than the 1.\(BuiltinKinds.minorVersion) that this program knows: look for a newer program")
        }
        return .fine("version", version)
    }

    private func rights(_ subject: String, _ needs: [AccessNeed]) async -> Examination {
        do throws(Failure) {
            let isAllowed = try await allOf(needs) { (need) throws(Failure) in try await self.allows(need) }
            let missing = zip(needs, isAllowed).filter { !$0.1 }.map(\.0)
            guard !missing.isEmpty else { return .fine(subject, "all \(needs.count) allowed") }
            return .failed(
                subject, .unreachable, "missing: \(AccessNeed.summary(missing))",
                "give \(settings.user) a role that allows it; docs/kubernetes.md has one")
        } catch {
            return .failed(subject, error)
        }
    }

    /// Nobody gives away rights that they do not have, unless they may `bind` the role: which of both cannot be asked.
    private func binding(_ needs: AccessNeeds) async -> Examination? {
        let wanted = needs.toBind
        guard !wanted.isEmpty else { return nil }
        do throws(Failure) {
            let isAllowed = try await allOf(wanted) { (need) throws(Failure) in try await self.allows(need) }
            let missing = zip(wanted, isAllowed).filter { !$0.1 }.map(\.0)
            guard !missing.isEmpty else { return .fine("rights to bind", "all \(wanted.count) allowed") }
            return .warning(
                "rights to bind", "missing: \(AccessNeed.summary(missing))",
                "allow \(settings.user) to bind these roles, unless it has every right that is in them")
        } catch {
            return .failed("rights to bind", error)
        }
    }

    /// Whether we may, everywhere or at least in each of the namespaces that it is needed in.
    private func allows(_ need: AccessNeed) async throws(Failure) -> Bool {
        if try await review(need, in: need.namespace) { return true }
        guard need.namespace == nil, !need.namespaces.isEmpty else { return false }
        for namespace in need.namespaces {
            guard try await review(need, in: namespace) else { return false }
        }
        return true
    }

    private func review(_ need: AccessNeed, in namespace: String?) async throws(Failure) -> Bool {
        var attributes: JSONObject = [
            "verb": .string(need.verb), "group": .string(need.group), "resource": .string(need.resource),
        ]
        if let namespace { attributes["namespace"] = .string(namespace) }
        if let name = need.name { attributes["name"] = .string(name) }
        let call = Call(
            attempt: "ask for our rights", method: .post,
            path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            body: [
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": ["resourceAttributes": .object(attributes)],
            ], isRepeatable: true)
        guard let isAllowed = try await demand(call)[path: "status", "allowed"]?.bool else {
            throw unusable(call, "it answered without a verdict", .other)
        }
        return isAllowed
    }
}
