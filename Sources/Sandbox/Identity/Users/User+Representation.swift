import Formats

extension User {
    /// The user as the server shows it; brief leaves out attributes, actions and what never is set here.
    func representation(profile: UserProfile?, brief: Bool = false) -> JSONObject {
        var members: [JSONObject.Member] = []
        func add(_ key: String, _ value: JSON?) {
            if let value { members.append(.init(key: key, value: value)) }
        }
        if !brief, let profile {
            let shown = attributes.filter { profile.shows($0.key) }
            add("attributes", shown.isEmpty ? nil : .lists(shown))
        }
        add("createdTimestamp", .int(created))
        if !brief { add("disableableCredentialTypes", []) }
        add("email", profile?.shows("email") == false ? nil : email.map(JSON.string))
        add("emailVerified", .bool(isEmailVerified))
        add("enabled", .bool(isEnabled))
        add("firstName", profile?.shows("firstName") == false ? nil : firstName.map(JSON.string))
        add("id", .string(id))
        add("lastName", profile?.shows("lastName") == false ? nil : lastName.map(JSON.string))
        if !brief {
            add("notBefore", .int(notBefore))
            add("requiredActions", .strings(JavaOrder.sorted(requiredActions.sorted())))
            add("totp", false)
        }
        add("username", .string(profile?.username(of: self) ?? username))
        return JSONObject(members)
    }
}

extension Call {
    /// Users as lists of them show, each with what the caller may do.
    func list(_ users: [User], brief: Bool, withAccess: Bool = true) -> JSON {
        let profile = UserProfile(of: realm)
        let mayManage: JSON = ["manage": .bool(access.manageUsers)]
        return .array(
            users.map { user in
                var shown = user.representation(profile: profile, brief: brief)
                if withAccess { shown["access"] = mayManage }
                return .object(shown)
            })
    }
}
