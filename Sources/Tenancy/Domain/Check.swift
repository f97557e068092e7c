package import Formats
package import KubernetesModel

extension Blueprint {
    /// Whether it works as its users see it, as the blueprint's file has it.
    struct Check: Sendable {
        enum Target: Sendable {
            /// Seconds.
            case url(Marked<String>, warn: Double?, critical: Double?)
            case dns(Marked<String>, cname: Marked<String>?)
        }

        let name: Marked<String>
        let when: Marked<String>?
        let target: Target

        /// What may hold expressions.
        var texts: [String] {
            switch target {
            case .url(let url, _, _): [when?.value, url.value].compactMap { $0 }
            case .dns(let host, let cname): [when?.value, host.value, cname?.value].compactMap { $0 }
            }
        }
    }
}

/// A check of one tenant, or of the environment, rendered.
package struct DesiredCheck: Sendable, Hashable {
    package enum Target: Sendable, Hashable {
        /// An absolute http or https URL without userinfo. Seconds from which on an answer is slow.
        case url(String, warn: Double?, critical: Double?)
        /// A host name, and what it has to be an alias of.
        case dns(String, cname: String?)
    }

    package let name: String
    package let blueprint: String
    package let target: Target
    /// Where the blueprint has it.
    package let source: Place

    package init(name: String, blueprint: String, target: Target, source: Place) {
        self.name = name
        self.blueprint = blueprint
        self.target = target
        self.source = source
    }
}

/// Where the checks of an environment may go: to public addresses by https, and to what the fleet's owner opens.
package struct CheckPolicy: Sendable, Hashable {
    package let open: [IPAddress.Block]
    package let allowsHTTP: Bool

    package init(open: [IPAddress.Block] = [], allowsHTTP: Bool = false) {
        self.open = open
        self.allowsHTTP = allowsHTTP
    }

    /// Why no check may connect to the address; nil where it may.
    ///
    /// What a tenant writes ends up in URLs and in the DNS, so that only the address of the connection itself tells where a check goes.
    package func refusal(of address: IPAddress) -> String? {
        let address = address.embedded ?? address
        if open.contains(where: { $0.contains(address) }) { return nil }
        return ClosedNetwork.around(address).map { "\(address) is \($0.kind), where checks do not go" }
    }
}

/// A network that no check goes to unless the fleet's owner opens it.
struct ClosedNetwork: Sendable {
    let block: IPAddress.Block
    /// `a private address`
    let kind: String

    private static let table: [(String, String)] = [
        ("0.0.0.0/8", "an address of this host"), ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "a private address of a provider"), ("127.0.0.0/8", "an address of this host"),
        ("169.254.0.0/16", "a link-local address"), ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "a reserved address"), ("192.0.2.0/24", "a reserved address"),
        ("192.88.99.0/24", "a reserved address"), ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "a reserved address"), ("198.51.100.0/24", "a reserved address"),
        ("203.0.113.0/24", "a reserved address"), ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        // Of version 6 only 2000::/3 is public, and not all of that.
        ("::1/128", "an address of this host"), ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a private address"), ("ff00::/8", "a multicast address"),
        ("2001:db8::/32", "a reserved address"),
        ("2001::/23", "a reserved address"), ("2002::/16", "a reserved address"), ("3fff::/20", "a reserved address"),
        ("::/3", "a reserved address"), ("4000::/2", "a reserved address"), ("8000::/1", "a reserved address"),
    ]

    /// The narrowest first where one lies within another.
    static let all = table.compactMap { text, kind in
        IPAddress.Block(text).map { ClosedNetwork(block: $0, kind: kind) }
    }

    static func around(_ address: IPAddress) -> ClosedNetwork? { all.first { $0.block.contains(address) } }

    /// Whether the block lies within one closed network, so that to open it opens nothing else by accident.
    static func holds(_ block: IPAddress.Block) -> Bool {
        all.contains { $0.block == block || $0.block.strictlyContains(block) }
    }
}
