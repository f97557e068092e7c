import Formats

/// A user profile as a request brings it.
enum ProfileDocument {
    private static let profile = Shape(
        "UPConfig", [.list: ["attributes", "groups"], .string: ["unmanagedAttributePolicy"]])
    private static let attribute = Shape(
        "UPAttribute",
        [
            .string: ["name", "displayName", "group", "defaultValue"],
            .bool: ["multivalued"],
            .object: ["validations", "annotations", "required", "permissions", "selector"],
        ])
    /// Members of an attribute that are objects with members of their own.
    private static let parts = [
        "required": Shape("UPAttributeRequired", [.strings: ["roles", "scopes"]]),
        "permissions": Shape("UPAttributePermissions", [.strings: ["view", "edit"]]),
        "selector": Shape("UPAttributeSelector", [.strings: ["scopes"]]),
    ]
    private static let group = Shape(
        "UPGroup", [.string: ["name", "displayHeader", "displayDescription"], .object: ["annotations"]])

    /// The profile as the server keeps it, or why it is refused.
    static func checked(_ body: JSON, _ text: [UInt8]) throws(Refusal) -> JSON {
        guard let object = body.object else { throw .wrongType }
        var checked = try profile.conform(object, text: text)
        if let policy = checked["unmanagedAttributePolicy"]?.string,
            !["ENABLED", "ADMIN_VIEW", "ADMIN_EDIT"].contains(policy)
        {
            throw .wrongType
        }
        let groups = try elements(checked["groups"], group, text)
        checked["groups"] = .array(groups)
        guard checked["attributes"] != nil else { return checked }
        var attributes = try elements(checked["attributes"], attribute, text)
        for index in attributes.indices {
            for (member, shape) in parts {
                guard let part = attributes[index][member]?.object else { continue }
                attributes[index][member] = try shape.conform(part, text: text)
            }
            if let permissions = attributes[index]["permissions"] {
                attributes[index]["permissions"]?["view"] = permissions["view"] ?? []
                attributes[index]["permissions"]?["edit"] = permissions["edit"] ?? []
            }
            attributes[index]["multivalued"] = attributes[index]["multivalued"] ?? false
        }
        var problems = problems(in: attributes, groups: groups.compactMap { $0["name"]?.string })
        let nameless = groups.filter { $0["name"] == nil }.count
        if nameless > 0 { problems.append("Name is mandatory for groups, found \(nameless) group(s) without name.") }
        guard problems.isEmpty else { throw .message(400, "[\(problems.joined(separator: ", "))]") }
        checked["attributes"] = .array(attributes)
        return checked
    }

    private static func elements(_ list: JSON?, _ shape: Shape, _ text: [UInt8]) throws(Refusal) -> [JSON] {
        var elements: [JSON] = []
        for element in list?.array ?? [] {
            guard let object = element.object else { throw .wrongType }
            elements.append(try shape.conform(object, text: text))
        }
        return elements
    }

    private static func problems(in attributes: [JSON], groups: [String]) -> [String] {
        var problems: [String] = []
        var names: Set<String> = []
        for attribute in attributes {
            guard let name = attribute["name"]?.string, !name.isEmpty else {
                problems.append("Attribute configuration without 'name' is not allowed")
                continue
            }
            if !names.insert(name).inserted {
                problems.append("Attribute configuration already exists with 'name':'\(name)'")
            }
            problems += self.problems(in: attribute, named: name, groups: groups)
        }
        for name in ["username", "email"] where !names.contains(name) {
            problems.append("The attribute '\(name)' can not be removed")
        }
        return problems
    }

    private static func problems(in attribute: JSON, named name: String, groups: [String]) -> [String] {
        var problems: [String] = []
        if !name.unicodeScalars.allSatisfy({ isNameCharacter($0) }) {
            problems.append(
                "Invalid attribute name (only letters, numbers and '.' '_' '-' special characters allowed): \(name)'")
        }
        for member in attribute["validations"]?.object ?? JSONObject() {
            if !Validation.names.contains(member.key) {
                problems.append("Validator '\(member.key)' defined for attribute '\(name)' doesn't exist")
            } else if let problem = ValidationOptions.problem(member.key, member.value, of: name) {
                problems.append(problem)
            }
        }
        for path in [["permissions", "view"], ["permissions", "edit"], ["required", "roles"]] {
            for role in attribute[path: path]?.strings ?? [] where !["admin", "user"].contains(role) {
                problems.append(
                    "'\(path.joined(separator: "."))' configuration for attribute '\(name)' "
                        + "contains unsupported role '\(role)'")
            }
        }
        for path in [["selector", "scopes"], ["required", "scopes"]] {
            for scope in attribute[path: path]?.strings ?? [] where !knownScopes.contains(scope) {
                problems.append(
                    "'\(path.joined(separator: "."))' configuration for attribute '\(name)' "
                        + "contains unsupported scope '\(scope)'")
            }
        }
        if let group = attribute["group"]?.string, !groups.contains(group) {
            problems.append("Attribute '\(name)' references unknown group '\(group)'")
        }
        return problems
    }

    private static let knownScopes: Set<String> = [
        "acr", "address", "basic", "email", "microprofile-jwt", "offline_access", "organization", "phone", "profile",
        "role_list", "roles", "saml_organization", "service_account", "web-origins",
    ]

    private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "._-".unicodeScalars.contains(scalar))
    }
}
