import Formats
import HTTP
package import Planning

extension Realm {
    /// Tries what a plan and an apply need of the realm, without a write.
    ///
    /// - Parameter now: Seconds since 1970.
    package func examine(now: Int) async -> [Examination] {
        let settings = api.settings
        do throws(Failure) {
            let token = try await api.tokens.current()
            let origin = (try? Origin(of: settings.url))?.description ?? settings.url
            let contact = Examination.contact(
                origin, address: token.peer?.address ?? "an address unknown",
                certificateEnd: token.peer?.certificateEnd, serverTime: token.serverTime, now: now)
            let login = Examination.fine("login", "client '\(settings.clientId)' of realm '\(settings.realm)'")
            return contact + [login, rights(token.rights)] + (await profile())
        } catch {
            return [.failed("login", error)]
        }
    }

    /// What the token says that we may; a realm may be set up not to say it.
    private func rights(_ held: Set<String>?) -> Examination {
        guard let held else {
            return .warning(
                "rights", "the access token does not name our roles of realm-management",
                "give the service account manage-users and view-realm (docs/keycloak.md), if it has none")
        }
        var missing: [String] = []
        func need(_ role: String, or others: String...) {
            if held.isDisjoint(with: [role] + others) { missing.append(role) }
        }
        need("view-realm", or: "manage-realm")
        need("manage-users")
        if scope.environment.managesProfile || scope.environment.managesRoles { need("manage-realm") }
        guard !missing.isEmpty else { return .fine("rights", held.sorted().joined(separator: ", ")) }
        return .failed(
            "rights", .unreachable, "missing of realm-management: \(missing.joined(separator: ", "))",
            "give the service account of '\(api.settings.clientId)' these roles; docs/keycloak.md shows how")
    }

    /// Whether the realm keeps the marks by which accounts are known to be ours.
    private func profile() async -> [Examination] {
        do throws(Failure) {
            let profile = UserProfile(try await api.get("/users/profile"))
            let traits = RealmTraits(try await api.get(""))
            return [
                marks(profile.keepsMarks),
                .fine(
                    "realm",
                    "usernames \(traits.movesUsernames ? "follow e-mails" : "stay as they are"), sign-in by e-mail "
                        + (traits.signsInByEmail ? "on" : "off")),
            ]
        } catch {
            return [.failed("user profile", error)]
        }
    }

    private func marks(_ isKept: Bool) -> Examination {
        if isKept { return .fine("user profile", "keeps our marks") }
        guard !scope.environment.managesProfile else {
            return .fine("user profile", "drops our marks; apply changes that (manageProfile)")
        }
        return .failed(
            "user profile", .refused, "drops attributes that it does not declare, our marks among them",
            "set unmanagedAttributePolicy to ADMIN_EDIT, or say manageProfile: true; docs/keycloak.md")
    }
}
