import Expressions
import Formats

/// The types of the names that expressions see.
struct ScopeTypes {
    private let features: ValueType
    private let limits: ValueType

    /// Of features and limits that are not all known anything may be asked.
    init(_ fleet: Fleet, knowsFeatures: Bool, knowsLimits: Bool) {
        let open: ValueType = .map(key: .string, value: .dyn)
        features = knowsFeatures ? Self.features(fleet) : open
        limits = knowsLimits ? Self.limits(fleet) : open
    }

    private static func features(_ fleet: Fleet) -> ValueType {
        .object(
            fleet.features.mapValues { feature -> ValueType in
                switch feature.kind {
                case .boolean: .bool
                case .string: .string
                case .integer: .int
                case .number: .dyn
                }
            })
    }

    private static func limits(_ fleet: Fleet) -> ValueType {
        // A limit has the type that all tiers give it.
        var limits: [String: ValueType] = [:]
        for tier in fleet.tiers.values {
            for entry in tier.limits?.mapping ?? [] {
                let type: ValueType = entry.value.scalar?.json.int == nil ? .string : .int
                limits[entry.key] = limits[entry.key].map { $0 == type ? type : .dyn } ?? type
            }
        }
        // A tenant may write what it may set in another form than its tier.
        for tenant in fleet.tenants {
            for entry in tenant.limits?.mapping ?? [] {
                let type: ValueType = entry.value.scalar?.json.int == nil ? .string : .int
                if let known = limits[entry.key], known != type { limits[entry.key] = .dyn }
            }
        }
        return .object(limits)
    }

    func scope(of blueprint: Blueprint, values: ValueType) -> Scope {
        var names: [String: ValueType] = [
            "fleet": .object(["name": .string]),
            "environment": .object(["name": .string]),
            "values": values,
            "blueprint": .object(["name": .string, "version": .string]),
            "secrets": blueprint.isSound
                ? .object(
                    Dictionary(
                        blueprint.secrets.map { ($0.name, .object(["name": .string, "revision": .string])) }
                    ) { first, _ in first })
                : .dyn,
        ]
        if blueprint.scope == .user { names["user"] = Self.user }
        if blueprint.scope != .environment {
            names["tenant"] = tenant
            names["tier"] = .object(["name": .string, "displayName": .string])
            names["limits"] = limits
        }
        return Scope(names)
    }

    private static let user: ValueType = .object([
        "key": .string, "label": .string, "email": .string, "id": .string, "givenName": .string,
        "familyName": .string, "roles": .list(.string), "active": .bool,
    ])

    private var tenant: ValueType {
        .object([
            "name": .string, "displayName": .string, "tier": .string, "state": .string, "namespace": .string,
            "group": .string, "contact": .string, "domains": .list(.string), "features": features,
            "branding": .map(key: .string, value: .dyn), "attributes": .map(key: .string, value: .string),
            "expires": .string,
        ])
    }
}
