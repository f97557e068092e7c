import Formats

/// Small edits of objects in place.
extension JSON {
    /// Sets the member where it is missing, null, an empty string or zero.
    mutating func fill(_ key: String, _ value: JSON) {
        switch self[key] {
        case nil, .null?, .string("")?, .int(0)?: self[key] = value
        default: break
        }
    }

    /// Sets the member where it is missing or null.
    mutating func fillMissing(_ key: String, _ value: JSON) {
        if self[key] == nil || self[key] == .null { self[key] = value }
    }

    /// Changes the member where it is an object.
    mutating func edit(_ key: String, _ body: (inout JSON) -> Void) {
        guard var value = self[key], value.object != nil else { return }
        self[key] = .null  // so that the value is not shared while it changes
        body(&value)
        self[key] = value
    }

    /// Changes the object that lies behind the keys, where there is one.
    mutating func edit(path keys: some Collection<String>, _ body: (inout JSON) -> Void) {
        guard let first = keys.first else { return body(&self) }
        edit(first) { $0.edit(path: keys.dropFirst(), body) }
    }

    /// Changes every element of the list behind the key.
    mutating func editEach(_ key: String, _ body: (inout JSON) -> Void) {
        guard case .array(var elements)? = self[key] else { return }
        self[key] = .null
        for index in elements.indices { body(&elements[index]) }
        self[key] = .array(elements)
    }

    /// Whether the member is a list or map with something in it.
    func hasMembers(_ key: String) -> Bool {
        switch self[key] {
        case .array(let elements)?: !elements.isEmpty
        case .object(let members)?: !members.isEmpty
        default: false
        }
    }

    func text(_ key: String) -> String { self[key]?.string ?? "" }

    func number(_ key: String) -> Int64? { self[key]?.int }

    func list(_ key: String) -> [JSON] { self[key]?.array ?? [] }

    func members(_ key: String) -> JSONObject { self[key]?.object ?? JSONObject() }
}
