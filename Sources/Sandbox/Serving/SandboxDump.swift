package import Formats

/// Everything that a data folder holds at this moment, whether a server runs on it or not, without any secret.
package enum SandboxDump {
    /// `{"identity": …, "kubernetes": …}`
    package static func read(folder: String) throws -> JSON {
        let journal = try Journal(snapshotOf: folder)
        let identity = try IdentitySandbox(
            journal: journal, administrator: IdentitySandbox.Administrator(username: "admin", password: ""))
        let kubernetes = try KubernetesSandbox(KubernetesSandbox.Configuration(controllers: nil), journal: journal)
        return ["identity": identity.dump(), "kubernetes": masked(kubernetes.dump())]
    }

    /// Of the values of Secrets only how long they are.
    private static func masked(_ cluster: JSON) -> JSON {
        var cluster = cluster
        guard let secrets = cluster["secrets"]?.array else { return cluster }
        cluster["secrets"] = .array(
            secrets.map { secret in
                var secret = secret
                guard let data = secret["data"]?.object else { return secret }
                secret["data"] = .object(JSONObject(data.map { .init(key: $0.key, value: length($0.value)) }))
                return secret
            })
        return cluster
    }

    private static func length(_ value: JSON) -> JSON { .string("(\((value.string ?? "").utf8.count) of Base64)") }
}
