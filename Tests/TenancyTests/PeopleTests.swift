import Formats
import Tenancy
import Testing

@Suite struct PeopleTests {
    private func people(_ files: [String: String], on day: CalendarDate = FleetText.day) throws -> [DesiredPerson] {
        var text = FleetText()
        text.files["tenants/globex.yaml"] = FleetText.small["tenants/acme.yaml"]?.replacing(
            "name: acme", with: "name: globex")
        text.files["users/acme.csv"] = nil
        for (path, content) in files { text.files[path] = content }
        return try text.desired(on: day).people
    }

    private func shown(_ person: DesiredPerson) -> [String] {
        person.memberships.map { $0.group + ($0.isActive ? "" : " inactive") + ($0.isAdmin ? " admin" : "") }
    }

    @Test func severalRolesStandInOneCell() throws {
        let found = try people(["users/acme.csv": "email,role\na@b.example,viewer; operator\n"])
        #expect(found.map(shown) == [["/acme/operator admin", "/acme/viewer"]])
    }

    @Test func membershipsAreUnitedAcrossTenants() throws {
        let found = try people([
            "users/globex.csv": "role,email,given_name\nviewer,ada@b.example,Ada\n",
            "users/acme.csv": "email,role,given_name,active\nada@b.example,viewer,Ada,false\n",
        ])
        #expect(found.map(shown) == [["/acme/viewer inactive", "/globex/viewer"]])
        #expect(found.map(\.home) == ["acme"])
        #expect(found.map(\.isActive) == [true])
    }

    @Test func theKeyIsTheIdOrTheAddress() throws {
        let found = try people([
            "users/acme.csv": "email,role,id\nada@b.example,viewer,u-1\nbob@b.example,viewer,\n",
            "users/globex.csv": "email,role\nada@b.example,viewer\n",
        ])
        #expect(
            found.map(\.key) == ["bob@b.example", "u-1"], "a row without the id belongs to the person of that address")
        #expect(found.map(\.memberships.count) == [1, 2])
    }

    @Test func aMembershipExpiresOnItsDay() throws {
        let file = ["users/acme.csv": "email,role,expires\nada@b.example,viewer,2026-03-01\n"]
        let days = try ["2026-02-28", "2026-03-01"].map { try #require(CalendarDate($0)) }
        #expect(try days.map { try people(file, on: $0).map(\.isActive) } == [[true], [false]])
    }

    @Test func severalFilesOfOneTenantAreOne() throws {
        let found = try people([
            "users/acme/staff.csv": "email,role\nada@b.example,viewer\n",
            "users/acme/guests.csv": "email,role\nbob@b.example,viewer\n",
        ])
        #expect(found.map(\.email) == ["ada@b.example", "bob@b.example"])
    }

    /// C1: line ends do not matter, and nothing moves to another column.
    @Test func lineEndsDoNotMatter() throws {
        let text = "email,role,given_name\nada@b.example,viewer,Ada\nbob@b.example,viewer,Bob\n"
        let straight = try people(["users/acme.csv": text])
        #expect(try people(["users/acme.csv": text.replacing("\n", with: "\r\n")]) == straight)
        #expect(try people(["users/acme.csv": "\u{feff}" + text.dropLast()]) == straight)
    }

    static let addresses: [(text: String, canonical: String?)] = [
        ("ada@acme.example", "ada@acme.example"), ("Ada.Lovelace+x@ACME.example", "ada.lovelace+x@acme.example"),
        ("o'brien@acme.example", "o'brien@acme.example"), ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("m\u{131}ke@acme.example", nil), ("\u{212a}im@acme.example", nil), ("a\u{301}da@acme.example", nil),
        ("\u{ff41}da@acme.example", nil), ("ada@acme.example\u{200b}", nil), ("ada@acme.example ", nil),
        (" ada@acme.example", nil),
        ("ada", nil), ("ada@", nil), ("@acme.example", nil), ("a@b@acme.example", nil), ("ada@acme", nil),
        ("ada@127.0.0.1", nil),
        (".ada@acme.example", nil), ("a..da@acme.example", nil), ("ada@-acme.example", nil), ("ada@acme..example", nil),
        (String(repeating: "a", count: 65) + "@acme.example", nil), ("\u{430}da@acme.example", nil), ("", nil),
    ]

    @Test("C6: an address has one canonical form, and nothing merely looks like one", arguments: addresses.indices)
    func addressesHaveOneForm(_ index: Int) throws {
        let (text, canonical) = Self.addresses[index]
        let file = ["users/acme.csv": "email,role\n\(text),viewer\n"]
        if let canonical {
            #expect(try people(file).map(\.email) == [canonical])
        } else {
            #expect(FleetText.with(["users/acme.csv": file["users/acme.csv"]]).findings().count == 1)
        }
    }

    static let names: [(name: String, isAllowed: Bool)] = [
        ("a", true), ("acme-1", true), ("0x", true), (String(repeating: "a", count: 50), true), ("xn--a", true),
        ("-a", false), ("a-", false), ("A", false), ("a_b", false), ("a.b", false), ("abc\n", false),
        ("\u{430}dmin", false),
        (String(repeating: "a", count: 64), false), ("kube-system", false), ("kube-x", false), ("default", false),
        ("__proto__", false), ("con", false), ("lpt1", false), ("reconcile", false),
    ]

    @Test("C7: the name of a tenant is a label, by its bytes, and none that a system has", arguments: names.indices)
    func tenantsAreNamedByLabels(_ index: Int) throws {
        let (name, isAllowed) = Self.names[index]
        let quoted = name.replacing("\n", with: "\\n")
        let content = FleetText.small["tenants/acme.yaml"]?.replacing("name: acme", with: "name: \"\(quoted)\"")
        let found = FleetText.with(["tenants/\(name).yaml": content]).findings().filter { $0.contains("error") }
        #expect(found.isEmpty == isAllowed, "\(found)")
    }
}
