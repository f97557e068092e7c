import Cryptography
import Formats
import HTTPServer

/// A request to the Admin API on its way through a route: whom it is from, what it is about.
struct Call {
    let store: IdentityStore
    let request: ServerRequest
    /// `http://host:port`, as the client calls the server.
    let base: String
    /// Milliseconds.
    let now: Int64
    let caller: Caller
    /// The realm that the path names.
    let realm: Realm
    /// What stands in the route's braces, decoded.
    let parameters: [String]

    /// The same call with other parameters.
    func with(_ parameters: [String]) -> Call {
        Call(
            store: store, request: request, base: base, now: now, caller: caller, realm: realm, parameters: parameters)
    }

    var access: Access { Access(caller: caller, store: store, realm: realm) }

    /// `http://host:port/admin/realms/name`
    var realmURL: String { "\(base)/admin/realms/\(PercentEncoding.encode(realm.name))" }

    // MARK: Query

    func text(_ name: String) -> String? { request.parameter(name) }

    /// As Java reads booleans: anything but `true` is false, and nothing is none.
    func flag(_ name: String) -> Bool? {
        guard let text = request.parameter(name), !text.isEmpty else { return nil }
        return text.lowercased() == "true"
    }

    /// A parameter that is no number is a path that is not there.
    func number(_ name: String) throws(Refusal) -> Int? {
        guard let text = request.parameter(name), !text.isEmpty else { return nil }
        guard let number = Int32(text) else { throw .notFound }
        return Int(number)
    }

    /// Milliseconds since 1970, given as such or as a day.
    func time(_ name: String, endOfDay: Bool) throws(Refusal) -> Int64? {
        guard let text = text(name), !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let time = Int64(text) { return time }
        guard Validation.isDate(text) else {
            throw .error(400, "Invalid value for '\(name)', expected format is yyyy-MM-dd or an Epoch timestamp")
        }
        let day = text.split(separator: "-").compactMap { Int64($0) }
        // Years begin in March here, so that the odd day is the last.
        let (year, month) = (day[0] - (day[1] <= 2 ? 1 : 0), (day[1] + 9) % 12)
        let days =
            365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day[2] - 1 - 719_468
        return days * 86_400_000 + (endOfDay ? 86_399_999 : 0)
    }

    // MARK: Rows

    func user(_ index: Int = 0) throws(Refusal) -> User {
        guard let user = realm.users[parameters[index]] else {
            // Who may not look for users is not told whether there is one.
            throw access.queryUsers ? .userNotFound : .forbidden
        }
        return user
    }

    func group(_ index: Int = 0) throws(Refusal) -> Group {
        guard let group = realm.groups[parameters[index]] else { throw .groupNotFound }
        return group
    }

    func client(_ index: Int = 0) throws(Refusal) -> Client {
        guard let client = realm.clients[parameters[index]] else {
            throw access.listClients ? .clientNotFound : .forbidden
        }
        return client
    }

    func newID() -> String { Random.uuid() }
}

/// A part of a list: `first` and `max`, both of which may be negative for "none given".
struct Page {
    let first: Int
    let max: Int?

    init(_ call: Call, defaultMax: Int? = nil) throws(Refusal) {
        first = Swift.max(try call.number("first") ?? 0, 0)
        let asked = try call.number("max") ?? defaultMax
        max = asked.flatMap { $0 < 0 ? nil : $0 }
    }

    func cut<T>(_ values: some Sequence<T>) -> [T] {
        let rest = values.dropFirst(first)
        return if let max { Array(rest.prefix(max)) } else { Array(rest) }
    }
}

/// What a route answers when all went well.
struct Reply: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: JSON?

    /// 200 with a body.
    static func ok(_ body: JSON) -> Reply { Reply(status: 200, body: body) }

    static let noContent = Reply(status: 204)

    init(status: Int, headers: [(name: String, value: String)] = [], body: JSON? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(_ refusal: Refusal) {
        self.init(status: refusal.status, headers: [("Content-Type", "application/json")], body: refusal.body)
    }

    static func created(_ location: String, body: JSON? = nil) -> Reply {
        Reply(status: 201, headers: [("Location", location)], body: body)
    }
}
