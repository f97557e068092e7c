import Formats
import KubernetesModel

/// Which of the rights that rules give are not among those that somebody has.
enum RuleCover {
    /// The rights that are missing, as messages list them: sorted, those of one resource in one line.
    static func missing(from owned: [PolicyRule], in wanted: [PolicyRule]) -> [String] {
        let lacking = wanted.flatMap(\.single).filter { right in !owned.contains { $0.covers(right) } }
        return Set(compacted(lacking).map(\.text)).sorted(by: ByteOrder.precedes)
    }

    /// Rights on one resource, or on one object of it, become one rule with all their verbs.
    private static func compacted(_ rights: [PolicyRule]) -> [PolicyRule] {
        var rules: [PolicyRule] = []
        for right in rights {
            let same = rules.firstIndex {
                right.paths.isEmpty && $0.groups == right.groups && $0.resources == right.resources
                    && $0.names == right.names && $0.paths.isEmpty
            }
            if let same { rules[same].verbs += right.verbs } else { rules.append(right) }
        }
        return rules
    }
}

extension PolicyRule {
    /// The rule taken apart into rights of one verb on one resource, or on one path.
    fileprivate var single: [PolicyRule] {
        var rights: [PolicyRule] = []
        for group in groups {
            for resource in resources {
                for verb in verbs {
                    var right = PolicyRule()
                    (right.groups, right.resources, right.verbs) = ([group], [resource], [verb])
                    rights += names.isEmpty ? [right] : names.map { right.named($0) }
                }
            }
        }
        for path in paths {
            for verb in verbs {
                var right = PolicyRule()
                (right.paths, right.verbs) = ([path], [verb])
                rights.append(right)
            }
        }
        return rights
    }

    private func named(_ name: String) -> PolicyRule {
        var right = self
        right.names = [name]
        return right
    }

    /// Whether whoever has this rule has that right.
    fileprivate func covers(_ right: PolicyRule) -> Bool {
        func has(_ owned: [String], _ wanted: [String]) -> Bool {
            owned.contains("*") || wanted.allSatisfy(owned.contains)
        }
        guard has(verbs, right.verbs), has(groups, right.groups),
            right.resources.allSatisfy({ Self.covers(resources, $0) }),
            right.paths.allSatisfy({ path in paths.contains { Self.matches($0, path) } })
        else { return false }
        return names.isEmpty || !right.names.isEmpty && right.names.allSatisfy(names.contains)
    }

    /// `{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}`
    fileprivate var text: String {
        let parts = [
            ("APIGroups", groups), ("Resources", resources), ("NonResourceURLs", paths), ("ResourceNames", names),
            ("Verbs", verbs),
        ]
        let shown = parts.filter { !$0.1.isEmpty }.map { "\($0.0):\(Self.quoted($0.1))" }
        return "{\(shown.joined(separator: ", "))}"
    }

    /// `["a" "b"]`, as the server's language prints lists.
    static func quoted(_ texts: [String]) -> String {
        "[\(texts.map { GoFormat.quoted($0) }.joined(separator: " "))]"
    }
}
