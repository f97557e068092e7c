package import Formats

extension Plan {
    /// The version of the plan's JSON: its first number rises when something that was there means something else.
    package static let formatVersion = "1.0"

    /// The plan for programs, as `schemas/plan.schema.json` has it: no secret in it, and no operation, since a plan that is
    /// read back is an approval and not a program.
    package var json: JSON {
        var json: JSON = [
            "format_version": .string(Self.formatVersion), "environment": .string(environment), "source": source.json,
            "changes": .array(changes.map(\.json)), "summary": summary.json,
            "gates": .array(gates.map(\.json)),
            "pending": .array(pending.map { ["tenant": .string($0.name), "reason": .string($0.reason)] }),
            "drift": .array(changes.flatMap(\.drift)), "diagnostics": .array(diagnostics.map(\.json)),
            "digest": .string(digest),
        ]
        if let base { json["base"] = base.json }
        return json
    }

    /// Of what would be done: equal plans have equal digests, whichever commit asked for them.
    package var digest: String {
        Digest.of([
            "environment": .string(environment), "changes": .array(changes.map(\.json)),
            "gates": .array(gates.map { .string($0.digest) }), "pending": .array(pending.map { .string($0.name) }),
        ])
    }
}

extension PlanSource {
    var json: JSON {
        .members([
            ("repository", .string(URLText.withoutUserInfo(repository))), ("ref", ref.map { .string($0) }),
            ("commit", commit.map { .string($0) }), ("inputs", .string(inputs)),
        ])
    }
}

extension Change {
    var json: JSON {
        .members([
            ("address", .string(address)), ("actions", [.string(action.rawValue)]), ("title", .string(title)),
            ("tenant", tenant.map { .string($0) }), ("source", source?.json), ("reason", reason.map { .string($0) }),
            ("fields", .array(fields.map(\.json))), ("memberships", .array(memberships.map(\.json))),
            ("notes", .array(notes.map { .string($0) })), ("wave", .string(wave.name)),
            ("precondition", precondition.map { ["uid": .string($0.uid), "touched": .string($0.touched)] }),
            ("drift", .bool(isDrift)),
        ])
    }

    /// What of the change is drift, one entry each; the object itself where it is no single field.
    fileprivate var drift: [JSON] {
        guard isDrift else { return [] }
        let fields = fields.filter(\.isDrift).map { field -> JSON in
            .members([
                ("address", .string(address)), ("pointer", .string(field.pointer)),
                ("manager", field.manager.map { .string($0) }), ("since", field.since.map { .string($0) }),
            ])
        }
        let memberships = memberships.filter(\.isDrift).map { membership -> JSON in
            ["address": .string(address), "group": .string(membership.group)]
        }
        let all = fields + memberships
        return all.isEmpty ? [["address": .string(address)]] : all
    }
}

extension FieldChange {
    fileprivate var json: JSON {
        .members([
            ("pointer", .string(pointer)), ("path", .string(path)), ("before", isSensitive ? nil : before),
            ("after", isSensitive ? nil : after), ("sensitive", .bool(isSensitive)), ("drift", .bool(isDrift)),
            ("manager", manager.map { .string($0) }), ("since", since.map { .string($0) }), ("source", source?.json),
        ])
    }
}

extension MembershipChange {
    fileprivate var json: JSON {
        [
            "group": .string(group), "action": .string(joins ? "join" : "leave"), "drift": .bool(isDrift),
        ]
    }
}

extension Gate {
    fileprivate var json: JSON {
        .members([
            ("name", .string(name)), ("tenant", tenant.map { .string($0) }), ("message", .string(message)),
            ("digest", .string(digest)), ("approved", .bool(isApproved)),
        ])
    }
}

extension Summary {
    var json: JSON {
        func number(_ value: Int) -> JSON { .int(Int64(value)) }
        return [
            "add": number(add), "change": number(change), "destroy": number(destroy),
            "users": [
                "create": number(usersCreated), "change": number(usersChanged), "disable": number(usersDisabled),
                "delete": number(usersDeleted),
            ],
            "memberships": ["join": number(joins), "leave": number(leaves)], "blocked": number(blocked),
            "drift": number(drift),
        ]
    }
}

extension Diagnostic {
    fileprivate var json: JSON {
        .members([
            ("code", .string(code)), ("severity", .string(severity.rawValue)), ("message", .string(message)),
            ("source", place?.json),
        ])
    }
}

extension Place {
    /// Without a line where the file as a whole is meant.
    var json: JSON {
        .members([("file", .string(file)), ("line", isWholeFile ? nil : .int(Int64(line)))])
    }
}

extension Wave {
    /// The word in JSON.
    package var name: String { String(describing: self) }
}

extension JSON {
    /// An object of those members that have a value.
    static func members(_ members: [(String, JSON?)]) -> JSON {
        .object(JSONObject(members.compactMap { key, value in value.map { JSONObject.Member(key: key, value: $0) } }))
    }
}

/// Addresses of repositories as outputs may hold them.
enum URLText {
    /// The address without `user:password@`.
    static func withoutUserInfo(_ text: String) -> String {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].hasSuffix(":"), parts[1].isEmpty, let at = parts[2].lastIndex(of: "@") else {
            return text
        }
        let host = parts[2][parts[2].index(after: at)...]
        return (["\(parts[0])", "", "\(host)"] + parts.dropFirst(3).map(String.init)).joined(separator: "/")
    }
}
