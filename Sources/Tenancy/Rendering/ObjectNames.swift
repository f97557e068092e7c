import KubernetesModel

/// Names of objects and of environment variables.
enum ObjectNames {
    /// A DNS subdomain for most kinds; roles and their bindings may have any name that can stand in a path.
    static func isValid(_ name: String, _ gvk: GroupVersionKind) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        if gvk.group == "rbac.authorization.k8s.io" {
            return name != "." && name != ".."
                && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
        }
        return name.split(separator: "." as Character, omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.first != UInt8(ascii: "-") && part.utf8.last != UInt8(ascii: "-")
                && part.utf8.allSatisfy {
                    (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
                }
        }
    }

    /// The name as shells can set it: what is no letter, digit or `_` becomes `_`.
    static func variable(_ name: String) -> String {
        String(
            decoding: name.utf8.map { byte in
                let isAllowed =
                    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                return isAllowed ? byte : UInt8(ascii: "_")
            }, as: UTF8.self)
    }
}
