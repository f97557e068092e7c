import Formats

extension Scaffold {
    /// One more tenant, of the tier that is named, in those environments; by default the only tier, and all environments.
    package static func tenant(
        _ name: String, in fleet: Fleet, _ files: FleetFiles, tier: String?, environments: [String]
    ) throws(Refusal) -> [File] {
        try checkName(name, of: "tenant")
        guard !Names.isReserved(name) else { throw Refusal("'\(name)' is reserved; choose another name") }
        guard !fleet.tenants.contains(where: { $0.name == name }) else {
            throw Refusal("there is a tenant '\(name)' already")
        }
        let tiers = fleet.tiers.keys.sorted()
        guard let tier = tier ?? (tiers.count == 1 ? tiers.first : nil) else {
            throw Refusal("of which tier? --tier is one of \(tiers.joined(separator: ", "))")
        }
        try known(tier, "tier", among: tiers)
        let names = fleet.environments.map(\.name)
        for environment in environments { try known(environment, "environment", among: names) }
        let chosen = (environments.isEmpty ? names : environments).joined(separator: ", ")
        let spec = "  displayName: \(capitalised(name))\n  tier: \(tier)\n  environments: [\(chosen)]\n"
        var made = [file(.tenant, "tenants/\(name).yaml", name: name, spec: spec)]
        if files.usersPaths[name] == nil { made.append(File("users/\(name).csv", CSV.line(columns))) }
        return made
    }

    private static let columns = ["email", "role", "given_name", "family_name"]

    /// `acme-corp` → `Acme Corp`
    private static func capitalised(_ name: String) -> String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }

    package static func tier(_ name: String, in fleet: Fleet) throws(Refusal) -> [File] {
        try checkName(name, of: "tier")
        guard fleet.tiers[name] == nil else { throw Refusal("there is a tier '\(name)' already") }
        return [tier(name)]
    }

    package static func role(_ name: String, isAdmin: Bool, in fleet: Fleet) throws(Refusal) -> [File] {
        try checkName(name, of: "role")
        guard fleet.roles[name] == nil else { throw Refusal("there is a role '\(name)' already") }
        return [role(name, isAdmin: isAdmin)]
    }

    package static func blueprint(_ name: String, version: String, in fleet: Fleet) throws(Refusal) -> [File] {
        try checkName(name, of: "blueprint")
        guard fleet.blueprints[BlueprintID(name: name, version: version)] == nil else {
            throw Refusal("there is a version \(version) of blueprint '\(name)' already")
        }
        let isVersion = version.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || "-+._".utf8.contains(byte)
        }
        guard isVersion, !version.isEmpty, version != ".", version != ".." else {
            throw Refusal("'\(version)' is no version; write one as 1.0.0")
        }
        return blueprint(name, version)
    }

    /// A person's row, to be put at the end of the tenant's users file.
    package struct Person: Sendable {
        package var email: String
        package var tenant: String
        package var roles: [String]
        package var givenName: String?
        package var familyName: String?

        package init(email: String, tenant: String, roles: [String]) {
            self.email = email
            self.tenant = tenant
            self.roles = roles
        }
    }

    /// - Parameter read: the content of a file that is there.
    package static func person(
        _ person: Person, in fleet: Fleet, _ files: FleetFiles, read: (String) throws -> [UInt8]
    ) throws(Refusal) -> [File] {
        try check(person, fleet)
        let paths = files.usersPaths[person.tenant] ?? []
        let path = "users/\(person.tenant).csv"
        guard paths.isEmpty || paths.contains(path) else {
            throw Refusal(
                "the people of '\(person.tenant)' stand in \(paths.joined(separator: ", ")); add the row there")
        }
        guard !paths.isEmpty else {
            let row = [
                person.email, person.roles.joined(separator: ";"), person.givenName ?? "", person.familyName ?? "",
            ]
            return [File(path, CSV.line(columns) + CSV.line(row))]
        }
        guard let bytes = try? read(path) else { throw Refusal("cannot read \(path)") }
        var text = String(decoding: bytes, as: UTF8.self)
        let ending = text.contains("\r\n") ? "\r\n" : "\n"
        if bytes.last != 0x0a { text += ending }
        return [File(path, text + (try row(person, path, bytes)).dropLast() + ending, isNew: false)]
    }

    private static func check(_ person: Person, _ fleet: Fleet) throws(Refusal) {
        let problem = Array(person.email.utf8).withUnsafeBufferPointer { EmailAddress.problem(in: $0) }
        if let problem { throw Refusal(problem.message) }
        let email = EmailAddress.canonical(person.email)
        try known(person.tenant, "tenant", among: fleet.tenants.map(\.name))
        let tier = fleet.tenants.first { $0.name == person.tenant }?.tier.value ?? ""
        for name in person.roles {
            try known(name, "role", among: fleet.roles.keys.sorted())
            guard fleet.roles[name]?.allows(tenant: person.tenant, tier: tier) == true else {
                throw Refusal("role '\(name)' is not for tenant '\(person.tenant)'")
            }
        }
        for index in fleet.people.tenants[person.tenant] ?? 0..<0 {
            let row = fleet.people.row(index)
            guard row.email != email else {
                throw Refusal("\(email) is in tenant '\(person.tenant)' already, at \(row.source.fileAndLine)")
            }
        }
    }

    /// The row in the order of the file's own columns.
    private static func row(_ person: Person, _ path: String, _ bytes: [UInt8]) throws(Refusal) -> String {
        let header = CSV.read(bytes, file: path, columns: CSV.Columns(required: [], allowsOthers: true)) { _ in }.header
        let cells: [String: String?] = [
            "email": person.email, "role": person.roles.joined(separator: ";"), "given_name": person.givenName,
            "family_name": person.familyName,
        ]
        for (name, value) in cells.sorted(by: { $0.key < $1.key }) where value != nil && !header.contains(name) {
            throw Refusal("\(path) has no column \(name)")
        }
        return CSV.line(header.map { cells[$0].flatMap { $0 } ?? "" })
    }
}
