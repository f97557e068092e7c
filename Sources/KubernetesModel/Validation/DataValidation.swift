import Formats

/// ConfigMaps and Secrets.
enum DataValidation {
    private static let limit = 1_048_576

    @Sendable static func configMapChange(_ object: JSON, _ live: JSON, _ check: inout FieldCheck) {
        guard live["immutable"] == true else { return }
        if object["immutable"] != true {
            check.add(.forbidden("immutable", "field is immutable when `immutable` is set"))
        }
        for key in ["data", "binaryData"] where !Semantic.areEqual(object[key], live[key]) {
            check.add(.forbidden(key, "field is immutable when `immutable` is set"))
        }
    }

    @Sendable static func configMap(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        var size = 0
        for member in object.members("data") {
            check.invalid("data[\(member.key)]", .string(member.key), NameRules.dataKey(member.key))
            if object[path: "binaryData", member.key] != nil {
                check.invalid("data[\(member.key)]", .string(member.key), ["duplicate of key present in binaryData"])
            }
            size += member.value.string?.utf8.count ?? 0
        }
        for member in object.members("binaryData") {
            check.invalid("binaryData[\(member.key)]", .string(member.key), NameRules.dataKey(member.key))
            size += (member.value.string?.utf8.count ?? 0) / 4 * 3
        }
        // The server spells the path to the object itself so.
        if size > limit { check.add(.tooLong("[]", limit)) }
    }

    @Sendable static func secretChange(_ object: JSON, _ live: JSON, _ check: inout FieldCheck) {
        check.immutable("type", object["type"], live["type"])
        guard live["immutable"] == true else { return }
        if object["immutable"] != true {
            check.add(.forbidden("immutable", "field is immutable when `immutable` is set"))
        }
        if !Semantic.areEqual(object["data"], live["data"]) {
            check.add(.forbidden("data", "field is immutable when `immutable` is set"))
        }
    }

    /// Keys that Secrets of a type have to have.
    private static let keys: [String: [String]] = [
        "kubernetes.io/dockercfg": [".dockercfg"], "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
        "kubernetes.io/ssh-auth": ["ssh-privatekey"], "kubernetes.io/tls": ["tls.crt", "tls.key"],
    ]

    @Sendable static func secret(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        var size = 0
        for member in object.members("data") {
            check.invalid("data[\(member.key)]", .string(member.key), NameRules.dataKey(member.key))
            size += (member.value.string?.utf8.count ?? 0) / 4 * 3
        }
        if size > limit { check.add(.tooLong("data", limit)) }
        let type = object.text("type")
        for key in keys[type] ?? [] where object[path: "data", key] == nil { check.require("data[\(key)]") }
        if type == "kubernetes.io/basic-auth", object[path: "data", "username"] == nil,
            object[path: "data", "password"] == nil
        {
            check.require("data[username]")
            check.require("data[password]")
        }
        let account = "kubernetes.io/service-account.name"
        if type == "kubernetes.io/service-account-token",
            object[path: "metadata", "annotations", account]?.string?.isEmpty ?? true
        {
            check.require("metadata.annotations[\(account)]")
        }
    }
}
