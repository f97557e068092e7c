import FuzzTargets
import Testing

@testable import Formats

/// The short way through a file as most are, beside libyaml's.
@Suite struct PlainYAMLTests {
    private static func read(_ text: String, _ limits: YAML.Limits = YAML.Limits()) -> Node? {
        Array(text.utf8).withUnsafeBufferPointer { PlainYAML.read($0, limits: limits) }
    }

    private static let tenant = """
        # A tenant.
        apiVersion: reconcile.dev/v1
        kind: Tenant   # of the fleet
        metadata:
          name: acme

        spec:
          displayName: "Acme Corporation"
          environments:
            sandbox: {}
            prod: {domains: [acme.example, 'www.acme.example'], values: {platform: {replicas: 4}}}
          contact: admin@acme.example
          branding: {companyName: Acme Corp, url: https://acme.example/a, primaryColor: "#FF5733"}
          lists:
          - one
          - {a: -1}
          - name: two
            image: registry.example/two:1.0
              # deeper, and only a comment
          more:
              - []
              - a # b
          expires: 2027-01-31
        """

    @Test(arguments: [
        tenant, tenant + "\n", "a: 1", "a: 1 \n\n  \n# end", "a:\n  b:\n    c: d\n  e: ${f.g}\nh: ~", "a: b:c",
        "a: b#c # d",
        "a:\n- b: 1\n  c: 2\n-  d: 3\ne: 4", "a: {}\nb: [ ]\nc: [ 1 , {d: e} ]", "a:    'b # c'",
    ])
    func whatIsPlainIsReadAsByLibyaml(_ text: String) {
        #expect(Self.read(text) != nil)
        #expect(FuzzTarget.yaml.complaint(about: Array(text.utf8)) == nil)
    }

    /// What is rare, ambiguous or wrong is left to libyaml.
    @Test(arguments: [
        "", "# nothing", "a", "- a", "a:", "a: \nb: 1", "a: 1\na: 2", "a: é", "a: b\r\n", "a:\tb", "a: &b c", "a: *b",
        "a: !!str b",
        "a: |\n  b", "a: >\n  b", "a: b\n  c", "a: \"b\n  c\"", "a: \"\\n\"", "a: 'it''s'", "a: [b,\n  c]", "a: {b}",
        "a: [b: c]",
        "a: {b: }", "a: [b, ]", "a: {b: c, }", "a: b: c", "a : b", "\"a\": b", "? a", "--- \na: b", "a: b\n---\nc: d",
        "a: b\n...",
        "%YAML 1.2\n---\na: b", "  a: b", "a:\n  b: 1\n c: 2", "a:\n   b: 1\n  c: 2", "a: 1\n  b: 2", "a:\n- b\n c: d",
        "a:\n  - b\n  c: d",
        "a:\n-\n  b: c", "a:\n- - b", "a: -", "a: - b", "a: [-]", "a: {b: c}d", "a: \"b\"c", "a: [b]#c", "a: ]",
        "a: [b#c ]", "a: b:",
        "a: [b:]", "a: @b", "a: `b", "a: %b", "a: #b", "a:#b", "a: [b?]", "<<: {a: b}", "${a}: b", "a: [b\n]",
    ])
    func therestIsNot(_ text: String) {
        #expect(Self.read(text) == nil)
        #expect(FuzzTarget.yaml.complaint(about: Array(text.utf8)) == nil)
    }

    @Test func limitsAreKept() {
        var limits = YAML.Limits()
        limits.depth = 2
        #expect(Self.read("a: {b: c}", limits) != nil)
        #expect(Self.read("a: {b: {c: d}}", limits) == nil)
        limits = YAML.Limits()
        limits.nodes = 3
        #expect(Self.read("a: b", limits) != nil)
        #expect(Self.read("a: b\nc: d", limits) == nil)
        limits = YAML.Limits()
        limits.keyBytes = 2
        #expect(Self.read("ab: c", limits) != nil)
        #expect(Self.read("abc: d", limits) == nil)
        #expect(Self.read("a: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)) == nil)
        #expect(Self.read("a: " + String(repeating: "b", count: 70_000)) == nil)
    }

    /// Lines put together by a fixed rule: many are wrong, many are read the short way, and libyaml agrees on all.
    @Test func linesPutTogether() {
        let heads = ["a: ", "b:", "c: ", "d: ", "- ", "- e: ", "- f:", "a: ", "", "# "]
        let values = [
            "1", "x y", "\"q\"", "'q'", "{}", "[]", "{g: 1, h: [i, j]}", "[k, {l: m}]", "n # o", "${p}", "q:r", "s: t",
            "", "u ", "-1",
            "- v", "|", "[w", "~", "https://x.example", "x#y", "{z: \"1\"} # 2", "*",
        ]
        var state: UInt64 = 0x2545_f491_4f6c_dd1d
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var plain = 0
        for _ in 0..<4_000 {
            var indent = 0
            let text = (0...next(5)).map { _ in
                indent = max(0, indent + [0, 0, 0, 2, 2, -2, -2, 1][next(8)])
                let head = heads[next(heads.count)]
                let value = head.hasSuffix(":") ? "" : values[next(next(3) == 0 ? values.count : 12)]
                return String(repeating: " ", count: indent) + head + value
            }.joined(separator: "\n")
            if Self.read(text) != nil { plain += 1 }
            #expect(FuzzTarget.yaml.complaint(about: Array(text.utf8)) == nil, "\(text)")
        }
        #expect(plain > 200)
    }
}
