import Formats
import Testing

@testable import Tenancy

/// What spreadsheets, copy and paste and ill will put into users files.
@Suite struct PeopleHazardTests {
    /// The small fleet with a second tenant and these users files.
    static func fleet(_ files: [String: String?]) -> FleetText {
        var text = FleetText()
        text.files["tenants/globex.yaml"] = FleetText.small["tenants/acme.yaml"]?.replacing(
            "name: acme", with: "name: globex")
        for (path, content) in files { text.files[path] = content }
        return text
    }

    private func findings(_ files: [String: String?]) -> [String] { Self.fleet(files).findings() }

    private func applied(_ files: [String: String?]) -> AppliedTree {
        AppliedTree(commit: "3f2a91cdeadbeef", tree: Self.fleet(files).tree())
    }

    // MARK: C6

    @Test("C6: two spellings of one address in a tenant are one person twice, and both lines are named")
    func spellingsWithinATenant() {
        #expect(
            findings(["users/acme.csv": "email,role\nAdmin@acme.example,viewer\nadmin@ACME.example,operator\n"]) == [
                "users/acme.csv:3:1: error: admin@acme.example is in tenant 'acme' already, at users/acme.csv:2; write all roles in one row, as operator;analyst [RCN1041]"
            ])
    }

    @Test("C6: two spellings of one address in two tenants are never merged in silence")
    func spellingsAcrossTenants() {
        #expect(
            findings([
                "users/acme.csv": "email,role\nadmin@acme.example,viewer\n",
                "users/globex.csv": "email,role\nAdmin@acme.example,viewer\n",
            ]) == [
                "users/globex.csv:2:1: error: admin@acme.example has other spelling ('Admin@acme.example', 'admin@acme.example') here than at users/acme.csv:2; let both rows say the same [RCN1043]"
            ])
    }

    @Test("C6: an address that only looks like another one is refused, with the character by its number")
    func lookalikeAddresses() {
        for (address, character) in [
            ("m\u{131}ke@acme.example", "U+0131"), ("\u{212a}im@acme.example", "U+212A"),
            ("jos\u{e9}@acme.example", "U+00E9"), ("jose\u{301}@acme.example", "U+0301"),
            ("\u{ff41}da@acme.example", "U+FF41"), ("ada@acme.example\u{200b}", "U+200B"),
            ("ada@acme.example ", "U+0020"), ("ada@b\u{fc}cher.example", "U+00FC"),
            ("ada@\u{430}cme.example", "U+0430"),
        ] {
            let found = findings(["users/acme.csv": "email,role\n\(address),viewer\n"])
            let column = 1 + address.unicodeScalars.prefix { (0x21...0x7e).contains($0.value) }.count
            #expect(
                found.count == 1
                    && found[0].hasPrefix("users/acme.csv:2:\(column): error: \(character) is not allowed"),
                "\(found)")
        }
    }

    @Test("C6: names with letters of several scripts are warned about, others are not")
    func mixedScripts() {
        #expect(
            findings([
                "users/acme.csv":
                    "email,role,given_name,family_name\na@b.example,viewer,\u{410}da,Ad\u{430}\nb@b.example,viewer,Анна,Müller-Иванова\nc@b.example,viewer,José,Ødegård\n"
            ]) == [
                "users/acme.csv:2:20: warning: '\u{410}da' mixes Cyrillic and Latin letters; look at U+0410, which looks like 'a' [RCN1048]",
                "users/acme.csv:2:26: warning: 'Ad\u{430}' mixes Latin and Cyrillic letters; look at U+0430, which looks like 'a' [RCN1048]",
            ])
    }

    @Test("C6: tenants that look alike are warned about")
    func lookalikeTenants() {
        let globex = FleetText.small["tenants/acme.yaml"]?
            .replacing("name: acme", with: "name: acrne").replacing("Acme Corporation", with: "\u{410}сmе Corporation")
        #expect(
            findings(["tenants/globex.yaml": nil, "tenants/acrne.yaml": globex]) == [
                "tenants/acrne.yaml:1:1: warning: 'acrne' looks like 'acme' of tenant 'acme'; rename one of them [RCN1049]",
                "tenants/acrne.yaml:6:16: warning: '\u{410}сmе' mixes Cyrillic and Latin letters; look at U+0410, which looks like 'a' [RCN1048]",
                "tenants/acrne.yaml:6:16: warning: '\u{410}сmе Corporation' looks like 'Acme Corporation' of tenant 'acme'; rename one of them [RCN1049]",
            ])
    }

    @Test("C6: a role in letters that look like those of a role is named by the character")
    func lookalikeRoles() {
        #expect(
            findings(["users/acme.csv": "email,role\nada@acme.example,vi\u{435}wer\n"]) == [
                "users/acme.csv:2:18: error: unknown role 'vi\u{435}wer' (with U+0435); did you mean 'viewer'? [RCN1013]"
            ])
    }

    // MARK: C8

    @Test(
        "C8: groups and roles of the identity provider are no roles here",
        arguments: [
            "/admins", "realm-admin", "realm-management", "/globex/operator", "a/../b", "/acme", "manage-users",
            "default-roles-master", "offline_access", "impersonation",
        ])
    func foreignRoles(_ role: String) {
        #expect(
            findings(["users/acme.csv": "email,role\nada@acme.example,viewer;\(role)\n"]) == [
                "users/acme.csv:2:18: error: '\(role)' is a group or a role of the identity provider itself; name a role of roles/ [RCN3106]"
            ])
    }

    @Test("C8: a role that is for others is refused")
    func rolesForOthers() {
        for (tenants, reach) in [
            ("all", nil), ("[acme]", nil), ("[globex]", "'globex'"), ("{tier: basic}", nil),
            ("{tier: gold}", "tenants of tier 'gold'"),
        ] {
            let found = findings([
                "roles/auditor.yaml":
                    "apiVersion: reconcile.dev/v1\nkind: Role\nmetadata: {name: auditor}\nspec: {tenants: \(tenants)}\n",
                "tiers/gold.yaml": "apiVersion: reconcile.dev/v1\nkind: Tier\nmetadata: {name: gold}\nspec: {}\n",
                "users/acme.csv": "email,role\nada@acme.example,auditor\n",
            ])
            let refusal = reach.map {
                "users/acme.csv:2:18: error: role 'auditor' is not for tenant 'acme'; roles/auditor.yaml allows it for \($0) alone [RCN1047]"
            }
            #expect(found == [refusal].compactMap { $0 }, "\(tenants)")
        }
    }

    @Test("C8: one finding for a role that many have")
    func oneFindingForManyRows() {
        let rows = (0..<500).map { "p\($0)@acme.example,ghost\n" }.joined()
        let tier = FleetText.small["tiers/basic.yaml"]?.replacing("users: 3", with: "users: 900")
        #expect(
            findings(["tiers/basic.yaml": tier, "users/acme.csv": "email,role\n" + rows]) == [
                "users/acme.csv:2:17: error: unknown role 'ghost'; there are operator, viewer; so in 499 more rows of the file [RCN1013]"
            ])
    }

    // MARK: C9

    static let five = "email,role,given_name\n" + (1...5).map { "p\($0)@acme.example,viewer,Name\($0)\n" }.joined()
    static let more = FleetText.small["tiers/basic.yaml"]?.replacing("users: 3", with: "users: 9")

    @Test("C9: a header alone says that nobody is left; a file of no bytes says nothing")
    func emptyFiles() throws {
        let before = applied(["users/acme.csv": Self.five, "tiers/basic.yaml": Self.more])
        let header = Self.fleet(["users/acme.csv": "email,role\n"])
        #expect(header.findings(applied: before) == [], "the gates of the plan count who leaves")
        #expect(try header.desired().people.isEmpty)
        #expect(
            Self.fleet(["users/acme.csv": ""]).findings(applied: before) == [
                "users/acme.csv:1:1: error: the file is empty: not even a header; was it cut off? bring its rows back, or write the header alone [RCN1207]"
            ])
    }

    @Test("C9: a file that was cut off anywhere within a row is refused")
    func cutFiles() {
        let bytes = Array(Self.five.utf8)
        let before = applied(["users/acme.csv": Self.five, "tiers/basic.yaml": Self.more])
        var refused = 0
        for count in 1..<bytes.count {
            let cut = String(decoding: bytes.prefix(count), as: UTF8.self)
            let found = Self.fleet(["users/acme.csv": cut, "tiers/basic.yaml": Self.more]).findings(applied: before)
            let isWithinRow = bytes[count] != 0x0a && bytes[count - 1] != 0x0a
            // A header that was cut is missing several things.
            let isHeader = count < bytes.firstIndex(of: 0x0a) ?? 0
            #expect(isHeader ? !found.isEmpty : found.count == (isWithinRow ? 1 : 0), "\(count): \(found)")
            if isWithinRow { refused += 1 }
        }
        #expect(refused > 100)
        let half = String(decoding: bytes.prefix(bytes.count / 2), as: UTF8.self)
        #expect(!Self.fleet(["users/acme.csv": half]).findings().isEmpty, "here also without what was applied")
    }

    @Test("C9: a last row that became shorter on purpose ends with a newline")
    func shorterRows() {
        let before = applied(["users/acme.csv": "email,role,given_name\nada@acme.example,viewer,Adalbert\n"])
        let shorter = "email,role,given_name\nada@acme.example,viewer,Ada"
        #expect(
            Self.fleet(["users/acme.csv": shorter]).findings(applied: before) == [
                "users/acme.csv:2:27: error: the file ends inside this row, which was longer at 3f2a91c: restore it, or, if the shorter row is meant, end it with a line break [RCN1025]"
            ])
        #expect(Self.fleet(["users/acme.csv": shorter + "\n"]).findings(applied: before) == [])
    }

    // MARK: C11

    @Test("C11: the same row twice is a warning, and counts once")
    func identicalRows() throws {
        let csv = "email,role\nada@acme.example,operator;viewer\nada@acme.example,viewer;operator\n"
        #expect(
            findings(["users/acme.csv": csv]) == [
                "users/acme.csv:3:1: warning: the same row as at users/acme.csv:2; remove one of them [RCN1042]"
            ])
        #expect(try Self.fleet(["users/acme.csv": csv]).desired().people.map(\.memberships.count) == [2])
    }

    @Test("C11: a person twice in a tenant with different data is an error that names both lines")
    func differentRows() {
        for second in [
            "ada@acme.example,operator,u-1,true", "ada@acme.example,viewer,u-1,false",
            "bob@acme.example,viewer,u-1,true",
        ] {
            let found = Self.fleet([
                "users/acme.csv": "email,role,id,active\nada@acme.example,viewer,u-1,true\n\(second)\n"
            ]).resolve().diagnostics
            #expect(found.map(\.code) == ["RCN1041"], "\(second)")
            #expect(found.first?.place?.fileAndLine == "users/acme.csv:3")
            #expect(found.first?.notes.map { $0.place?.fileAndLine } == ["users/acme.csv:2"])
        }
    }

    @Test("C11: membership over several tenants is the union, and leaving one keeps the other")
    func severalTenants() throws {
        let both = [
            "users/acme.csv": "email,role\nada@b.example,viewer\n",
            "users/globex.csv": "email,role\nada@b.example,operator\n",
        ]
        #expect(
            try Self.fleet(both).desired().people.map { $0.memberships.map(\.group) } == [
                ["/acme/viewer", "/globex/operator"]
            ])
        let left = both.merging(["users/acme.csv": "email,role\n"]) { $1 }
        #expect(try Self.fleet(left).desired().people.map { $0.memberships.map(\.group) } == [["/globex/operator"]])
        #expect(try Self.fleet(left).desired().people.map(\.home) == ["globex"])
    }

    @Test("C11: a person with other data in another tenant is an error that names both lines")
    func differingProfiles() {
        for (column, value) in [("given_name", "Ada"), ("family_name", "King"), ("id", "u-2")] {
            let found = Self.fleet([
                "users/acme.csv": "email,role,id,given_name,family_name\nada@b.example,viewer,u-1,A,L\n",
                "users/globex.csv":
                    "email,role,id,given_name,family_name\nada@b.example,viewer,\(column == "id" ? value : "u-1"),\(column == "given_name" ? value : "A"),\(column == "family_name" ? value : "L")\n",
            ]).resolve().diagnostics
            #expect(found.map(\.code) == ["RCN1043"], "\(column)")
            #expect(found.first?.place?.fileAndLine == "users/globex.csv:2")
            #expect(found.first?.notes.map { $0.place?.fileAndLine } == ["users/acme.csv:2"])
        }
    }

    // MARK: C12

    @Test("C12: a hundred thousand rows are kept in a few bytes each and found again")
    func manyRows() throws {
        let count = 100_000
        var text = "email,role,id,given_name,expires\n"
        for index in 0..<count {
            text += "P\(index)@acme.example,\(index % 3 == 0 ? "operator" : "viewer"),,\"N \(index)\",\n"
        }
        text += "p77777@acme.example,viewer,,\"N 77777\",\n"
        let tier = FleetText.small["tiers/basic.yaml"]?.replacing("users: 3", with: "users: 1000000")
        let fleet = Self.fleet(["users/acme.csv": text, "tiers/basic.yaml": tier])
        let resolution = Fleet.resolve(FleetFiles.load(fleet.tree()))
        #expect(
            resolution.diagnostics.map(\.line) == [
                "users/acme.csv:100002:1: error: p77777@acme.example is in tenant 'acme' already, at users/acme.csv:77779; write all roles in one row, as operator;analyst [RCN1041]"
            ])
        #expect(MemoryLayout<UsersTable.Entry>.stride == 40)
    }

    @Test("C12: a file of nothing but mistakes is not reported row by row")
    func manyMistakes() {
        let rows = (0..<5000).map { "nobody\($0),viewer\n" }.joined()
        let found = findings(["users/acme.csv": "email,role\n" + rows])
        #expect(found.count == 101)
        #expect(
            found.last == "users/acme.csv:102:1: error: too many errors; the rest of the file was not read [RCN1044]")
        let twice = "email,role\n" + String(repeating: "ada@acme.example,viewer\n", count: 5000)
        #expect(findings(["users/acme.csv": twice]).count == 100)
    }

    @Test(
        "C5: a name that a spreadsheet would take for a formula is refused",
        arguments: ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"])
    func formulas(_ name: String) {
        #expect(
            findings(["users/acme.csv": "email,role,given_name\nada@acme.example,viewer,\(name)\n"]) == [
                "users/acme.csv:2:25: error: a name does not begin with '\(name.prefix(1))': spreadsheets take it for a formula [RCN1044]"
            ])
    }
}
